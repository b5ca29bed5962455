package sessionctl.action;

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
import sessionctl.facts.InvalidAnswerException;
import sessionctl.facts.PreflightProbe;
import sessionctl.fleet.ProbeResult;
import sessionctl.health.Finding;
import sessionctl.health.Preflight;
import sessionctl.health.PreflightItem;
import sessionctl.health.Remedies;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ports.DropCause;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortState;
import sessionctl.ssh.SshFailure;
import sessionctl.state.PhpSelection;
import sessionctl.state.PreflightFacts;

/** Findings of the preflight check, which reports obstacles before a run. */
class PreflightActionTest {
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
     * An obstacle that stops a run or needs attention.
     *
     * @param aspect the check that fails
     * @param planted puts the obstacle into a droplet's answer
     * @param sentence a part of the finding
     */
    private record Obstacle(PreflightItem aspect, UnaryOperator<Answer> planted, String sentence) {
        @Override
        public String toString() {
            return aspect + ": " + sentence;
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
                        PreflightItem.SYSTEM,
                        a -> a.replacing("VERSION_ID=\"12\"", "VERSION_ID=\"99\""),
                        "apt there does not know libapache2-mod-php, so the PHP version of Debian GNU/Linux 12"),
                new Obstacle(
                        PreflightItem.ADDRESS,
                        a -> a.with("addresses", "2: eth0    inet 10.98.0.9/16 scope global eth0"),
                        "it does not have its private address 10.98.0.1, it has 10.98.0.9 on eth0; correct"),
                new Obstacle(
                        PreflightItem.MEMCACHED_PORT,
                        a -> a.with("listening", "LISTEN 0 9 127.0.0.1:11211 0.0.0.0:* users:((\"redis\",pid=7,fd=3))"),
                        "port 11211 is taken by redis; stop it there, or name another memcached.port"),
                new Obstacle(
                        PreflightItem.MEMCACHED_PORT,
                        a -> a.with(
                                "listening",
                                "LISTEN     0      9      *:11211      *:*      users:((\"redis\",1009,3))"),
                        "port 11211 is taken by redis; stop it there, or name another memcached.port"),
                new Obstacle(
                        PreflightItem.WEB_PORT,
                        a -> a.with("listening", "LISTEN 0 511 *:80 *:*"),
                        "port 80 is taken by an unknown program"),
                new Obstacle(
                        PreflightItem.WEB_PORT,
                        a -> a.with(
                                "listening",
                                "LISTEN 0 9 *:80 *:* users:((\"haproxy\",pid=9,fd=3),(\"haproxy\",pid=8,fd=3))"),
                        "port 80 is taken by haproxy; stop it there"),
                new Obstacle(
                        PreflightItem.WEB_PORT,
                        a -> a.with("listening", "LISTEN 0 9 *:80 *:* users:((\"systemd\",pid=1,fd=44))")
                                .with("sockets", SOCKETS),
                        "port 80 is taken by site.socket; stop it there"),
                new Obstacle(PreflightItem.FIREWALL, a -> a.with("ufw", "yes"), "ufw is active"),
                new Obstacle(PreflightItem.FIREWALL, a -> a.with("firewalld", "yes"), "firewalld is active"),
                new Obstacle(
                        PreflightItem.DISK, a -> a.with("disk", "100000"), "97 MB are free in /var, but the packages"),
                new Obstacle(PreflightItem.DISK, a -> a.with("disk", ""), "how much is free in /var is unknown"),
                new Obstacle(PreflightItem.DISK, a -> a.with("disk", "-"), "how much is free in /var is unknown"),
                new Obstacle(PreflightItem.DISK, a -> a.with("disk", "0"), "0 MB are free in /var, but the packages"),
                new Obstacle(
                        PreflightItem.DISK,
                        a -> a.with("room", "1023 99 98 /\n9000000 99 98 /var\n"),
                        "its disk is full: 1023 KB are free in /; free some space"),
                new Obstacle(
                        PreflightItem.DISK,
                        a -> a.with("room", "90000000 99 98 /\n9000000 99 7 /var\n9000 0 0 /btrfs\n8 - - /run\n"),
                        "its disk is full: only 7 files can be created in /var (df -i); delete some"),
                new Obstacle(
                        PreflightItem.DISK,
                        a -> a.with("room", "90000000 99 98 /\nreadonly - /etc\nreadonly - /usr\n"),
                        "/etc, /usr is on a read-only file system"),
                new Obstacle(
                        PreflightItem.SYSTEM,
                        a -> a.with("services", """
                                Id=apache2.service
                                UnitFileState=masked

                                Id=memcached.service
                                UnitFileState=masked-runtime

                                Id=nginx.service
                                UnitFileState=masked

                                Id=sessionctl-sentinel.service
                                UnitFileState=masked-runtime
                                """),
                        "the units apache2, memcached are masked, so systemd does not start them; run there: systemctl"
                                + " unmask apache2 && systemctl unmask --runtime memcached"),
                new Obstacle(
                        PreflightItem.SYSTEM,
                        a -> a.with("services", "Id=sessionctl-firewall.service\nUnitFileState=masked\n"),
                        "the unit sessionctl-firewall is masked, so systemd does not start it; run there: systemctl"
                                + " unmask sessionctl-firewall"),
                new Obstacle(
                        PreflightItem.MEMORY,
                        a -> a.with("cache", "version 1.6.18\nsessions 9\nothers 3500\nother_bytes 35000000\n")
                                .with("stats", "limit_maxbytes 67108864\n"),
                        "its memcached also holds 3500 keys (33 of 64 MB) of another program: they take memory"),
                new Obstacle(
                        PreflightItem.MEMORY,
                        a -> a.with("memory", "MemTotal: 65536 kB\nMemAvailable: 60000 kB\n"),
                        "it has 64 MB of memory, too little for the 64 MB of memcached.memory"),
                new Obstacle(
                        PreflightItem.SETTINGS,
                        a -> a.with("settings", OVERRIDES),
                        "/var/www/html/.htaccess:3 sets session.save_path, which overrides the inventory's (and 1"
                                + " more)"));
    }

    /** A run makes its own rules, so only what other rules and the network drop is an obstacle. */
    @Test
    void aLostConnectionIsReportedUnlessProvisionMakesItsRule() throws IOException {
        Droplet other = Samples.lamps(2).droplets().get(1);
        List<List<String>> delete = List.of(List.of("nft", "delete", "table", "inet", "x"));
        for (DropCause.Kind kind : DropCause.Kind.values()) {
            DropCause cause = new DropCause("lamp02 drops them", other, delete, kind);
            PortProbe lost = new PortProbe("lamp01", other, "10.98.0.2", true, PortState.SILENT, "", cause);
            List<Finding> findings = preflight(probed(bare(), Map.of("memcached", "yes")), List.of(lost, lost))
                    .findings();
            Finding expected = new Finding(
                    Severity.ERROR,
                    "lamp01",
                    "it does not reach the memcached port of lamp02 (and does not reach 1 more): lamp02 drops them",
                    "ssh root@203.0.113.2 'nft delete table inet x'");
            assertThat(findings).as("%s", kind).isEqualTo(kind == DropCause.Kind.RULES ? List.of() : List.of(expected));
        }
    }

    private static Preflight preflight(ProbeResult<PreflightFacts> answer) throws IOException {
        return preflight(answer, List.of());
    }

    private static Preflight preflight(ProbeResult<PreflightFacts> answer, List<PortProbe> connections)
            throws IOException {
        Map<Droplet, ProbeResult<PreflightFacts>> answers = new LinkedHashMap<>();
        answers.put(LAMP, answer);
        DesiredStates desired = new DesiredStates(CLUSTER, Samples.templates());
        return new PreflightAction(CLUSTER, desired, new Remedies("")).deriveFindings(answers, List.of(), connections);
    }

    private static ProbeResult<PreflightFacts> probed(Answer answer, Map<String, String> offered) {
        try {
            return new ProbeResult.Answered<>(
                    PreflightProbe.parse(answer.result(), 1_795_502_200_000L, 1_795_502_200_300L, PhpSelection.ANY)
                            .with(offered));
        } catch (InvalidAnswerException e) {
            return new ProbeResult.Unreadable<>(e.sentence());
        }
    }

    @ParameterizedTest
    @MethodSource("obstacles")
    void anObstacleIsTheOnlyFindingAndMarksItsCheck(Obstacle obstacle) throws IOException {
        Preflight preflight = preflight(probed(obstacle.planted().apply(bare()), Map.of("memcached", "yes")));
        assertThat(preflight.findings())
                .hasSize(1)
                .first()
                .extracting(Finding::what)
                .asString()
                .contains(obstacle.sentence());
        for (PreflightItem aspect : PreflightItem.values()) {
            assertThat(Preflight.mark(preflight.droplets().get(0), aspect))
                    .as("%s", aspect)
                    .matches(aspect == obstacle.aspect() ? "error|warning" : "ok");
        }
    }

    /** Kernels before 3.14 do not report MemAvailable. */
    @Test
    void unknownMemoryIsNoFinding() throws IOException {
        for (String memory : List.of("MemTotal: 1000000 kB\n", "", "MemTotal: ? kB\n")) {
            assertThat(findings(bare().with("memory", memory), Map.of("memcached", "yes")))
                    .isEmpty();
        }
    }

    @Test
    void aBareDropletThatIsFitHasNoFindings() throws IOException {
        Preflight preflight = preflight(probed(bare(), Map.of("memcached", "yes")));
        assertThat(preflight.findings()).isEmpty();
        assertThat(preflight.hasErrors()).isFalse();
    }

    private static List<String> findings(Answer answer, Map<String, String> offered) throws IOException {
        return preflight(probed(answer, offered)).findings().stream()
                .map(Finding::what)
                .toList();
    }

    /** A child process that inherits the sockets of a web server may come before the server in the list. */
    @Test
    void aPortThatAWebServerSharesWithItsChildIsNoFinding() throws IOException {
        String shared = "LISTEN 0 511 *:80 *:* users:((\"rotatelogs\",pid=1200,fd=4),(\"nginx\",pid=900,fd=4))";
        assertThat(findings(bare().with("listening", shared), Map.of())).isEmpty();
        String squids = shared.replace("nginx", "squid");
        assertThat(findings(bare().with("listening", squids), Map.of()))
                .containsExactly("port 80 is taken by rotatelogs, squid; stop it there");
    }

    @Test
    void aWebServerOnThePortIsAFindingOnlyIfApacheIsNotInstalledYet() throws IOException {
        String nginx = "LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:((\"nginx\",pid=9,fd=6))";
        assertThat(findings(bare().with("listening", nginx), Map.of("apache2", "yes")))
                .containsExactly("port 80 is taken by nginx, so that Apache could not start; stop it there");
        Answer running = Answer.named("debian-12-provisioned").replacing("10.99.0.1/", "10.98.0.1/");
        for (String section : List.of("memory", "disk", "sockets", "ufw", "firewalld", "settings", "clock")) {
            running.with(section, bare().text(section));
        }
        // A proxy on port 80 in front of an Apache that listens on another port.
        assertThat(findings(running.with("listening", nginx.replace("nginx", "haproxy")), Map.of()))
                .isEmpty();
    }

    @Test
    void aSettingElsewhereThatEqualsTheInventorysIsNoFinding() throws IOException {
        String same = """
                /etc/php/8.2/fpm/pool.d/www.conf:7	session.save_handler	memcache
                /etc/php/8.2/fpm/pool.d/www.conf:8	session.save_path	tcp://10.98.0.1:11211
                /etc/php/8.2/fpm/pool.d/www.conf:9	memcache.allow_failover	on
                /etc/apache2/sites-enabled/shop.conf:4	session.save_path	tcp://10.98.0.1:11211
                /var/www/html/.user.ini:1	session.save_handler	memcache
                """;
        assertThat(findings(bare().with("settings", same), Map.of())).isEmpty();
        String other = same + "/etc/php/8.2/fpm/pool.d/shop.conf:3\tsession.save_path\ttcp://10.98.0.9:11211\n";
        assertThat(findings(bare().with("settings", other), Map.of()))
                .containsExactly("/etc/php/8.2/fpm/pool.d/shop.conf:3 sets session.save_path, which overrides the"
                        + " inventory's");
    }

    @Test
    void aPackageThatNoSourceOffersStopsARunAndAnUnknownOneDoesNot() throws IOException {
        Preflight missing = preflight(probed(bare(), Map.of("memcached", "no", "apache2", "yes")));
        assertThat(missing.hasErrors()).isTrue();
        assertThat(missing.findings().get(0).sentence())
                .isEqualTo("lamp01: none of its package sources offers memcached; run: ssh root@203.0.113.1 'apt-get"
                        + " update'");
        Preflight unknown = preflight(probed(bare(), Map.of("memcached", "unknown")));
        assertThat(unknown.hasErrors()).isFalse();
        assertThat(unknown.findings()).hasSize(1);
    }

    @Test
    void aPackageThatAptWouldRemoveStopsARun() throws IOException {
        Answer half = bare();
        half.with("packages", half.text("packages") + "iU  acme-agent 7.1\n");
        Preflight preflight = preflight(probed(half, Map.of("memcached", "yes", "acme-agent", "removed")));
        assertThat(preflight.hasErrors()).isTrue();
        assertThat(preflight.findings().get(0).sentence())
                .isEqualTo(
                        "lamp01: apt-get would remove acme-agent there to finish the installation of acme-agent, which"
                                + " a run never does; repair or remove it by hand; run: ssh root@203.0.113.1"
                                + " 'apt-get -s -f"
                                + " install memcached'");
        assertThat(findings(half, Map.of("-", "unsolved")))
                .containsExactly(
                        "apt-get cannot finish the installation of acme-agent there; repair or remove it by hand");
    }

    @Test
    void theSpaceThatAptNeedsIsComparedWithThatOfEachFileSystem() throws IOException {
        Map<String, String> needs = Map.of("memcached", "yes", "-needs", "20000 80000");
        Answer one = bare().with("room", "102000 99 98 /\n");
        assertThat(findings(one.with("disk", "102000"), needs)).isEmpty();
        assertThat(findings(one.with("room", "100000 99 98 /\n"), needs))
                .containsExactly("97 MB are free in /, but the packages need 99 MB; free some space there");
        assertThat(findings(one.with("room", "100000 99 98 /\n19000 99 98 /var\n90000 9999 9999 /tmp\n"), needs))
                .containsExactly("18 MB are free in /var, but the packages need 21 MB; free some space there");
    }

    @Test
    void anAptThatIsBusyIsAWarning() throws IOException {
        Preflight preflight =
                preflight(probed(bare(), Map.of("memcached", "yes", "-busy", "/var/lib/dpkg/lock 77 unattended-upgr")));
        assertThat(preflight.hasErrors()).isFalse();
        assertThat(preflight.findings().get(0).what())
                .isEqualTo("apt is busy there, and a run waits for it: process 77 (unattended-upgr) holds"
                        + " /var/lib/dpkg/lock");
    }

    @Test
    void anIptablesThatTheKernelDoesNotSupportStopsARun() throws IOException {
        assertThat(findings(bare().with("tables", "legacy"), Map.of()))
                .containsExactly("its kernel lacks what iptables-legacy needs, and iptables-nft works; run there:"
                        + " update-alternatives --set iptables /usr/sbin/iptables-nft; update-alternatives --set"
                        + " ip6tables /usr/sbin/ip6tables-nft");
        assertThat(findings(bare().with("tables", "no"), Map.of())).isEmpty();
    }

    @Test
    void anUnknownReleaseIsFitIfItOffersThePackages() throws IOException {
        Answer unknownRelease =
                bare().replacing("VERSION_ID=\"12\"", "VERSION_ID=\"27.04\"").replacing("ID=debian", "ID=ubuntu");
        assertThat(findings(unknownRelease, Map.of()))
                .singleElement()
                .asString()
                .startsWith("apt there does not know libapache2-mod-php, so the PHP version of ")
                .endsWith("run there: apt-get update (on Ubuntu with universe)");
        unknownRelease.with("offers", "Package: libapache2-mod-php\nDepends: libapache2-mod-php8.6\n");
        assertThat(findings(unknownRelease, Map.of())).isEmpty();
    }

    @Test
    void aFailedConnectionMarksTheStepsThatSucceeded() throws IOException {
        Preflight preflight = preflight(new ProbeResult.Unreached<>(
                new SshFailure(SshFailure.Kind.PRIVILEGE, "lamp01 (203.0.113.1): no sudo")));
        List<String> marks = Arrays.stream(PreflightItem.values())
                .map(a -> Preflight.mark(preflight.droplets().get(0), a))
                .toList();
        assertThat(marks.subList(0, 5)).containsExactly("ok", "ok", "ok", "error", "-");
        assertThat(preflight.hasUnreached()).isTrue();
        assertThat(preflight.findings().get(0).sentence()).isEqualTo("lamp01: no sudo");
    }
}
