package sessionctl.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sessionctl.guard.FakeMemcached.Item;

/** The sentinel of the first of three droplets, whose servers stop answering. The lab has the real ones. */
class SentinelTest extends ThreeServers {
    private static final String THIRD = "127.98.0.3";
    private static final Pattern SILENT = Pattern.compile("silent=127[.]98[.]0[.]2:(\\d+)");

    private final AtomicInteger sequence = new AtomicInteger();

    @BeforeEach
    void watchServers() throws Exception {
        // Tests may run without root's rights, and beside other programs.
        guard.setting("first_port", "30600")
                .setting("silent", "0.5")
                .setting("unheard", "1")
                .setting("contested", "2")
                .setting("abandoned", "2");
        second.set("session", LATER, "x");
        third.set("session", LATER, "x");
        assertThat(guard.run("join").exit()).isZero();
        guard.startSentinel();
        eventually("it watches", () -> line(second).contains(" open "));
    }

    private void eventually(String what, Callable<Boolean> state) throws Exception {
        for (int i = 0; i < 160; i++) {
            if (state.call()) {
                return;
            }
            pause(50);
        }
        throw new AssertionError(what + ": " + guard.sentinelOutput());
    }

    /** Returns what the sentinel has stored about itself at this server; empty if nothing. */
    private static String line(FakeMemcached server) {
        Item item = server.item("sessionctl<guard>127.98.0.1");
        return item == null ? "" : item.value();
    }

    /** Stores what the sentinel of the third droplet says. */
    private void thirdSays(String words) {
        third.put("sessionctl<guard>" + THIRD, LATER, "1 " + (1000 + sequence.incrementAndGet()) + " " + words);
    }

