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

    @Test
    void doesNotOpenWithoutTheRulesOfTheFirewall() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.keepsFirewall("exit 1\n");
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.said())
                .contains("the rules of sessionctl firewall are not in force; run: sessionctl firewall");
        assertThat(guard.state()).startsWith("failed the rules of sessionctl firewall are not in force");
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void loadsTheRulesOfTheFirewallWhereTheyAreGone() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.keepsFirewall("echo '-A INPUT -j SESSIONCTL' >'" + folder.resolve("jump") + "'\n");
        assertThat(guard.run("join").exit()).isZero();
        assertThat(guard.gate()).isEmpty();
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
