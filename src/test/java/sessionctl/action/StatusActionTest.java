package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Samples;
import sessionctl.cli.FaultyClusters;
import sessionctl.health.ClusterHealth;
import sessionctl.health.Finding;
import sessionctl.inventory.Cluster;
import sessionctl.ports.PortState;
import sessionctl.report.TextStyle;
import sessionctl.report.json.StatusJson;
import sessionctl.report.text.StatusText;

/**
 * Each fault is the first finding, with its droplet and the command that fixes it. A healthy cluster has no findings.
 */
class StatusActionTest {
    private static final String PROVISION = "; run: sessionctl provision shop.yml";

    private static final String DROP_BEFORE_OURS = """
            -A INPUT -s 10.98.0.1/32 -p tcp -m tcp --dport 11211 -j DROP
            -A INPUT -j SESSIONCTL
            """;

    /**
     * A fault.
     *
     * @param name a description of the fault
     * @param plant makes the cluster faulty
     * @param first the first finding
     * @param findings the number of findings
     */
    private record Fault(String name, UnaryOperator<FaultyClusters> plant, String first, int findings) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static UnaryOperator<FaultyClusters> on(int droplet, UnaryOperator<sessionctl.Answer> fault) {
        return cluster -> cluster.with(droplet, fault);
    }

    private static UnaryOperator<FaultyClusters> withCache(int droplet, String more) {
        return on(
                droplet,
                a -> a.with("cache", "version 1.6.18\nuptime 3600\nget_hits 0\nget_misses 0\nsessions 3\n" + more));
    }

    static Stream<Fault> faults() {
        return Stream.of(services(), files(), paths(), sessions()).flatMap(List::stream);
    }

