package sessionctl.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The guard's reading of the answers of all memcached versions, and of servers that hang, are hostile or refuse to
 * store.
 */
class GuardProtocolTest extends ThreeServers {
    private GuardRun.Result assertJoins() throws IOException, InterruptedException {
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(guard.guardState()).isEmpty();
        return result;
    }

    private GuardRun.Result assertJoinFails() throws IOException, InterruptedException {
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isEqualTo(1);
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
        return result;
    }

    @Test
    void dumpsWithAndWithoutALeadingOkAreUnderstood() throws IOException, InterruptedException {
        own.okFirst();
        second.okFirst().set("session", LATER, "x");
        third.set("another", LATER, "y");
        assertJoins();
        assertThat(own.value("session") + own.value("another")).isEqualTo("xy");
        own.remove("session");
        assertThat(guard.run("whole", "127.98.0.2").exit()).isEqualTo(1);
        own.set("given", LATER, "z").set("given.lock", LATER, "0");
        assertThat(guard.run("give", "127.98.0.2").exit()).isZero();
        assertThat(second.value("given")).isEqualTo("z");
    }

    /** An empty server sends OK as well, and then END. */
    @Test
    void emptyPeersDoNotPreventAJoin() throws IOException, InterruptedException {
        own.okFirst();
        second.okFirst();
        third.okFirst();
        assertThat(assertJoins().stderr()).contains("open: 0 sessions from 127.98.0.2, 127.98.0.3");
    }

    /** The rest of an unknown answer would be taken for the answer to the next command. */
    @Test
    void aConnectionWithAnUnknownAnswerIsNotUsedAgain() throws IOException, InterruptedException {
        AtomicInteger dumps = new AtomicInteger();
        second.set("session", LATER, "x")
                .answersDumps(() -> dumps.incrementAndGet() == 1
                        ? "HELLO\r\nkey=a exp=1 la=1 cas=9 size=1\r\nSTAT pid 7\r\nEND"
                        : "");
        third.set("session", LATER, "x");
        assertJoins();
        assertThat(own.value("session")).isEqualTo("x");
    }

    /** A program that speaks the binary protocol can store keys with any bytes, also a command. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\tb",
                "q\r\nflush_all\r\nget x",
                "a b",
                "a\u007fb",
                "a\u0000b",
                "x\nflush_all\n.lock",
                "a b.lock"
            })
    void keysWithControlCharactersAreNotSentAsCommands(String key) throws IOException, InterruptedException {
        List<String> commands = new CopyOnWriteArrayList<>();
        for (FakeMemcached server : List.of(own, second, third)) {
            server.before(commands::add).set(key, LATER, "1").set(key + ".lock", LATER, "1");
        }
        second.set("session", LATER, "x");
        assertJoins();
        assertThat(own.value("session")).isEqualTo("x");
        guard.run("give", "127.98.0.2");
        guard.run("whole", "127.98.0.2");
        guard.run("drain");
        assertThat(commands)
                .allMatch(command ->
                        command.matches("(version|stats|gets|lru_crawler|set|add|cas|delete)( [\\x21-\\x7e]+)*"))
                .noneMatch(command -> command.contains("flush") || command.matches(".*\\b(a|b|q)([.]lock)?( .*)?"));
    }

    /** Answers of a peer to "gets" that memcached never gives. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "VALUE %s 0 -5 7\r\n",
                "VALUE %s 0 99999999999 7\r\n",
                "VALUE %s 0 900000000 7\r\n",
                "VALUE other 0 1 7\r\nx\r\nEND\r\n",
                "VALUE %s 0 1\r\nx\r\nEND\r\n",
                "VALUE %s x 1 7\r\nx\r\nEND\r\n",
                "VALUE %s 0 1 7\r\nxyz\r\nEND\r\n",
                "VALUE %s 0 1 7\r\nx\r\nVALUE %s 0 1 7\r\nx\r\nEND\r\n",
                "SERVER_ERROR out of memory\r\n"
            })
    void aPeerWithAMalformedAnswerIsLeftOut(String answer) throws IOException, InterruptedException {
        String key = FakeMemcached.key("session");
        second.set("session", LATER + 1, "x")
                .answers(command -> command.startsWith("gets " + key) ? answer.replace("%s", key) : "");
        third.set("session", LATER, "y");
        assertThat(assertJoins().stderr())
                .contains("goes on without 127.98.0.2")
                .doesNotContain("uninitialized");
        assertThat(own.value("session")).isEqualTo("y");
    }

    /** A hostile peer must not exhaust this droplet's memory. */
    @Test
    void aPeerThatSendsAnEndlessLineIsLeftOut() throws IOException, InterruptedException {
        second.answers(command -> command.startsWith("lru_crawler") ? "key=" + "x".repeat(4 << 20) : "");
        third.set("session", LATER, "y");
        assertThat(assertJoins().stderr()).contains("goes on without 127.98.0.2 sends a line without an end");
        assertThat(own.value("session")).isEqualTo("y");
    }