    /** Makes a server stop answering until the latch is released. */
    private static CountDownLatch hang(FakeMemcached server) {
        CountDownLatch latch = new CountDownLatch(1);
        server.before(command -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return latch;
    }

    @Test
    void aSilentPeerIsBlockedUntilItIsFilledAgain() throws Exception {
        CountDownLatch resumed = hang(second);
        eventually("it blocks", () -> guard.silent().contains("127.98.0.2"));
        assertThat(guard.silent()).containsExactly("127.98.0.2");
        assertThat(guard.isOpen()).isTrue();
        Matcher number = SILENT.matcher(line(third));
        assertThat(number.find()).as(line(third)).isTrue();
        resumed.countDown();
        second.put("sessionctl<guard>127.98.0.2", LATER, "1 2000 fenced synced= silent=");
        for (int i = 1; i < 20; i++) {
            second.put("sessionctl<guard>127.98.0.2", LATER, "1 " + (2000 + i) + " fenced synced= silent=");
            pause(100);
            assertThat(guard.silent()).containsExactly("127.98.0.2");
        }
        second.put(
                "sessionctl<guard>127.98.0.2",
                LATER,
                "1 3000 fenced synced=127.98.0.1:" + number.group(1) + " silent=");
        eventually("it unblocks", () -> guard.silent().isEmpty());
        eventually("it says so", () -> line(third).endsWith(" silent="));
    }

    @Test
    void aPeerWithoutASentinelIsUnblockedAfterAWhile() throws Exception {
        CountDownLatch resumed = hang(second);
        eventually("it blocks", () -> guard.silent().contains("127.98.0.2"));
        resumed.countDown();
        eventually("it unblocks", () -> guard.silent().isEmpty());
    }

    @Test
    void aServerThatAnotherDropletHadToBlockIsFilledAgain() throws Exception {
        own.set("session", LATER - 9, "old");
        thirdSays("open synced= silent=127.98.0.1:77");
        eventually("it fences itself", () -> !guard.isOpen());
        eventually("it is filled, and announces that", () -> {
            thirdSays("open synced= silent=127.98.0.1:77");
            return line(third).contains("synced=" + THIRD + ":77 ");
        });
        assertThat(own.value("session")).isEqualTo("x");
        eventually("it opens", () -> {
            thirdSays("open synced= silent=");
            return guard.isOpen() && line(third).contains(" open ");
        });
    }

    /** A run fills it at the same time, for example. */
    @Test
    void aMemcachedThatAnotherProcessFillsIsLeftToIt() throws Exception {
        own.set("session", LATER - 9, "old");
        thirdSays("open synced= silent=127.98.0.1:77");
        Process other = new ProcessBuilder("flock", guard.runFile("joining").toString(), "sleep", "3").start();
        pause(2000);
        assertThat(own.value("session")).isEqualTo("old");
        assertThat(line(third)).doesNotContain("synced=" + THIRD);
        assertThat(other.waitFor()).isZero();
        eventually("it is filled, and announces that", () -> {
            thirdSays("open synced= silent=127.98.0.1:77");
            return line(third).contains("synced=" + THIRD + ":77 ");
        });
    }

    /** PHP on the third droplet would write to the others only. */
    @Test
    void aServerThatADropletDoesNotReachStaysFencedUntilItDoes() throws Exception {
        own.set("session", LATER - 9, "old");
        thirdSays("open synced= silent=127.98.0.1:77!");
        eventually("it fences itself", () -> !guard.isOpen());
        for (int i = 0; i < 20; i++) {
            thirdSays("open synced= silent=127.98.0.1:77!");
            pause(50);
            assertThat(guard.isOpen()).isFalse();
            assertThat(line(third)).doesNotContain("synced=" + THIRD);
        }
        assertThat(own.value("session")).isEqualTo("old");
        eventually("it is filled, and announces that", () -> {
            thirdSays("open synced= silent=127.98.0.1:78");
            return line(third).contains("synced=" + THIRD + ":78 ");
        });
        eventually("it opens", () -> {
            thirdSays("open synced= silent=");
            return guard.isOpen();
        });
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void aFilledServerThatADropletDoesNotReachDoesNotOpen() throws Exception {
        AtomicBoolean told = new AtomicBoolean();
        Thread third = new Thread(() -> {
            while (!told.get()) {
                thirdSays("open synced= silent=127.98.0.1:77!");
                pause(50);
            }
        });
        third.start();
        eventually("it fences itself", () -> !guard.isOpen());
        assertThat(guard.run("admit").exit()).isEqualTo(1);
        told.set(true);
        third.join();
        assertThat(guard.isOpen()).isFalse();
        assertThat(guard.state())
                .contains("failed it would miss what PHP writes on " + THIRD + ", from where it does not answer");
        eventually("it opens", () -> {
            thirdSays("open synced= silent=");
            return guard.isOpen();
        });
    }

    @Test
    void aServerThatIsBlockedByADropletThatIsCutOffStaysOpen() throws Exception {
        for (int i = 0; i < 20; i++) {
            thirdSays("alone synced= silent=127.98.0.1:77");
            pause(50);
            assertThat(guard.isOpen()).isTrue();
        }
    }

    @Test
    void aServerThatHungIsFencedAndFilledAgain() throws Exception {
        own.set("gone", LATER, "logged out");
        CountDownLatch resumed = hang(own);
        eventually("it fences itself", () -> !guard.isOpen());
        eventually("it says why", () -> guard.state().contains("closed it does not answer"));
        resumed.countDown();
        eventually("it opens", () -> guard.isOpen() && guard.state().startsWith("open "));
        assertThat(own.value("session")).isEqualTo("x");
        assertThat(own.get("gone")).isNull();
    }

    @Test
    void aFenceIsRestoredByTheNextSentinel() throws Exception {
        CountDownLatch resumed = hang(own);
        eventually("it fences itself", () -> !guard.isOpen());
        guard.end();
        guard.startSentinel();
        pause(1000);
        assertThat(guard.isOpen()).isFalse();
        resumed.countDown();
        eventually("it opens", guard::isOpen);
    }

    @Test
    void aFillThatFailedIsTriedAgain() throws Exception {
        own.stores(key -> "SERVER_ERROR out of memory storing object");
        assertThat(guard.run("admit").exit()).isEqualTo(1);
        assertThat(guard.isOpen()).isFalse();
        own.stores(key -> "");
        eventually("it opens", guard::isOpen);
    }

    /** The process that was to fill memcached has been killed. */
    @Test
    void aClosedServerThatNoProcessFillsIsFilled() throws Exception {
        own.set("session", LATER - 9, "old");
        assertThat(guard.run("close").exit()).isZero();
        pause(1000);
        assertThat(guard.isOpen()).isFalse();
        eventually("it opens", guard::isOpen);
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void aServerThatIsHeldIsNotFilled() throws Exception {
        own.set("session", LATER - 9, "old");
        assertThat(guard.run("hold").exit()).isZero();
        pause(3500);
        assertThat(guard.isOpen()).isFalse();
        assertThat(own.value("session")).isEqualTo("old");
    }

    @Test
    void aLineOfAnotherFormIsIgnored() throws Exception {
        for (String line :
                new String[] {"", "2 9 open synced= silent=127.98.0.1:7", "1 9 open silent=127.98.0.1:7", "x"}) {
            third.put("sessionctl<guard>" + THIRD, LATER, line);
            pause(300);
        }
        assertThat(guard.isOpen()).isTrue();
        assertThat(guard.sentinelOutput().lines()).hasSize(1);
    }
}