    private static sessionctl.Answer bareDroplet() {
        try {
            return sessionctl.Answer.named("debian-12-bare")
                    .withoutRules()
                    .with("iptables", "no")
                    .with("uptime", "86400.12 1000.00")
                    .with("cache", "")
                    .with("guard", "")
                    .with("trips", "")
                    .with("clock", FaultyClusters.NOW + "050000000 " + FaultyClusters.NOW + "250000000")
                    .with("iptables", "yes")
                    .with("policies", "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the answer of a droplet whose memcached systemd is starting, in this substate. */
    private static sessionctl.Answer activating(sessionctl.Answer answer, String how) {
        return answer.replacing(
                "memcached.service\nActiveState=active", "memcached.service\nActiveState=activating\nSubState=" + how);
    }

    private static UnaryOperator<FaultyClusters> overriding(int droplet, String place, String name, String value) {
        return on(droplet, a -> a.with("settings", a.text("settings") + place + "\t" + name + "\t" + value + "\n"));
    }

    static List<Fault> overrides() {
        String first = "lamp02: /etc/apache2/conf-enabled/zz.conf:1 sets session.save_path, which overrides the"
                + " inventory's; run: ssh root@203.0.113.2 ";
        return List.of(
                new Fault(
                        "a line in Apache's configuration",
                        overriding(2, "/etc/apache2/conf-enabled/zz.conf:1", "session.save_path", "/tmp"),
                        first,
                        1),
                new Fault(
                        "an FPM pool",
                        overriding(2, "/etc/php/8.2/apache2/conf.d/99-a b.ini:3", "session.save_handler", "memcached"),
                        "lamp02: /etc/php/8.2/apache2/conf.d/99-a b.ini:3 sets session.save_handler, which overrides",
                        1),
                new Fault(
                        "a folder of the site",
                        overriding(3, "/var/www/html/.htaccess:7", "memcache.hash_strategy", "standard"),
                        "lamp03: /var/www/html/.htaccess:7 sets memcache.hash_strategy, which overrides",
                        1),
                new Fault(
                        "another list of servers that wins",
                        overriding(
                                1,
                                "/etc/php/8.2/apache2/conf.d/99.ini:1",
                                "memcache.session_save_path",
                                "tcp://10.1.1.1:1"),
                        "lamp01: /etc/php/8.2/apache2/conf.d/99.ini:1 sets memcache.session_save_path, which overrides",
                        1),
                new Fault(
                        "a prefix of keys that not every droplet has",
                        overriding(
                                1, "/etc/php/8.2/apache2/conf.d/99.ini:1", "memcache.session_prefix_static_key", "a"),
                        "lamp01: /etc/php/8.2/apache2/conf.d/99.ini:1 sets memcache.session_prefix_static_key, which not"
                                + " every droplet does; run: ssh",
                        1));
    }

    @ParameterizedTest
    @MethodSource("overrides")
    void anOverrideIsTheOnlyFinding(Fault fault) throws IOException {
        ClusterHealth health = fault.plant().apply(new FaultyClusters()).overview();
        assertThat(health.findings()).hasSize(1);
        assertThat(health.findings().get(0).sentence()).startsWith(fault.first());
        assertThat(health.hasErrors()).isTrue();
    }

    @Test
    void anOverrideIsAnErrorAndItsRemedyEditsThatLineOnly() throws IOException {
        ClusterHealth health = overriding(2, "/etc/apache2/conf-enabled/a b.conf:1", "session.save_path", "/tmp")
                .apply(new FaultyClusters())
                .overview();
        assertThat(health.hasErrors()).isTrue();
        assertThat(health.findings().get(0).remedy())
                .isEqualTo("ssh root@203.0.113.2 'sed -i --follow-symlinks '\\''1{/session[.]save_path/s/^/#/}'\\''"
                        + " '\\''/etc/apache2/conf-enabled/a b.conf'\\'' && service apache2 reload'");
    }

    @Test
    void equalValuesAndFilesOfAnUnusedPhpAreNoFinding() throws IOException {
        FaultyClusters cluster = new FaultyClusters();
        for (int droplet = 1; droplet <= 3; droplet++) {
            String list = "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211,tcp://10.98.0.3:11211";
            cluster = overriding(droplet, "/etc/apache2/conf-enabled/zz.conf:1", "session.save_path", list)
                    .apply(cluster);
            cluster = overriding(droplet, "/etc/apache2/conf-enabled/zz.conf:2", "memcache.session_save_path", list)
                    .apply(cluster);
            cluster = overriding(droplet, "/etc/apache2/conf-enabled/zz.conf:3", "memcache.allow_failover", "On")
                    .apply(cluster);
            cluster = overriding(
                            droplet, "/etc/php/8.2/apache2/conf.d/9.ini:1", "memcache.session_prefix_static_key", "a")
                    .apply(cluster);
            cluster = overriding(droplet, "/etc/php/8.2/apache2/conf.d/9.ini:2", "session.gc_maxlifetime", "77")
                    .apply(cluster);
            cluster = overriding(droplet, "/etc/php/8.1/apache2/conf.d/9.ini:2", "session.save_handler", "files")
                    .apply(cluster);
            cluster = overriding(droplet, "/etc/php/8.2/fpm/pool.d/www.conf:2", "session.save_handler", "files")
                    .apply(cluster);
        }
        assertThat(cluster.overview().findings()).isEmpty();
    }

    private static List<Fault> services() {
        return List.of(
                new Fault(
                        "nothing installed yet",
                        p -> p.with(1, a -> bareDroplet()).refusing(1),
                        "lamp01: packages are missing: apache2, iptables, libapache2-mod-php, memcached, php-memcache"
                                + PROVISION,
                        1),
                new Fault(
                        "memcached stopped",
                        p -> p.with(
                                        2,
                                        a -> a.replacing(
                                                        "memcached.service\nActiveState=active",
                                                        "memcached.service\nActiveState=inactive")
                                                .without("memcached")
                                                .with("stats", "")
                                                .with("cache", ""))
                                .refusing(2),
                        "lamp02: memcached does not run" + PROVISION,
                        1),
                new Fault(
                        "memcached is filled",
                        p -> p.with(
                                        2,
                                        a -> activating(a, "start-post")
                                                .with("guard", "filling 1795502181 from 10.98.0.1, 10.98.0.3"))
                                .refusing(2),
                        "lamp02: its memcached is being filled from its peers",
                        1),
                new Fault(
                        "memcached waits to start",
                        p -> p.with(
                                        2,
                                        a -> activating(a, "start-pre")
                                                .with("guard", "closed 1795502181 memcached starts"))
                                .refusing(2),
                        "lamp02: memcached is starting",
                        1),
                new Fault(
                        "memcached fails again and again",
                        p -> p.with(
                                        2,
                                        a -> activating(a, "auto-restart")
                                                .without("memcached")
                                                .with("cache", ""))
                                .refusing(2),
                        "lamp02: memcached does not run" + PROVISION,
                        1),
                new Fault(
                        "Apache down",
                        on(
                                3,
                                a -> a.replacing(
                                        "apache2.service\nActiveState=active", "apache2.service\nActiveState=failed")),
                        "lamp03: apache2 does not run" + PROVISION,
                        1),
                new Fault(
                        "the wrong address",
                        p -> p.with(
                                        2,
                                        a -> a.replacing("-l\n10.98.0.2", "-l\n127.0.0.1")
                                                .with("cache", ""))
                                .refusing(2),
                        "lamp02: memcached listens at 127.0.0.1, not at 10.98.0.2" + PROVISION,
                        1),
                new Fault(
                        "the memcache module disabled",
                        on(1, a -> a.replacing("/etc/php/8.2/apache2/conf.d/20-memcache.ini\n", "")),
                        "lamp01: PHP module memcache is switched off" + PROVISION,
                        1),
                new Fault(
                        "not at boot",
                        on(
                                1,
                                a -> a.replacing(
                                        "Id=apache2.service\nActiveState=active\nUnitFileState=enabled",
                                        "Id=apache2.service\nActiveState=active\nUnitFileState=disabled")),
                        "lamp01: apache2 does not start at boot" + PROVISION,
                        1),
                new Fault(
                        "memcached hangs",
                        on(1, a -> a.with("cache", "")),
                        "lamp01: memcached runs, but does not answer; run: sessionctl restart shop.yml --limit lamp01",
                        1),
                new Fault(
                        "not reached",
                        p -> p.losing(3, "lamp03 (203.0.113.3): no answer within 10 seconds")
                                .refusing(3),
                        "lamp03: it could not be reached: no answer within 10 seconds",
                        1),
                new Fault(
                        "not understood",
                        on(3, a -> a.without("clock")),
                        "lamp03: its answer lacks the section clock",
                        1));
    }

    private static List<Fault> files() {
        return List.of(
                new Fault(
                        "another save_path",
                        on(3, a -> a.replacing(",tcp://10.98.0.3:11211", "")),
                        "lamp03: /etc/php/8.2/apache2/php.ini does not match the inventory" + " (session.save_path)"
                                + PROVISION,
                        1),
                new Fault(
                        "redundancy 2 in place of 4",
                        on(3, a -> a.replacing("session_redundancy=4", "session_redundancy=2")),
                        "lamp03: /etc/php/8.2/mods-available/memcache.ini does not match the inventory"
                                + " (memcache.session_redundancy)" + PROVISION,
                        1),
                new Fault(
                        "unguarded",
                        on(
                                1,
                                a -> a.without(
                                        "file 644 root:root /etc/systemd/system/memcached.service.d/sessionctl.conf")),
                        "lamp01: memcached is unguarded, so its next start loses sessions" + PROVISION,
                        1),
                new Fault(
                        "a rejoin that left the port closed",
                        p -> p.with(
                                        2,
                                        a -> a.with("gate", "-A SESSIONCTL-GATE -d 10.98.0.2/32 -j REJECT")
                                                .with("guard", "closed 1795502100 memcached starts"))
                                .refusing(2),
                        "lamp02: its memcached port is still closed to PHP, though memcached runs" + PROVISION,
                        1),
                new Fault(
                        "a re-join that failed",
                        p -> p.with(
                                        2,
                                        a -> a.with("gate", "-A SESSIONCTL-GATE -d 10.98.0.2/32 -j REJECT")
                                                .with(
                                                        "guard",
                                                        "failed 1795502190 no rules are in force; run: something"))
                                .refusing(2),
                        "lamp02: its memcached port is still closed to PHP: no rules are in force" + PROVISION,
                        1),
                new Fault(
                        "a re-join without the rules",
                        p -> p.with(
                                        2,
                                        a -> a.with("gate", "-A SESSIONCTL-GATE -d 10.98.0.2/32 -j REJECT")
                                                .with(
                                                        "guard",
                                                        "failed 1795502190 the rules of sessionctl firewall are not in force"))
                                .refusing(2),
                        "lamp02: its memcached port is still closed to PHP: the rules of sessionctl firewall are not in force"
                                + PROVISION,
                        1),
                new Fault(
                        "a re-join under way",
                        p -> p.with(
                                        2,
                                        a -> a.with("gate", "-A SESSIONCTL-GATE -d 10.98.0.2/32 -j REJECT")
                                                .with("guard", "filling 1795502190 from 10.98.0.1"))
                                .refusing(2),
                        "lamp02: its memcached is being filled from its peers",
                        1));
    }

    private static List<Fault> paths() {
        return List.of(
                new Fault(
                        "dropped in one direction by a rule before ours",
                        p -> p.with(2, a -> a.replacing("-A INPUT -j SESSIONCTL\n", DROP_BEFORE_OURS))
                                .withPort("lamp01", 2, PortState.SILENT),
                        "lamp01: it does not reach memcached on lamp02 (silent)" + PROVISION,
                        2),
                new Fault(
                        "dropped in one direction where it begins",
                        p -> p.withRules(1, "-A OUTPUT -d 10.98.0.2/32 -p tcp -m tcp --dport 11211 -j DROP\n")
                                .withPort("lamp01", 2, PortState.SILENT),
                        "lamp01: it does not reach memcached on lamp02 (silent)",
                        1),
                new Fault(
                        "dropped by the network, with rules for other packets",
                        p -> p.withRules(1, """
                                        -A OUTPUT -m conntrack --ctstate INVALID -j DROP
                                        -A OUTPUT -o eth0 -j DROP
                                        -A OUTPUT -p udp -j DROP
                                        -A OUTPUT ! -d 10.98.0.2/32 -j DROP
                                        -A OUTPUT -d 10.98.0.3/32 -j DROP
                                        -A OUTPUT -p tcp -m tcp --dport 25 -j REJECT --reject-with tcp-reset
                                        """).withPort("lamp01", 2, PortState.SILENT),
                        "lamp01: it does not reach memcached on lamp02 (silent)",
                        1),
                new Fault(
                        "refused where it begins, with everything else",
                        p -> p.withRules(1, "-A OUTPUT -d 10.98.0.2/32 -j REJECT --reject-with tcp-reset\n")
                                .withPort("lamp01", 2, PortState.REFUSED),
                        "lamp01: it does not reach memcached on lamp02 (refused)",
                        1),
                new Fault(
                        "dropped by the network",
                        p -> p.withPort("lamp01", 2, PortState.SILENT),
                        "lamp01: it does not reach memcached on lamp02 (silent)",
                        1),
                new Fault(
                        "no rules where others close the port",
                        p -> p.with(3, a -> a.with("v4", ":INPUT DROP [0:0]\n").with("kept", "")),
                        "lamp03: its rules for the memcached port are missing" + PROVISION,
                        1),
                new Fault(
                        "a rule before ours",
                        p -> p.with(
                                3,
                                a -> a.replacing(
                                        "-A INPUT -j SESSIONCTL\n",
                                        "-A INPUT -s 192.0.2.1/32 -j ACCEPT\n-A INPUT -j SESSIONCTL\n")),
                        "lamp03: its rules for the memcached port are not first in INPUT, so other rules are"
                                + " evaluated before them" + PROVISION,
                        1),
                new Fault(
                        "rules without a jump to them",
                        p -> p.with(3, a -> a.replacing("-A INPUT -j SESSIONCTL\n", "")),
                        "lamp03: memcached is open: anyone on the private network can read your users' sessions"
                                + PROVISION,
                        1),
                new Fault(
                        "open where iptables is missing",
                        p -> p.with(
                                3, a -> a.withoutRules().with("iptables", "no").with("input", "")),
                        "lamp03: memcached is open: anyone on the private network can read your users' sessions"
                                + PROVISION,
                        1),
                new Fault(
                        "open to other hosts",
                        p -> p.with(3, a -> a.with("v4", "").with("kept", "")).withPort("outside", 3, PortState.OPEN),
                        "lamp03: memcached is open: anyone on the private network can read your users' sessions"
                                + PROVISION,
                        2));
    }

    private static List<Fault> sessions() {
        return List.of(
                new Fault(
                        "a clock ten minutes ahead",
                        on(
                                2,
                                a -> a.with(
                                        "clock",
                                        (FaultyClusters.NOW + 600) + "050000000 " + (FaultyClusters.NOW + 600)
                                                + "250000000")),
                        "lamp02: its clock is 10 min ahead of the others', and sessions expire by the clock; run: ssh"
                                + " root@203.0.113.2 'timedatectl set-ntp true'",
                        1),
                new Fault(
                        "a clock ten seconds behind",
                        on(
                                2,
                                a -> a.with(
                                        "clock",
                                        (FaultyClusters.NOW - 10) + "050000000 " + (FaultyClusters.NOW - 10)
                                                + "250000000")),
                        "lamp02: its clock is 10.0 s behind the others', and sessions expire by the clock; run: ssh"
                                + " root@203.0.113.2 'timedatectl set-ntp true'",
                        1),
                new Fault(
                        "evictions",
                        on(
                                1,
                                a -> a.with(
                                        "stats", "bytes 900000\nlimit_maxbytes 67108864\ncurr_items 9\nevictions 7\n")),
                        "lamp01: memcached has evicted 7 items from its 64 MB, so sessions are lost; set"
                                + " memcached.memory in the inventory to 128 or more" + PROVISION,
                        1),
                new Fault(
                        "almost full",
                        on(
                                1,
                                a -> a.with(
                                        "stats",
                                        "bytes 60000000\nlimit_maxbytes 67108864\ncurr_items 9\nevictions 0\n")),
                        "lamp01: memcached will soon evict sessions: 89 % of its 64 MB are used; set"
                                + " memcached.memory in the inventory to 128 or more" + PROVISION,
                        1),
                new Fault(
                        "a lock for ever",
                        withCache(1, FaultyClusters.COPIES + "lock abcdef -1 0\n"),
                        "lamp01: a session is locked (abcdef…) by a request that ended without unlocking; run:"
                                + " sessionctl restart shop.yml --limit lamp01",
                        1),
                new Fault(
                        "keys of another program",
                        withCache(2, FaultyClusters.COPIES + "others 12\n"),
                        "lamp02: its memcached also holds 12 keys of another program: they take memory from sessions,"
                                + " and are lost when memcached restarts",
                        1),
                new Fault(
                        "copies lack",
                        withCache(3, "copy 00000003 fresh\n"),
                        "lamp03: its memcached lacks 2 of 2 sampled sessions that its peers hold; run:"
                                + " sessionctl restart shop.yml --limit lamp03",
                        1));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsTheFirstFinding(Fault fault) throws IOException {
        List<Finding> findings =
                fault.plant().apply(new FaultyClusters()).overview().findings();
        assertThat(findings).extracting(Finding::sentence).first().isEqualTo(fault.first());
        assertThat(findings).extracting(Finding::sentence).hasSize(fault.findings());
    }

    private static String copies(int number, String state, long... expiries) {
        StringBuilder copies = new StringBuilder();
        for (int i = 1; i <= number; i++) {
            copies.append(String.format("copy %08x %s %d%n", i, state, expiries[(i - 1) % expiries.length]));
        }
        return copies.toString();
    }

    private static FaultyClusters withCopies(String first, String second, String third) throws IOException {
        return withCache(3, third)
                .apply(withCache(2, second).apply(withCache(1, first).apply(new FaultyClusters())));
    }

    @Test
    void olderCopiesAreAFindingOnTheServerThatHoldsThem() throws IOException {
        String right = copies(40, "settled", 2000);
        ClusterHealth health = withCopies(right, copies(40, "settled", 1950, 2000, 2000, 2000), right)
                .overview();
        assertThat(health.findings())
                .extracting(Finding::sentence)
                .containsExactly("lamp02: 10 of 40 sampled sessions are older on lamp02 than on its peers, so pages may"
                        + " show old data; run: sessionctl restart shop.yml --limit lamp02");
        assertThat(health.hasErrors()).isTrue();
        assertThat(withCopies(
                                right,
                                copies(1, "settled", 1990)
                                        + copies(40, "settled", 2000).substring(24),
                                right)
                        .overview()
                        .findings())
                .as("one that is far behind is no accident")
                .hasSize(1);
    }

    @Test
    void equalCopiesAndRecentWritesAreNoFinding() throws IOException {
        String right = copies(40, "settled", 2000);
        assertThat(withCopies(right, right, right).overview().findings()).isEmpty();
        String written = copies(40, "fresh", 2050);
        assertThat(withCopies(right, written, right).overview().findings())
                .as("PHP is writing them")
                .isEmpty();
        assertThat(withCopies(copies(40, "settled", -1), copies(40, "settled", -1), right.replace("2000", "-1"))
                        .overview()
                        .findings())
                .as("they never end")
                .isEmpty();
        assertThat(withCopies(right, right.replaceFirst("2000", "1999"), right)
                        .overview()
                        .findings())
                .as("written in two seconds")
                .isEmpty();
    }

    private static UnaryOperator<sessionctl.Answer> timingOutOn(String address) {
        return a -> a.with("trips", a.text("trips").replace(address + " ok 0.250", address + " silent 1000.100"));
    }

    @Test
    void aDropletThatIsDownIsShownFirstWithItsCostAndRemedy() throws IOException {
        ClusterHealth health = new FaultyClusters()
                .losing(2, "lamp02 (203.0.113.2): no answer on port 22 within 10 seconds")
                .with(1, timingOutOn("10.98.0.2"))
                .with(3, timingOutOn("10.98.0.2"))
                .refusing(2)
                .overview();
        assertThat(health.findings())
                .extracting(Finding::sentence)
                .startsWith(
                        "lamp02: every page on lamp01 and lamp03 waits 1 s for it. If it does not come back, remove"
                                + " or replace it; run: sessionctl remove lamp02 shop.yml --dead",
                        "lamp02: it could not be reached: no answer on port 22 within 10 seconds");
    }

    @Test
    void aLeavingDropletThatIsDownDoesNotCountAsUnreached() throws IOException {
        ClusterHealth health = FaultyClusters.thirdHasLeft()
                .losing(3, "lamp03 (203.0.113.3): no answer")
                .overview();
        assertThat(health.hasUnreached()).isFalse();
        assertThat(health.findings())
                .extracting(Finding::sentence)
                .contains("lamp03: it could not be reached: no answer. It is leaving: delete its line once it gets no"
                        + " more traffic");
    }

    @Test
    void aDropletThatOnlySshCannotReachHasNoCost() throws IOException {
        ClusterHealth health = new FaultyClusters()
                .losing(2, "lamp02 (203.0.113.2): no answer on port 22 within 10 seconds")
                .overview();
        assertThat(health.findings())
                .extracting(Finding::sentence)
                .containsExactly("lamp02: it could not be reached: no answer on port 22 within 10 seconds");
    }

    @Test
    void everyRemedyIsACommandThatNamesTheInventory() throws IOException {
        List<Fault> all =
                Stream.of(faults().toList(), overrides()).flatMap(List::stream).toList();
        for (Fault fault : all) {
            for (Finding finding :
                    fault.plant().apply(new FaultyClusters()).overview().findings()) {
                assertThat(finding.remedy()).matches("|ssh .*|sessionctl [a-z]+ shop[.]yml( --.*)?");
                assertThat(finding.what()).doesNotContain("{");
            }
        }
    }

    @Test
    void aMemcachedThatIsStartingIsAFindingButNoError() throws IOException {
        ClusterHealth health = new FaultyClusters()
                .with(1, a -> activating(a, "start-post"))
                .refusing(1)
                .overview();
        assertThat(health.findings()).isNotEmpty();
        assertThat(health.hasErrors()).isFalse();
    }

    /** Its memcached is stopped for good, and its own server list is unchanged. */
    @Test
    void aDropletThatHasLeftIsNoFinding() throws IOException {
        ClusterHealth health = FaultyClusters.thirdHasLeft().overview();
        assertThat(health.findings()).isEmpty();
        assertThat(new StatusText(TextStyle.PLAIN, () -> "").of(health, 0))
                .containsPattern("lamp03 .* left +- ")
                .containsPattern("(?m)^lamp01 +open ✓ +open ✓ +left$")
                .containsPattern("(?m)^lamp03 +left +left +left$")
                .doesNotContain("refused", "down", "held");
        assertThat(new StatusJson().of(health, 0)).contains("\"left\": true", "\"answer\": \"left\"");
    }

    @Test
    void aHealthyClusterHasNoFindings() throws IOException {
        ClusterHealth health = new FaultyClusters().overview();
        assertThat(health.findings()).isEmpty();
        assertThat(health.hasErrors()).isFalse();
        assertThat(health.hasUnreached()).isFalse();
    }

    @Test
    void aMemcachedWithoutOtherKeysIsNoFinding() throws IOException {
        assertThat(withCache(1, FaultyClusters.COPIES + "others 0\n")
                        .apply(new FaultyClusters())
                        .overview()
                        .findings())
                .isEmpty();
    }

    @Test
    void aLockThatPhpMayStillHoldIsNoFinding() throws IOException {
        FaultyClusters cluster = withCache(1, FaultyClusters.COPIES + "lock abcdef 100 20\n")
                .apply(new FaultyClusters())
                .with(2, a -> a.replacing("memcache.lock_timeout=15", "memcache.lock_timeout=300"));
        assertThat(cluster.overview().findings()).isEmpty();
    }

    @Test
    void aWrongClockOfTheOperatorsMachineIsNoFinding() throws IOException {
        FaultyClusters cluster = new FaultyClusters();
        for (int i = 1; i <= 3; i++) {
            cluster.with(
                    i,
                    a -> a.with(
                            "clock",
                            (FaultyClusters.NOW + 3600) + "050000000 " + (FaultyClusters.NOW + 3600) + "250000000"));
        }
        assertThat(cluster.overview().findings()).isEmpty();
    }

    @Test
    void aSessionThatExpiresBetweenTwoProbesIsNoFinding() throws IOException {
        FaultyClusters cluster = new FaultyClusters().with(3, a -> a.replacing("copy 00000001 settled\n", ""));
        assertThat(cluster.overview().findings()).isEmpty();
    }

    @Test
    void withFewerCopiesThanServersAMissingCopyIsNoFinding() throws IOException {
        Cluster sparse = Samples.cluster("""
                sessions: {copies: 2}
                droplets:
                  - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
                  - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
                  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3}
                """);
        FaultyClusters cluster = withCache(3, "copy 00000003 fresh\n").apply(new FaultyClusters(sparse));
        assertThat(cluster.overview().findings()).isEmpty();
    }

    @Test
    void errorsComeBeforeWarnings() throws IOException {
        FaultyClusters cluster = new FaultyClusters()
                .with(1, a -> a.replacing("UnitFileState=enabled", "UnitFileState=disabled"))
                .with(
                        3,
                        a -> a.replacing("apache2.service\nActiveState=active", "apache2.service\nActiveState=failed"));
        assertThat(cluster.overview().findings())
                .extracting(Finding::droplet)
                .first()
                .isEqualTo("lamp03");
    }
}