    @Test
    void aPeerThatSendsTooManyStatisticsIsLeftOut() throws IOException, InterruptedException {
        String many = IntStream.range(0, 2000)
                .mapToObj(i -> "STAT x" + i + " 1\r\n")
                .collect(Collectors.joining("", "", "END\r\n"));
        second.set("session", LATER + 1, "x").answers(command -> command.equals("stats") ? many : "");
        third.set("session", LATER, "y");
        assertThat(assertJoins().stderr()).contains("goes on without 127.98.0.2 has too many statistics");
        assertThat(own.value("session")).isEqualTo("y");
    }

    /** More keys than a server's memory could hold: of sessions, of locks and of other programs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "key=%026d exp=9999999999 la=1 cas=%d fetch=no cls=1 size=1\n",
                "key=%026d.lock exp=9999999999 la=1 cas=%d fetch=no cls=1 size=1\n"
            })
    void aPeerThatDumpsTooManyKeysIsLeftOut(String line) throws IOException, InterruptedException {
        guard.setting("most_names", "1000");
        own.limit(90_000);
        String many = IntStream.range(1, 2500)
                .mapToObj(i -> line.formatted(i, i))
                .collect(Collectors.joining("", "", "END\r\n"));
        second.answers(command -> command.startsWith("lru_crawler") ? many : "");
        third.set("session", LATER, "y");
        assertThat(assertJoins().stderr()).contains("goes on without 127.98.0.2 names more than it can hold");
        assertThat(own.value("session")).isEqualTo("y");
    }

    /** Other programs may have any number of keys on a server. */
    @Test
    void keysOfOtherProgramsDoNotCountTowardsTheLimit() throws IOException, InterruptedException {
        guard.setting("most_names", "1000");
        own.limit(90_000);
        for (int i = 0; i < 2500; i++) {
            second.put("wp:" + i, LATER, "x");
        }
        second.set("session", LATER, "x").put("a:b", LATER, "z").put("a:b.lock", LATER, "0");
        assertJoins();
        assertThat(own.value("session")).isEqualTo("x");
        assertThat(own.item("a:b")).isNotNull();
        assertThat(own.item("wp:7")).isNull();
    }

    /** The guard asks for 100 values in one command. */
    @Test
    void aPeerThatSendsTooLargeAnAnswerIsLeftOut() throws IOException, InterruptedException {
        guard.setting("longest_answer", "1048576");
        String large = "x".repeat(300_000);
        for (int i = 0; i < 5; i++) {
            second.set("session" + i, LATER, large);
        }
        third.set("session", LATER, "y");
        assertThat(assertJoins().stderr()).contains("goes on without 127.98.0.2 sends too much");
        assertThat(own.value("session")).isEqualTo("y");
    }

    @Test
    void aPeerThatAnswersTooSlowlyIsLeftOut() throws IOException, InterruptedException {
        guard.setting("waiting", "2");
        AtomicBoolean slow = new AtomicBoolean(true);
        second.answers(command -> command.startsWith("lru_crawler") ? "key=" + "x".repeat(200) : "")
                .sendsByteByByte(slow::get);
        third.set("session", LATER, "y");
        assertThat(assertJoins().stderr()).contains("goes on without 127.98.0.2 answers too slowly");
        assertThat(own.value("session")).isEqualTo("y");
    }

