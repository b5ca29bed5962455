package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Five droplets with the tutorial typed into them; the first three are the cluster, the fourth may join it, and the
 * fifth may take the place of one that died. Everything here is what a person would type, without any help of ours.
 */
final class DrillGround {
    static final List<String> THREE = List.of("lamp01", "lamp02", "lamp03");
    static final List<String> FOUR = List.of("lamp01", "lamp02", "lamp03", "lamp04");
    static final List<String> REPLACED = List.of("lamp01", "lamp02", "lamp05");

    /** Something that is done to the cluster while visitors come. */
    interface Drill {
        void run(Visitors visitors) throws InterruptedException;
    }

    private static final int RATE = 300;
    private static final int RATE_OF_THE_PATIENT = 100;
    private static final Duration BEFORE = Duration.ofSeconds(2);
    private static final Duration AFTER = Duration.ofSeconds(4);

    private static @Nullable DrillGround shared;

    private final Lab lab;
    private final boolean guarded;
    private final String remark;

    private DrillGround(Lab lab, boolean guarded, String remark) {
        this.lab = lab;
        this.guarded = guarded;
        this.remark = remark;
    }

    /** The ground of Debian 12, for all who measure on it; its droplets are those of the last drill. */
    static synchronized DrillGround shared() {
        if (shared == null) {
            shared = up("debian:12");
        }
        return shared;
    }

    /** Boots the droplets of this image, and types. */
    static DrillGround up(String image) {
        DrillGround ground = new DrillGround(Lab.up(Host.numbered(5), "--image", image), false, " (" + image + ")");
        List<String> all = ground.lab.names();
        all.stream().parallel().forEach(host -> ground.type(host, "by-hand.sh", ground.privateIp(host)));
        Visitors.publish(ground.lab, all);
        ground.list(THREE, THREE);
        return ground;
    }

    /** The same droplets; what is measured from now on is the guard's. */
    DrillGround guarded() {
        return new DrillGround(lab, true, remark);
    }

    /** The same droplets; what is measured from now on is what a person does. */
    DrillGround byHand() {
        return new DrillGround(lab, false, remark);
    }

    /** Three droplets in service, as in the beginning. */
    void begin() {
        lab.script("start", "lamp03");
        list(THREE, THREE);
        THREE.forEach(this::restart);
    }

    Lab lab() {
        return lab;
    }

    private String privateIp(String host) {
        return lab.host(host).privateIp();
    }

    private void type(String host, String script, String... arguments) {
        String words = List.of(arguments).stream().map(a -> " '" + a + "'").collect(Collectors.joining());
        lab.onHost(host, "sh -s --" + words + " <<'TYPED'\n" + Resources.text("lab/" + script) + "TYPED\n");
    }

    /** Types a list of servers into these droplets, one after the other, a second each. */
    void list(List<String> servers, List<String> into) {
        String list = servers.stream()
                .map(host -> "tcp://" + privateIp(host) + ":11211")
                .collect(Collectors.joining(","));
        for (String host : into) {
            pause(Duration.ofSeconds(1));
            type(host, "by-hand-list.sh", list, Integer.toString(servers.size() + 1));
        }
    }

    /** The three droplets as if sessionctl had never been there, with their sessions. */
    void forget() {
        lab.onHosts(
                THREE,
                "rm -rf /etc/systemd/system/memcached.service.d /usr/local/lib/sessionctl /run/sessionctl /var/lib/sessionctl"
                        + " && systemctl daemon-reload");
        list(THREE, THREE);
    }

    void restart(String host) {
        lab.onHost(host, "systemctl restart memcached");
    }

    /** What a new line in memcached.conf takes, by hand. */
    void flags(String host) {
        lab.onHost(host, "echo '-c 2048' >>/etc/memcached.conf; systemctl restart memcached; systemctl reload apache2");
    }

    void memory(String host, int megabytes) {
        lab.onHost(host, "sed -i 's/^-m .*/-m " + megabytes + "/' /etc/memcached.conf; systemctl restart memcached");
    }

    /** Kills memcached and waits until systemd has it up again. */
    void crash(String host) {
        lab.onHost(
                host,
                "old=$(systemctl show -P MainPID memcached); kill -9 $old; for i in $(seq 600); do sleep 0.05;"
                        + " now=$(systemctl show -P MainPID memcached);"
                        + " [ $now != $old ] && [ $now != 0 ] && systemctl -q is-active memcached && exit 0;"
                        + " done; exit 1");
    }

    void reinstall(String host) {
        String before = Services.start(lab, host, "memcached");
        lab.onHost(host, "DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --reinstall memcached >/dev/null");
        assertThat(Services.start(lab, host, "memcached"))
                .as("the package has restarted its service")
                .isNotEqualTo(before);
    }

    /** Reboots a droplet whose web server is out of the traffic meanwhile. */
    void reboot(Visitors visitors, String host) {
        visitors.leave(host);
        lab.script("reboot", host);
        lab.onHost(
                host,
                "for i in $(seq 600); do systemctl -q is-active memcached && systemctl -q is-active apache2 && exit 0;"
                        + " sleep 0.1; done; exit 1");
        visitors.come(host);
    }

    /** Runs a drill amid the traffic and puts it into the table. */
    Visitors.Losses drill(String name, List<String> hosts, Drill drill) throws InterruptedException {
        try (Visitors visitors = new Visitors(lab, hosts)) {
            pause(BEFORE);
            drill.run(visitors);
            pause(AFTER);
            Visitors.Losses losses = visitors.stop();
            DrillTable.add(name + remark, guarded, losses);
            return losses;
        }
    }

    /** A drill of which no visitor may notice anything. */
    void unnoticed(String name, List<String> hosts, Drill drill) throws InterruptedException {
        unnoticed(name, hosts, RATE, drill);
    }

    /** The same with fewer requests a second: those that are under way wait for a droplet that is down. */
    void unnoticedThoughOneIsDown(String name, List<String> hosts, Drill drill) throws InterruptedException {
        unnoticed(name, hosts, RATE_OF_THE_PATIENT, drill);
    }

    private void unnoticed(String name, List<String> hosts, int rate, Drill drill) throws InterruptedException {
        Visitors.Losses losses = drill(name, hosts, drill);
        assertThat(List.of(losses.lost(), losses.stale(), losses.ahead(), losses.failed()))
                .as("lost, stale, ahead, failed of %s", losses)
                .containsExactly(0, 0, 0, 0);
        assertThat(losses.rate()).as("requests a second").isGreaterThanOrEqualTo(rate);
        assertThat(losses.slowest()).as("milliseconds of the slowest request").isLessThan(1000);
        assertThat(crashesOfPhp()).as("crashes of PHP").isZero();
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** How often PHP has crashed so far: a crash closes the connection, which the visitor may take for an idle one's end. */
    private int crashesOfPhp() {
        List<String> running = FOUR.stream().filter(lab::runs).toList();
        return lab
                .onHosts(running, "cat /var/log/apache2/error.log | grep -c 'exit signal Segmentation' || true")
                .stream()
                .mapToInt(count -> Integer.parseInt(count.strip()))
                .sum();
    }
}
