package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.desired.DesiredStates;
import sessionctl.facts.ReadinessProbe;
import sessionctl.facts.UnreadableFact;
import sessionctl.fleet.Look;
import sessionctl.health.Aspect;
import sessionctl.health.Finding;
import sessionctl.health.Preflight;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;
import sessionctl.state.Readiness;

/** What would stop a run is told before one is tried. */
class ExaminingTest {
    private static final Cluster CLUSTER = Samples.lamps(1);
    private static final Droplet LAMP = CLUSTER.droplets().get(0);
    private static final String HERE = "1795502200050000000 1795502200250000000";

    private static final String OVERRIDES = """
            /etc/php/8.2/fpm/pool.d/www.conf:9	memcache.lock_timeout	5
            /var/www/html/.htaccess:3	session.save_path	/tmp
            """;

    private static final String SOCKETS = """
            Listen=/run/dbus/system_bus_socket (Stream)
            Id=dbus.socket

            Listen=[::]:8080 (Stream)
            Listen=[::]:80 (Stream)
            Id=site.socket
            """;

    /**
     * Something that would stop a run, or get in its way.
     *
     * @param said in the first place
     */
    private record Obstacle(Aspect aspect, UnaryOperator<Answer> planted, String said) {
        @Override
        public String toString() {
            return aspect + ": " + said;
        }
    }

    private static Answer bare() throws IOException {
        return Answer.named("debian-12-bare")
                .replacing("10.99.0.1/", "10.98.0.1/")
                .with("memory", "MemTotal:        1000000 kB\nMemFree:  1 kB\nMemAvailable:     800000 kB\n")
                .with("disk", "9000000")
                .with("listening", "LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=1,fd=3))\n")
                .with("sockets", "")
                .with("ufw", "no")
                .with("firewalld", "no")
                .with("settings", "")
                .with("clock", HERE);
    }

    static Stream<Obstacle> obstacles() {
        return Stream.of(
                new Obstacle(
                        Aspect.SYSTEM,
                        a -> a.replacing("VERSION_ID=\"12\"", "VERSION_ID=\"99\""),
                        "apt there knows no libapache2-mod-php, and which PHP Debian GNU/Linux 12"),
                new Obstacle(
                        Aspect.ADDRESS,
                        a -> a.with("addresses", "2: eth0    inet 10.98.0.9/16 scope global eth0"),
                        "it does not hold its private address 10.98.0.1, it has 10.98.0.9 on eth0; correct"),
                new Obstacle(
                        Aspect.MEMCACHED_PORT,
                        a -> a.with("listening", "LISTEN 0 9 127.0.0.1:11211 0.0.0.0:* users:((\"redis\",pid=7,fd=3))"),
                        "port 11211 is taken by redis; stop it there, or name another memcached.port"),
                new Obstacle(
                        Aspect.MEMCACHED_PORT,
                        a -> a.with(
                                "listening",
                                "LISTEN     0      9      *:11211      *:*      users:((\"redis\",1009,3))"),
                        "port 11211 is taken by redis; stop it there, or name another memcached.port"),
                new Obstacle(
                        Aspect.WEB_PORT,
                        a -> a.with("listening", "LISTEN 0 511 *:80 *:*"),
                        "port 80 is taken by a program that is not known"),
                new Obstacle(
                        Aspect.WEB_PORT,
                        a -> a.with(
                                "listening",
                                "LISTEN 0 9 *:80 *:* users:((\"haproxy\",pid=9,fd=3),(\"haproxy\",pid=8,fd=3))"),
                        "port 80 is taken by haproxy; stop it there"),
                new Obstacle(
                        Aspect.WEB_PORT,
                        a -> a.with("listening", "LISTEN 0 9 *:80 *:* users:((\"systemd\",pid=1,fd=44))")
                                .with("sockets", SOCKETS),
                        "port 80 is taken by site.socket; stop it there"),
                new Obstacle(Aspect.FIREWALL, a -> a.with("ufw", "yes"), "ufw is active"),
                new Obstacle(Aspect.FIREWALL, a -> a.with("firewalld", "yes"), "firewalld is active"),
                new Obstacle(Aspect.DISK, a -> a.with("disk", "100000"), "97 MB are free in /var, and the packages"),
                new Obstacle(Aspect.DISK, a -> a.with("disk", ""), "how much is free in /var is unknown"),
                new Obstacle(Aspect.DISK, a -> a.with("disk", "-"), "how much is free in /var is unknown"),
                new Obstacle(Aspect.DISK, a -> a.with("disk", "0"), "0 MB are free in /var, and the packages"),
                new Obstacle(
                        Aspect.MEMORY,
                        a -> a.with("memory", "MemTotal: 65536 kB\nMemAvailable: 60000 kB\n"),
                        "it has 64 MB of memory, too little for the 64 of memcached.memory"),
                new Obstacle(
                        Aspect.SETTINGS,
                        a -> a.with("settings", OVERRIDES),
                        "/var/www/html/.htaccess:3 sets session.save_path, which overrides the inventory's (and 1 more)"));
    }