    /** If the reader of a dump is gone, each further dump would block one of memcached's threads for good. */
    @Test
    void aDumpWaitsForAnotherDumpToEnd() throws IOException, InterruptedException {
        second.set("session", LATER, "x").setDumpRunning(true);
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean dumped = new AtomicBoolean();
        second.before(command -> {
            if (command.equals("stats") && asked.incrementAndGet() == 20) {
                second.setDumpRunning(false);
            }
            if (command.startsWith("lru_crawler") && asked.get() < 20) {
                dumped.set(true);
            }
        });
        assertJoins();
        assertThat(dumped).isFalse();
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void aPeerThatIsBusyWithAnotherDumpForTooLongIsLeftOut() throws IOException, InterruptedException {
        guard.setting("patience", "2");
        second.setDumpRunning(true);
        third.set("session", LATER, "y");
        assertThat(assertJoins().stderr()).contains("goes on without 127.98.0.2 is busy with other dumps");
    }

    /** "open: N sessions" counts the sessions that memcached stored. */
    @Test
    void aSessionThatMemcachedRefusesIsReported() throws IOException, InterruptedException {
        for (int i = 0; i < 300; i++) {
            second.set("session" + i, LATER, "x");
        }
        String large = FakeMemcached.key("session77");
        own.stores(key -> key.equals(large) ? "SERVER_ERROR object too large for cache" : "STORED");
        String said = assertJoinFails().stderr();
        assertThat(said)
                .contains("memcached did not store 1 sessions: \"SERVER_ERROR object too large for cache\"")
                .contains("1 sessions do not fit into its memory, and would be lost (memcached answers \"SERVER_ERROR");
        assertThat(guard.state()).startsWith("failed 1 sessions do not fit into its memory");
        own.stores(key -> "STORED");
        assertThat(assertJoins().stderr()).contains("open: 300 sessions from");
    }

    /**
     * The port is held no longer than PHP's time-out: requests that wait longer are lost once the port is closed
     * again.
     */
    @Test
    void aPeerThatHangsDuringTheOpeningDoesNotExtendIt() throws IOException, InterruptedException {
        guard.setting("silence", "1.5");
        second.set("session", LATER, "x");
        third.set("session", LATER, "x");
        AtomicBoolean hangs = new AtomicBoolean();
        AtomicInteger longest = new AtomicInteger();
        second.before(command -> {
            if ((command.startsWith("lru_crawler") && guard.holds()) || hangs.get()) {
                hangs.set(true);
                int held = 0;
                for (long from = System.nanoTime();
                        guard.holds();
                        held = (int) ((System.nanoTime() - from) / 1_000_000)) {
                    pause(10);
                }
                longest.accumulateAndGet(held, Math::max);
                pause(60_000);
            }
        });
        String said = assertJoins().stderr();
        assertThat(longest.get()).isLessThan(1000);
        assertThat(said).contains("127.98.0.2 does not answer in time", "goes on without 127.98.0.2");
        assertThat(said).endsWith("sessions from 127.98.0.3\n");
    }

    /** A lost connection does not lose the peer's sessions: the guard connects to it again. */
    @Test
    void aPeerThatIsSlowDuringTheOpeningIsKept() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        third.close();
        AtomicInteger holds = new AtomicInteger();
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && holds.incrementAndGet() == 1) {
                pause(900);
                second.set("session", LATER + 1, "new");
            }
        });
        String said = assertJoins().stderr();
        assertThat(said).endsWith("open: 1 sessions from 127.98.0.2\n").doesNotContain("goes on without");
        assertThat(own.value("session")).isEqualTo("new");
    }

    @Test
    void aPeerThatIsLostRepeatedlyEndsTheJoin() throws IOException, InterruptedException {
        guard.setting("rounds", "2");
        third.close();
        second.set("session", LATER, "x").before(command -> {
            if (command.startsWith("lru_crawler")) {
                second.hangUp();
            }
        });
        long from = System.nanoTime();
        assertThat(assertJoinFails().stderr()).contains("its peers are lost again and again");
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(20));
    }
}
