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

/** Whether the port stays closed as long as it has to, whatever becomes of the packet filter, the clock or the guard. */
class GuardGateTest extends Trio {
    private void isClosedSoon() throws IOException {
        for (int i = 0; i < 100 && (guard.isOpen() || guard.holds()); i++) {
            pause(50);
        }
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    /** A reload of nftables, netfilter-persistent or csf takes the gate away. */
    @Test
    void isClosedAgainWhenTheRulesAreReplacedAfterAFillThatFailed() throws IOException, InterruptedException {
        own.limit(2000);
        for (int i = 0; i < 30; i++) {
            second.set("session" + i, LATER, "x".repeat(100));
        }
        assertThat(guard.run("join").exit()).isEqualTo(1);
        for (int i = 0; i < 2; i++) {
            guard.flush();
            isClosedSoon();
        }
        own.limit(64 << 20);
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(guard.gate()).isEmpty();
        pause(2500);
        assertThat(guard.gate()).isEmpty();
    }

    /** The chain is there still, but nothing leads there before another rule lets PHP in. */
    @ParameterizedTest
    @ValueSource(strings = {"iptables -F INPUT", "iptables -I INPUT 1 -j ACCEPT", "iptables -F SESSIONCTL-GATE"})
    void isClosedAgainWhenNothingLeadsToItsRule(String change) throws IOException, InterruptedException {
        guard.run("hold");
        guard.filter(words(change));
        isClosedSoon();
        guard.filter(words(change));
        assertThat(guard.run("restore").exit()).isZero();
        assertThat(guard.gate()).isNotEmpty();
    }

    @Test
    void isNotTakenForClosedWhenNothingLeadsToItsRule() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.run("close");
        guard.filter("iptables", "-F", "INPUT");
        assertThat(guard.gate()).isEmpty();
        GuardRun.Result whole = guard.run("whole");
        assertThat(whole.exit()).isEqualTo(1);
        assertThat(whole.said()).contains("its port is still shut");
        // Who has a connection finishes first, and others are told that it stops.
        own.set(TURN, LATER, "127.98.0.2 stops");
        guard.constant("TURN", "300", "2");
        long from = System.nanoTime();
        assertThat(guard.run("drain").exit()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofSeconds(2));
        assertThat(guard.gate()).singleElement().asString().contains("--syn");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"iptables -F OUTPUT", "iptables -I OUTPUT 1 -j ACCEPT", "iptables -F SESSIONCTL-AWAY", "flush"})
    void theWayToOthersIsBlockedAgain(String change) throws IOException, InterruptedException {
        guard.run("away", "127.98.0.3", "127.98.0.4");
        for (int i = 0; i < 2; i++) {
            disturb(change);
            for (int j = 0; j < 100 && guard.blocked().size() < 2; j++) {
                pause(50);
            }
            assertThat(guard.blocked()).containsExactly("127.98.0.3", "127.98.0.4");
            // Another run of it takes over.
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

    /** A boot has taken the rules away and ended every process. */
    @Test
    void theWayToOthersIsBlockedAgainAfterABootToo() throws IOException, InterruptedException {
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
    void aDrillCutsItOffUntilItIsClosed() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.filter("iptables", "-A", "INPUT", "-j", "ACCEPT");
        assertThat(guard.run("cut").exit()).isZero();
        assertThat(guard.gate()).singleElement().asString().endsWith("--dport " + own.port() + " -j DROP");
        assertThat(guard.run("close").exit()).isZero();
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
        assertThat(guard.run("join").exit()).isZero();
        assertThat(guard.isOpen()).isTrue();
    }

    /** Ubuntu 18.04 has iptables 1.6.1. */
    @Test
    void anOldIptablesCannotWait() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.isOld();
        assertThat(guard.run("able").exit()).isZero();
        assertThat(guard.run("close").exit()).isZero();
        assertThat(guard.gate()).isNotEmpty();
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.said()).isZero();
        assertThat(guard.isOpen()).isTrue();
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void isClosedAgainWhileItIsHeld() throws IOException, InterruptedException {
        assertThat(guard.run("hold").exit()).isZero();
        guard.flush();
        isClosedSoon();
        assertThat(guard.run("admit").exit()).isZero();
        pause(2500);
        assertThat(guard.gate()).isEmpty();
    }

    @Test
    void isClosedAgainWhileItIsFilled() throws IOException, InterruptedException {
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

    /** What the units of a packet filter call when they have loaded their rules. */
    @Test
    void restoresWhatIsToBeClosedAndBlocked() throws IOException, InterruptedException {
        guard.run("away", "127.98.0.3");
        guard.boot();
        assertThat(guard.run("restore").exit()).isZero();
        assertThat(guard.told()).contains("-A SESSIONCTL-AWAY -d 127.98.0.3/32").doesNotContain("SESSIONCTL-GATE");
        guard.run("close");
        guard.boot();
        assertThat(guard.run("restore").exit()).isZero();
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
        guard.run("back");
        guard.run("join");
        guard.boot();
        assertThat(guard.run("restore").exit()).isZero();
        assertThat(guard.told()).isEmpty();
    }

    @Test
    void keepsThePortClosedWhereTheRulesCannotBeListed() throws IOException, InterruptedException {
        guard.run("close");
        guard.breakListing();
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.said()).contains("iptables cannot list the rules");
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    /** "back" must not take an empty list for the news that nothing is blocked. */
    @Test
    void doesNotTakeRulesThatCannotBeListedForNone() throws IOException, InterruptedException {
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

    /** As load.sh does it; the guard's chain is there already. */
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
    void doesNotOpenWithoutTheRulesOfTheFirewall() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.keepsFirewall(KEPT, "exit 1\n");
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.said())
                .endsWith("guard: the rules of sessionctl firewall are not in force\n")
                .doesNotContain("run:");
        assertThat(guard.state()).isEqualTo("failed the rules of sessionctl firewall are not in force\n");
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void loadsTheRulesOfTheFirewallWhereTheyAreGone() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.keepsFirewall(KEPT, loads("cat"));
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.said()).isZero();
        assertThat(guard.isOpen()).isTrue();
        assertThat(guard.told()).contains("-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP");
    }

    /** Each is one change of the rules that are in force, by another program or a person, after which they are not any more. */
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
    void theRulesOfTheFirewallAreInForceOnlyAsTheyAreKept(String change) throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.keepsFirewall(KEPT, loads("cat"));
        guard.run("close");
        assertThat(guard.run("join").exit()).isZero();
        guard.run("close");
        guard.keepsFirewall(KEPT, "exit 1\n");
        assertThat(guard.run("join").exit()).isZero();
        guard.run("close");
        guard.filter(words(change));
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.said()).isEqualTo(1);
        assertThat(result.said()).contains("the rules of sessionctl firewall are not in force");
        guard.keepsFirewall(KEPT, loads("cat"));
        assertThat(guard.run("admit").exit()).isZero();
    }

    /** Of iptables' own way to print a rule nothing is known here: what was just loaded counts where as much of it is there. */
    @Test
    void iptablesMayPrintTheRulesInAnotherForm() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.keepsFirewall(KEPT, loads("sed 's/-m conntrack --ctstate/-m state --state/'"));
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.said()).isZero();
        guard.keepsFirewall(KEPT, loads("grep -v -e '-j DROP'"));
        guard.run("close");
        assertThat(guard.run("join").exit()).isEqualTo(1);
    }

    /** A run that was killed has left word that there is no cluster yet. */
    @Test
    void aWordThatThereIsNoClusterGrowsOld() throws IOException, InterruptedException {
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

    /** What peers list is alive by their clocks. */
    @Test
    void doesNotOpenEmptyWhereItsClockIsAhead() throws IOException, InterruptedException {
        second.set("session", LATER - 3000, "x");
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.said()).contains("clock is ahead: all 1 sessions", "systemctl restart memcached");
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    /** With two copies of three servers' sessions one peer does not hold what the other has together with this one. */
    @Test
    void withFewerCopiesItWaitsForEnoughPeers() throws IOException, InterruptedException {
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
        assertThat(guard.run("join").said()).contains("from 127.98.0.2, 127.98.0.3");
        start.join();
        assertThat(own.items()).isPositive();
    }
}
