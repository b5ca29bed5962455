package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Five droplets that were set up by hand as in the tutorial, without sessionctl. The first three are the cluster, the
 * fourth may join it, and the fifth may replace one that died.
 */
final class DrillCluster {
    static final List<String> THREE = List.of("lamp01", "lamp02", "lamp03");
    static final List<String> FOUR = List.of("lamp01", "lamp02", "lamp03", "lamp04");
    static final List<String> REPLACED = List.of("lamp01", "lamp02", "lamp05");

    /** Work on the cluster during the traffic. */
    interface Drill {
        void run(Visitors visitors) throws InterruptedException;
    }

    private static final int RATE = 300;
    private static final int RATE_WHILE_ONE_IS_DOWN = 100;
    private static final Duration BEFORE = Duration.ofSeconds(2);
    private static final Duration AFTER = Duration.ofSeconds(4);

    private static @Nullable DrillCluster shared;

    private final Lab lab;
    private final boolean guarded;
    private final String remark;

    private DrillCluster(Lab lab, boolean guarded, String remark) {
        this.lab = lab;
        this.guarded = guarded;
        this.remark = remark;
    }

    /** Returns the droplets of Debian 12, which all drill classes share. They are in the state after the last drill. */
    static synchronized DrillCluster shared() {
        if (shared == null) {
            shared = up("debian:12");
        }
        return shared;
    }

    /** Boots droplets of this image and sets them up by hand. */
    static DrillCluster up(String image) {
        DrillCluster cluster =
                new DrillCluster(Lab.up(Host.installed(Host.numbered(5)), "--image", image), false, " (" + image + ")");
        List<String> all = cluster.lab.names();
        all.stream().parallel().forEach(host -> cluster.type(host, "by-hand.sh", cluster.privateIp(host)));
        Visitors.publish(cluster.lab, all);
        cluster.list(THREE, THREE);
        return cluster;
    }

    /** Returns the same droplets; losses from now on are recorded as guarded. */
    DrillCluster guarded() {
        return new DrillCluster(lab, true, remark);
    }

    /** Returns the same droplets; losses from now on are recorded as unguarded. */
    DrillCluster byHand() {
        return new DrillCluster(lab, false, remark);
    }

    /** Restores three droplets in service, as in the beginning. */
    void restoreThree() {
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

    /** Writes a list of servers to these droplets by hand, one after another, with a second before each. */
    void list(List<String> servers, List<String> into) {
        String list = servers.stream()
                .map(host -> "tcp://" + privateIp(host) + ":11211")
                .collect(Collectors.joining(","));
        for (String host : into) {
            pause(Duration.ofSeconds(1));
            type(host, "by-hand-list.sh", list, Integer.toString(servers.size() + 1));
        }
    }

    /** Removes sessionctl's files from the three droplets, which keep their sessions. */
    void removeSessionctl() {
        lab.onHosts(
                THREE,
                "rm -rf /etc/systemd/system/memcached.service.d /usr/local/lib/sessionctl /run/sessionctl /var/lib/sessionctl"
                        + " && systemctl daemon-reload");
        list(THREE, THREE);
    }

    void restart(String host) {
        lab.onHost(host, "systemctl restart memcached");
    }

    /** Applies a new line in memcached.conf by hand. */
    void flags(String host) {
        lab.onHost(host, "echo '-c 2048' >>/etc/memcached.conf; systemctl restart memcached; systemctl reload apache2");
    }

    void memory(String host, int megabytes) {
        lab.onHost(host, "sed -i 's/^-m .*/-m " + megabytes + "/' /etc/memcached.conf; systemctl restart memcached");
    }

    /** Kills memcached and waits until systemd has started it again. */
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

    /** Reboots a droplet while its web server gets no traffic. */
    void reboot(Visitors visitors, String host) {
        visitors.takeOut(host);
        lab.script("reboot", host);
        lab.onHost(
                host,
                "for i in $(seq 600); do systemctl -q is-active memcached && systemctl -q is-active apache2 && exit 0;"
                        + " sleep 0.1; done; exit 1");
        visitors.bringIn(host);
    }

    /** Runs a drill during the traffic and adds its losses to the table. */
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

    /** Runs a drill and checks that no visitor was affected. */
    void drillWithoutLosses(String name, List<String> hosts, Drill drill) throws InterruptedException {
        drillWithoutLosses(name, hosts, RATE, drill);
    }

    /**
     * Runs a drill and checks that no visitor was affected, with a lower request rate: requests wait for a droplet that
     * is down.
     */
    void drillWithoutLossesWhileOneIsDown(String name, List<String> hosts, Drill drill) throws InterruptedException {
        drillWithoutLosses(name, hosts, RATE_WHILE_ONE_IS_DOWN, drill);
    }

    private void drillWithoutLosses(String name, List<String> hosts, int rate, Drill drill)
            throws InterruptedException {
        Visitors.Losses losses = drill(name, hosts, drill);
        assertThat(List.of(losses.lost(), losses.stale(), losses.ahead(), losses.failed()))
                .as("lost, stale, ahead, failed of %s", losses)
                .containsExactly(0, 0, 0, 0);
        assertThat(losses.rate()).as("requests a second").isGreaterThanOrEqualTo(rate);
        assertThat(losses.slowest()).as("milliseconds of the slowest request").isLessThan(1000);
        assertThat(phpCrashes()).as("crashes of PHP").isZero();
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /**
     * Returns the number of PHP crashes. A crash closes the connection, which a visitor may take for the end of an idle
     * one.
     */
    private int phpCrashes() {
        List<String> running = FOUR.stream().filter(lab::runs).toList();
        return lab
                .onHosts(running, "cat /var/log/apache2/error.log | grep -c 'exit signal Segmentation' || true")
                .stream()
                .mapToInt(count -> Integer.parseInt(count.strip()))
                .sum();
    }
}