    private static Preflight preflight(Look<Readiness> look) throws IOException {
        Map<Droplet, Look<Readiness>> looks = new LinkedHashMap<>();
        looks.put(LAMP, look);
        DesiredStates desired = new DesiredStates(CLUSTER, Samples.templates());
        return new Examining(CLUSTER, desired, new Remedies("")).preflight(looks, List.of());
    }

    private static Look<Readiness> seen(Answer answer, Map<String, String> offered) {
        try {
            return new Look.Seen<>(ReadinessProbe.parse(answer.result(), 1_795_502_200_000L, 1_795_502_200_300L)
                    .with(offered));
        } catch (UnreadableFact e) {
            return new Look.Unreadable<>(e.sentence());
        }
    }

    @ParameterizedTest
    @MethodSource("obstacles")
    void isToldWithWhereItIs(Obstacle obstacle) throws IOException {
        Preflight preflight = preflight(seen(obstacle.planted().apply(bare()), Map.of("memcached", "yes")));
        assertThat(preflight.findings())
                .hasSize(1)
                .first()
                .extracting(Finding::what)
                .asString()
                .contains(obstacle.said());
        for (Aspect aspect : Aspect.values()) {
            assertThat(Preflight.mark(preflight.droplets().get(0), aspect))
                    .as("%s", aspect)
                    .matches(aspect == obstacle.aspect() ? "error|warning" : "ok");
        }
    }

    /** Kernels before 3.14 do not count what is available. */
    @Test
    void memoryThatIsNotKnownIsNotTooLittle() throws IOException {
        for (String memory : List.of("MemTotal: 1000000 kB\n", "", "MemTotal: ? kB\n")) {
            assertThat(told(bare().with("memory", memory), Map.of("memcached", "yes")))
                    .isEmpty();
        }
    }

    @Test
    void nothingIsSaidOfABareDropletThatWillDo() throws IOException {
        Preflight preflight = preflight(seen(bare(), Map.of("memcached", "yes")));
        assertThat(preflight.findings()).isEmpty();
        assertThat(preflight.stops()).isFalse();
    }

    private static List<String> told(Answer answer, Map<String, String> offered) throws IOException {
        return preflight(seen(answer, offered)).findings().stream()
                .map(Finding::what)
                .toList();
    }

    /** As a child that a web server has started, and that keeps its sockets, stands before it in the list. */
    @Test
    void aWebServerBehindAnotherNameHoldsItsPort() throws IOException {
        String shared = "LISTEN 0 511 *:80 *:* users:((\"rotatelogs\",pid=1200,fd=4),(\"nginx\",pid=900,fd=4))";
        assertThat(told(bare().with("listening", shared), Map.of())).isEmpty();
        String strangers = shared.replace("nginx", "squid");
        assertThat(told(bare().with("listening", strangers), Map.of()))
                .containsExactly("port 80 is taken by rotatelogs, squid; stop it there");
    }

    @Test
    void anotherWebServerIsInTheWayOfAnApacheThatIsToComeAndOfNoOther() throws IOException {
        String nginx = "LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:((\"nginx\",pid=9,fd=6))";
        assertThat(told(bare().with("listening", nginx), Map.of("apache2", "yes")))
                .containsExactly("port 80 is taken by nginx, so that Apache could not start; stop it there");
        Answer running = Answer.named("debian-12-provisioned").replacing("10.99.0.1/", "10.98.0.1/");
        for (String section : List.of("memory", "disk", "sockets", "ufw", "firewalld", "settings", "clock")) {
            running.with(section, bare().text(section));
        }
        // A proxy in front of an Apache that listens elsewhere.
        assertThat(told(running.with("listening", nginx.replace("nginx", "haproxy")), Map.of()))
                .isEmpty();
    }

