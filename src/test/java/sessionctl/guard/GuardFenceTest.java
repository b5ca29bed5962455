package sessionctl.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fence stays in place while it is needed, whatever happens to the packet filter, the clock or the guard. */
class GuardFenceTest extends ThreeServers {
    private void assertClosedSoon() throws IOException {
        for (int i = 0; i < 100 && (guard.isOpen() || guard.holds()); i++) {
            pause(50);
        }
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    /** A reload of nftables, netfilter-persistent or csf removes the fence. */
    @Test
    void afterAFailedJoinAPortOpenedByReplacedRulesIsClosedAgain() throws IOException, InterruptedException {
        own.limit(2000);
        for (int i = 0; i < 30; i++) {
            second.set("session" + i, LATER, "x".repeat(100));
        }
        assertThat(guard.run("join").exit()).isEqualTo(1);
        for (int i = 0; i < 2; i++) {
            guard.flush();
            assertClosedSoon();
        }
        own.limit(64 << 20);
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(guard.guardState()).isEmpty();
        pause(2500);
        assertThat(guard.guardState()).isEmpty();
    }

    /** The chain still exists, but no rule leads to it before another rule accepts PHP's connections. */
    @ParameterizedTest
    @ValueSource(strings = {"iptables -F INPUT", "iptables -I INPUT 1 -j ACCEPT", "iptables -F SESSIONCTL-GATE"})
    void aFenceThatNoRuleLeadsToIsRestored(String change) throws IOException, InterruptedException {
        guard.run("hold");
        guard.filter(words(change));
        assertClosedSoon();
        guard.filter(words(change));
        assertThat(guard.run("restore").exit()).isZero();
        assertThat(guard.guardState()).isNotEmpty();
    }

    /** Their guards read it and announce, and their sentinels watch it. Another host may also use a low port. */
    @Test
    void onlyTheGuardsOfTheOtherDropletsPassTheFence() throws IOException, InterruptedException {
        guard.run("close");
        String passes = "-A SESSIONCTL-GATE -s %s/32 -d 127.98.0.1/32 -p tcp -m tcp --sport 0:1023 --dport "
                + own.port() + " -j RETURN";
        assertThat(guard.gate())
                .containsExactly(
                        passes.formatted("127.98.0.2"),
                        passes.formatted("127.98.0.3"),
                        "-A SESSIONCTL-GATE -d 127.98.0.1/32 ! -s 127.0.0.1/32 -p tcp -m tcp --dport " + own.port()
                                + " -j REJECT --reject-with tcp-reset");
    }

    @Test
    void aFenceThatNoRuleLeadsToDoesNotCountAsClosed() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.run("close");
        guard.filter("iptables", "-F", "INPUT");
        assertThat(guard.guardState()).isEmpty();
        GuardRun.Result whole = guard.run("whole");
        assertThat(whole.exit()).isEqualTo(1);
        assertThat(whole.stderr()).contains("its port is still closed");
        // A drain lets existing connections finish and announces the stop to the peers.
        own.set(TURN, LATER, "127.98.0.2 stops");
        guard.setting("turn", "2");
        long from = System.nanoTime();
        assertThat(guard.run("drain").exit()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofSeconds(2));
        assertThat(guard.guardState()).singleElement().asString().contains("--syn");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"iptables -F OUTPUT", "iptables -I OUTPUT 1 -j ACCEPT", "iptables -F SESSIONCTL-AWAY", "flush"})
    void removedBlocksToPeersAreRestored(String change) throws IOException, InterruptedException {
        guard.run("away", "127.98.0.3", "127.98.0.4");
        for (int i = 0; i < 2; i++) {
            disturb(change);
            for (int j = 0; j < 100 && guard.blocked().size() < 2; j++) {
                pause(50);
            }
            assertThat(guard.blocked()).containsExactly("127.98.0.3", "127.98.0.4");
            // A second run of the command replaces the first.
            guard.run("away", "127.98.0.3", "127.98.0.4");
        }
        assertThat(guard.run("back").exit()).isZero();
        assertThat(guard.blocked()).isEmpty();
        pause(2500);
        assertThat(guard.blocked()).isEmpty();
    }

    private void disturb(String change) throws IOException, InterruptedException {
        if (change.equals("flush")) {
            guard.flush();
        } else {
            guard.filter(words(change));
        }
    }

    /** A boot removes the rules and ends every process. */
    @Test
    void blocksToPeersAreRestoredAfterABoot() throws IOException, InterruptedException {
        guard.run("away", "127.98.0.3");
        guard.end();
        guard.boot();
        Files.delete(folder.resolve("run/guard/blocked"));
        guard.run("close");
        assertThat(guard.run("join").exit()).isZero();
        assertThat(guard.blocked()).containsExactly("127.98.0.3");
        guard.flush();
        for (int i = 0; i < 100 && guard.blocked().isEmpty(); i++) {
            pause(50);
        }
        assertThat(guard.blocked()).containsExactly("127.98.0.3");
    }

    @Test
    void aDrillDropsConnectionsUntilThePortIsClosed() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.filter("iptables", "-A", "INPUT", "-j", "ACCEPT");
        assertThat(guard.run("cut").exit()).isZero();
        assertThat(guard.guardState()).singleElement().asString().endsWith("--dport " + own.port() + " -j DROP");
        assertThat(guard.run("close").exit()).isZero();
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
        assertThat(guard.run("join").exit()).isZero();
        assertThat(guard.isOpen()).isTrue();
    }

    /** Ubuntu 18.04 has iptables 1.6.1. */
    @Test
    void anIptablesRestoreWithoutTheWaitOptionIsSupported() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.useOldIptables();
        assertThat(guard.run("able").exit()).isZero();
        assertThat(guard.run("close").exit()).isZero();
        assertThat(guard.guardState()).isNotEmpty();
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(guard.isOpen()).isTrue();
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void theFenceIsRestoredDuringACordon() throws IOException, InterruptedException {
        assertThat(guard.run("hold").exit()).isZero();
        guard.flush();
        assertClosedSoon();
        assertThat(guard.run("admit").exit()).isZero();
        pause(2500);
        assertThat(guard.guardState()).isEmpty();
    }

    @Test
    void theFenceIsRestoredDuringAJoin() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        AtomicBoolean closed = new AtomicBoolean();
        second.before(command -> {
            if (command.startsWith("lru_crawler") && closed.compareAndSet(false, true)) {
                guard.flush();
                pause(2500);
                closed.set(!guard.isOpen());
            }
        });
        guard.run("close");
        assertThat(guard.run("join").exit()).isZero();
        assertThat(closed).isTrue();
    }

    /** The systemd units of packet filters call "restore" after they have loaded their rules. */
    @Test
    void restoreSetsTheFenceAndTheBlocksThatAreDue() throws IOException, InterruptedException {
        guard.run("away", "127.98.0.3");
        guard.boot();
        assertThat(guard.run("restore").exit()).isZero();
        assertThat(guard.filterInput())
                .contains("-A SESSIONCTL-AWAY -d 127.98.0.3/32")
                .doesNotContain("SESSIONCTL-GATE");
        guard.run("close");
        guard.boot();
        assertThat(guard.run("restore").exit()).isZero();
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
        guard.run("back");
        guard.run("join");
        guard.boot();
        assertThat(guard.run("restore").exit()).isZero();
        assertThat(guard.filterInput()).isEmpty();
    }

    @Test
    void thePortStaysClosedIfTheRulesCannotBeListed() throws IOException, InterruptedException {
        guard.run("close");
        guard.breakListing();
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("iptables cannot list the rules");
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    /** "back" must not mistake a failed listing for an absence of blocks. */
    @Test
    void rulesThatCannotBeListedAreNotTakenForNoRules() throws IOException, InterruptedException {
        guard.breakListing();
        assertThat(guard.run("back").exit()).isEqualTo(1);
    }

    private static final String KEPT = """
            4 :SESSIONCTL - [0:0]
            4 :SESSIONCTL-FULL - [0:0]
            4 -A SESSIONCTL -i lo -p tcp -m tcp --dport 11211 -j ACCEPT
            4 -A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP
            4 -A SESSIONCTL-FULL -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            4 :INPUT DROP [0:0]
            6 :SESSIONCTL - [0:0]
            6 -A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP
            """;

    /** The firewall's load.sh for a droplet where the guard's chain exists already. */
    private static final String LOADS = """
            cd '%s'
            for family in 4 6; do
                tables=iptables place=2
                [ $family = 4 ] || tables=ip6tables place=1
                ./$tables -D INPUT -j SESSIONCTL
                { sed -n "s/^$family //p" etc/sessionctl/firewall.rules; echo "-I INPUT $place -j SESSIONCTL"; } | %s | ./$tables-restore
            done
            ./iptables -C INPUT -j SESSIONCTL-FULL || ./iptables -A INPUT -j SESSIONCTL-FULL
            """;

    private String loads(String filter) {
        return LOADS.formatted(folder, filter);
    }

    private static String[] words(String line) {
        return line.split(" ");
    }

    @Test
    void thePortStaysClosedIfTheFirewallRulesCannotBeLoaded() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.installFirewall(KEPT, "exit 1\n");
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr())
                .endsWith("guard: the rules of sessionctl firewall are not in force\n")
                .doesNotContain("run:");
        assertThat(guard.state()).isEqualTo("failed the rules of sessionctl firewall are not in force\n");
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void missingFirewallRulesAreLoadedBeforeThePortOpens() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.installFirewall(KEPT, loads("cat"));
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(guard.isOpen()).isTrue();
        assertThat(guard.filterInput()).contains("-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP");
    }

    /** Each change, made by another program or by a person, takes the kept firewall rules out of force. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "iptables -F SESSIONCTL",
                "iptables -D SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP",
                "iptables -I SESSIONCTL 1 -j ACCEPT",
                "iptables -F INPUT",
                "iptables -I INPUT 1 -j ACCEPT",
                "iptables -I INPUT 2 -j ACCEPT",
                "iptables -D INPUT -j SESSIONCTL-FULL",
                "iptables -F SESSIONCTL-FULL",
                "iptables -P INPUT ACCEPT",
                "ip6tables -F SESSIONCTL",
                "ip6tables -I INPUT 1 -j ACCEPT",
            })
    void changedFirewallRulesKeepThePortClosedUntilTheyAreLoadedAgain(String change)
            throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.installFirewall(KEPT, loads("cat"));
        guard.run("close");
        assertThat(guard.run("join").exit()).isZero();
        guard.run("close");
        guard.installFirewall(KEPT, "exit 1\n");
        assertThat(guard.run("join").exit()).isZero();
        guard.run("close");
        guard.filter(words(change));
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
        assertThat(result.stderr()).contains("the rules of sessionctl firewall are not in force");
        guard.installFirewall(KEPT, loads("cat"));
        assertThat(guard.run("admit").exit()).isZero();
    }

    /**
     * iptables may print a rule in another form than it was written. Rules that were just loaded count as in force if
     * the expected number of them is listed.
     */
    @Test
    void firewallRulesThatIptablesPrintsInAnotherFormAreAccepted() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.installFirewall(KEPT, loads("sed 's/-m conntrack --ctstate/-m state --state/'"));
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isZero();
        guard.installFirewall(KEPT, loads("grep -v -e '-j DROP'"));
        guard.run("close");
        assertThat(guard.run("join").exit()).isEqualTo(1);
    }

    /** A run that was killed left the file "alone", which states that no cluster exists yet. */
    @Test
    void anOldAloneFileIsIgnoredAndRemoved() throws IOException, InterruptedException {
        Path alone = Files.createDirectories(folder.resolve("run/guard")).resolve("alone");
        Files.createFile(alone);
        Files.setLastModifiedTime(alone, FileTime.from(Instant.now().minusSeconds(1000)));
        second.close();
        third.close();
        long from = System.nanoTime();
        assertThat(guard.run("join").exit()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofSeconds(5));
        assertThat(alone).doesNotExist();
    }

    /** The sessions that peers list are alive by the peers' clocks. */
    @Test
    void thePortStaysClosedIfTheClockIsAheadOfAllSessions() throws IOException, InterruptedException {
        second.set("session", LATER - 3000, "x");
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("clock is ahead: all 1 sessions", "systemctl restart memcached");
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    /**
     * With two copies on three servers, a single peer does not hold the sessions that the other peer shares with this
     * server.
     */
    @Test
    void withTwoCopiesAJoinWaitsForBothPeers() throws IOException, InterruptedException {
        guard = new GuardRun(Files.createDirectory(folder.resolve("fewer")), own.port(), "sessions: {copies: 2}\n");
        for (int i = 0; i < 20; i++) {
            third.set("session" + i, LATER, "x");
        }
        int port = own.port();
        FakeMemcached late = third;
        late.close();
        Thread start = new Thread(() -> {
            pause(1500);
            third = new FakeMemcached("127.98.0.3", port);
            for (int i = 0; i < 20; i++) {
                third.set("session" + i, LATER, "x");
            }
        });
        start.start();
        assertThat(guard.run("join").stderr()).contains("from 127.98.0.2, 127.98.0.3");
        start.join();
        assertThat(own.items()).isPositive();
    }
}