    @Test
    void aSettingElsewhereThatIsTheInventorysIsInNobodysWay() throws IOException {
        String same = """
                /etc/php/8.2/fpm/pool.d/www.conf:7	session.save_handler	memcache
                /etc/php/8.2/fpm/pool.d/www.conf:8	session.save_path	tcp://10.98.0.1:11211
                /etc/php/8.2/fpm/pool.d/www.conf:9	memcache.allow_failover	on
                /etc/apache2/sites-enabled/shop.conf:4	session.save_path	tcp://10.98.0.1:11211
                /var/www/html/.user.ini:1	session.save_handler	memcache
                """;
        assertThat(told(bare().with("settings", same), Map.of())).isEmpty();
        String other = same + "/etc/php/8.2/fpm/pool.d/shop.conf:3\tsession.save_path\ttcp://10.98.0.9:11211\n";
        assertThat(told(bare().with("settings", other), Map.of()))
                .containsExactly("/etc/php/8.2/fpm/pool.d/shop.conf:3 sets session.save_path, which overrides the"
                        + " inventory's");
    }

    @Test
    void aPackageThatNobodyOffersStopsARunAndOneThatNobodyKnowsOfDoesNot() throws IOException {
        Preflight missing = preflight(seen(bare(), Map.of("memcached", "no", "apache2", "yes")));
        assertThat(missing.stops()).isTrue();
        assertThat(missing.findings().get(0).sentence())
                .isEqualTo("lamp01: none of its package sources offers memcached; run: ssh root@203.0.113.1 'apt-get"
                        + " update'");
        Preflight unknown = preflight(seen(bare(), Map.of("memcached", "unknown")));
        assertThat(unknown.stops()).isFalse();
        assertThat(unknown.findings()).hasSize(1);
    }

    @Test
    void aPackageThatWouldHaveToGoStopsARun() throws IOException {
        Answer half = bare();
        half.with("packages", half.text("packages") + "iU  acme-agent 7.1\n");
        Preflight preflight = preflight(seen(half, Map.of("memcached", "yes", "acme-agent", "removed")));
        assertThat(preflight.stops()).isTrue();
        assertThat(preflight.findings().get(0).sentence())
                .isEqualTo(
                        "lamp01: apt-get would remove acme-agent there to finish the installation of acme-agent, which"
                                + " a run never does; repair or remove it by hand; run: ssh root@203.0.113.1 'apt-get -s -f"
                                + " install memcached'");
        assertThat(told(half, Map.of("-", "unsolved")))
                .containsExactly(
                        "apt-get cannot finish the installation of acme-agent there; repair or remove it by hand");
    }

    @Test
    void anIptablesThatThisKernelCannotServeStopsARun() throws IOException {
        assertThat(told(bare().with("tables", "legacy"), Map.of()))
                .containsExactly("its kernel lacks what iptables-legacy needs, and iptables-nft works; run there:"
                        + " update-alternatives --set iptables /usr/sbin/iptables-nft; update-alternatives --set"
                        + " ip6tables /usr/sbin/ip6tables-nft");
        assertThat(told(bare().with("tables", "no"), Map.of())).isEmpty();
    }

    @Test
    void aReleaseThatNobodyHasHeardOfIsAskedWhatItBrings() throws IOException {
        Answer unheard =
                bare().replacing("VERSION_ID=\"12\"", "VERSION_ID=\"27.04\"").replacing("ID=debian", "ID=ubuntu");
        assertThat(told(unheard, Map.of()))
                .singleElement()
                .asString()
                .startsWith("apt there knows no libapache2-mod-php, and which PHP ")
                .endsWith("run there: apt-get update (on Ubuntu with universe)");
        unheard.with("offers", "Package: libapache2-mod-php\nDepends: libapache2-mod-php8.6\n");
        assertThat(told(unheard, Map.of())).isEmpty();
    }

    @Test
    void howFarTheConnectionCameIsTold() throws IOException {
        Preflight preflight = preflight(
                new Look.Unreached<>(new SshFailure(SshFailure.Kind.PRIVILEGE, "lamp01 (203.0.113.1): no sudo")));
        List<String> marks = Arrays.stream(Aspect.values())
                .map(a -> Preflight.mark(preflight.droplets().get(0), a))
                .toList();
        assertThat(marks.subList(0, 5)).containsExactly("ok", "ok", "ok", "error", "-");
        assertThat(preflight.unreached()).isTrue();
        assertThat(preflight.findings().get(0).sentence()).isEqualTo("lamp01: no sudo");
    }
}
