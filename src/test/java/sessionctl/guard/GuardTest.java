package sessionctl.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.guard.FakeMemcached.Item;

/**
 * Joins of the guard with clocks that differ, servers that are lost at a bad moment, and peers that stop at the same
 * time.
 */
class GuardTest extends ThreeServers {
    private void assertJoins() throws IOException, InterruptedException {
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(guard.guardState()).isEmpty();
    }

    /** Runs a fault at this dump of a server, counted from 1. */
    private static void atDump(FakeMemcached server, int dump, Runnable fault) {
        AtomicInteger dumps = new AtomicInteger();
        server.before(command -> {
            if (command.startsWith("lru_crawler metadump") && dumps.incrementAndGet() == dump) {
                fault.run();
            }
        });
    }

    @Test
    void aCopyKeepsFlagsExpiryAndBytes() throws IOException, InterruptedException {
        second.set("compressed", 2, LATER, "\u0001\u0000\r\nEND\r\n\u00ff").set("young.lock", LATER, "0");
        third.set("older", LATER - 500, "x");
        assertJoins();
        Item copy = Objects.requireNonNull(own.get("compressed"), "it was not copied");
        assertThat(copy.flags()).isEqualTo(2);
        assertThat(copy.expiry()).isEqualTo(LATER);
        assertThat(copy.value()).isEqualTo("\u0001\u0000\r\nEND\r\n\u00ff");
        assertThat(own.value("older")).isEqualTo("x");
        assertThat(own.get("young.lock")).isNull();
    }

    @Test
    void sessionsWithUnusualIdsAreCopiedFromServersOfAllVersions() throws IOException, InterruptedException {
        second.listsOnly().set("a,b", LATER, "x");
        third.listsOnly();
        for (int i = 0; i < 40; i++) {
            third.set("session" + i, LATER, "y" + i);
        }
        assertJoins();
        assertThat(own.value("a,b")).isEqualTo("x");
        for (int i = 0; i < 40; i++) {
            assertThat(own.value("session" + i)).isEqualTo("y" + i);
        }
    }

    @Test
    void theLaterOfTwoCopiesIsTaken() throws IOException, InterruptedException {
        second.set("session", LATER, "new");
        third.set("session", LATER - 5, "old");
        assertJoins();
        assertThat(own.value("session")).isEqualTo("new");
    }

    @Test
    void aWriteOfAWebServerWithASlowClockDuringTheJoinIsTaken() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        atDump(second, 2, () -> {
            second.set("session", LATER - 600, "new");
            third.set("session", LATER - 600, "new");
        });
        assertJoins();
        assertThat(own.value("session")).isEqualTo("new");
    }

    @Test
    void sessionsThatEndedOrThatNoPeerHoldsAreDeleted() throws IOException, InterruptedException {
        own.set("earlier", LATER, "x");
        second.set("ends", LATER, "x").set("stays", LATER, "x");
        third.set("ends", LATER, "x").set("stays", LATER, "x");
        atDump(second, 2, () -> {
            second.remove("ends");
            third.remove("ends");
        });
        assertJoins();
        assertThat(own.get("ends")).isNull();
        assertThat(own.get("earlier")).isNull();
        assertThat(own.value("stays")).isEqualTo("x");
    }

    /** Joins and runs a fault at the second dump of the only peer, before the port opens. */
    private void assertJoinsDuring(Runnable fault) throws IOException, InterruptedException {
        third.close();
        AtomicInteger dumps = new AtomicInteger();
        second.before(command -> {
            if (command.startsWith("lru_crawler")) {
                // The guard makes a second dump only if the first took its time.
                if (dumps.incrementAndGet() == 1) {
                    pause(100);
                } else if (dumps.get() == 2) {
                    fault.run();
                }
            }
        });
        assertJoins();
    }

    @Test
    void sessionsOfTheOnlyPeerAreKeptIfItRestartsEmpty() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        assertJoinsDuring(second::crash);
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void aWriteWithASlowClockIsTakenAfterTheOnlyPeerWasLost() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        assertJoinsDuring(() -> second.set("session", LATER - 600, "new").hangUp());
        assertThat(own.value("session")).isEqualTo("new");
    }

    /** The sessions of a restarted peer have CAS numbers that other sessions had before. */
    @Test
    void newSessionsOfARestartedPeerAreCopied() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        assertJoinsDuring(() -> {
            second.crash();
            second.set("another", LATER, "y");
        });
        assertThat(own.value("session") + own.value("another")).isEqualTo("xy");
    }

    @Test
    void aJoinContinuesWithoutALostPeer() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        third.set("session", LATER, "x").set("another", LATER, "y");
        atDump(second, 2, second::close);
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isZero();
        assertThat(result.stderr()).contains("goes on without 127.98.0.2");
        assertThat(own.value("session") + own.value("another")).isEqualTo("xy");
    }

    /** Keys that the lost peer listed are kept, and its uncopied sessions are requested from the other peer. */
    @ParameterizedTest
    @CsvSource({"2, lru_crawler", "2, gets", "3, lru_crawler", "3, gets"})
    void noSessionIsLostWithAPeerThatIsLostEarly(int lost, String at) throws IOException, InterruptedException {
        for (int i = 0; i < 300; i++) {
            second.set("session" + i, LATER, "x");
            third.set("session" + i, LATER, "x");
        }
        third.set("another", LATER, "x");
        FakeMemcached server = lost == 2 ? second : third;
        server.before(command -> {
            if (command.startsWith(at)) {
                server.close();
            }
        });
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(own.items()).isGreaterThanOrEqualTo(lost == 2 ? 301 : 300);
    }

    /** A session that ends, or gets the expiry of a slow clock, is among those that are requested again. */
    @Test
    void changesOnTheOtherPeerAreSeenAfterOneIsLost() throws IOException, InterruptedException {
        for (FakeMemcached server : new FakeMemcached[] {second, third}) {
            server.set("ends", LATER, "x").set("changes", LATER, "old").set("stays", LATER, "x");
        }
        atDump(second, 2, () -> {
            third.remove("ends");
            third.set("changes", LATER - 600, "new");
            second.close();
        });
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(own.get("ends")).isNull();
        assertThat(own.value("changes") + own.value("stays")).isEqualTo("newx");
    }

    @Test
    void theOpeningContinuesWithoutALostPeer() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        third.set("session", LATER, "x");
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds()) {
                third.set("session", LATER + 1, "new");
                second.close();
            }
        });
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.stderr()).isZero();
        assertThat(result.stderr()).contains("goes on without 127.98.0.2");
        assertThat(result.stderr()).endsWith("sessions from 127.98.0.3\n");
        assertThat(own.value("session")).isEqualTo("new");
    }

    /**
     * Runs an event at a server's dump during the opening; returns the value that this server holds for the session
     * when it opens.
     */
    private String valueAtOpening(String key, FakeMemcached at, Runnable event)
            throws IOException, InterruptedException {
        AtomicBoolean held = new AtomicBoolean();
        AtomicReference<String> seen = new AtomicReference<>();
        at.before(command -> {
            if (command.startsWith("lru_crawler")) {
                if (guard.holds() && held.compareAndSet(false, true)) {
                    event.run();
                } else if (held.get() && guard.isOpen() && seen.get() == null) {
                    seen.set(own.value(key));
                }
            }
        });
        assertJoins();
        return Objects.requireNonNull(seen.get());
    }

    @Test
    void aSessionThatEndsDuringTheOpeningIsDeleted() throws IOException, InterruptedException {
        second.set("ends", LATER, "x").set("stays", LATER, "y");
        third.set("ends", LATER, "x").set("stays", LATER, "y");
        assertThat(valueAtOpening("ends", second, () -> {
                    second.remove("ends");
                    third.remove("ends");
                }))
                .isEmpty();
    }

    /** The second server was dumped already when the third is asked for its locks. */
    @Test
    void aSessionWrittenAndUnlockedSinceTheDumpIsCopied() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old").set("session.lock", LATER, "1");
        assertThat(valueAtOpening("session", third, () -> {
                    second.set("session", LATER + 1, "new");
                    third.set("session", LATER + 1, "new").set("session.lock", LATER, "0");
                }))
                .isEqualTo("new");
    }

    @Test
    void aSessionThatEndsIsDeletedThoughAnotherIsListedTwice() throws IOException, InterruptedException {
        second.set("ends", LATER, "x").set("moves", LATER, "old");
        third.set("ends", LATER, "x").set("moves", LATER, "old");
        assertThat(valueAtOpening("ends", second, () -> {
                    second.dumpsTwice("moves");
                    second.set("moves", LATER + 1, "new").remove("ends");
                    third.set("moves", LATER + 1, "new").remove("ends");
                }))
                .isEmpty();
    }

    /** A server that stood in for another may keep an older copy, and PHP does not read that copy. */
    @Test
    void withTwoCopiesTheLatestIsTaken() throws IOException, InterruptedException {
        guard = new GuardRun(Files.createDirectory(folder.resolve("fewer")), own.port(), "sessions: {copies: 2}\n");
        for (int i = 0; i < 20; i++) {
            second.set("session" + i, LATER - 500, "old");
            third.set("session" + i, LATER, "new");
        }
        AtomicInteger held = new AtomicInteger();
        third.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && held.incrementAndGet() == 1) {
                for (int i = 0; i < 20; i++) {
                    third.set("session" + i + ".lock", LATER, "0");
                }
            }
        });
        assertJoins();
        assertThat(held.get()).isPositive();
        List<String> copies = IntStream.range(0, 20)
                .mapToObj(i -> own.value("session" + i))
                .filter(value -> !value.isEmpty())
                .toList();
        assertThat(copies).isNotEmpty().hasSizeLessThan(20).containsOnly("new");
    }

    /** A write found on one peer is kept when another peer is too slow for the opening. */
    @ParameterizedTest
    @ValueSource(strings = {"", "sessions: {copies: 2}\n"})
    void aSlowPeerDoesNotHideTheWritesOfAnother(String settings) throws IOException, InterruptedException {
        guard = new GuardRun(Files.createDirectory(folder.resolve("slow")), own.port(), settings);
        List<String> names = IntStream.range(0, 20).mapToObj(i -> "session" + i).toList();
        for (String name : names) {
            second.set(name, LATER, "old");
        }
        AtomicBoolean written = new AtomicBoolean();
        AtomicBoolean slow = new AtomicBoolean();
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && written.compareAndSet(false, true)) {
                for (String name : names) {
                    second.set(name, LATER + 1, "new");
                }
            }
        });
        third.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && slow.compareAndSet(false, true)) {
                pause(900);
            }
        });
        assertThat(guard.run("join").stderr()).contains("127.98.0.3 does not answer in time");
        assertThat(names.stream().map(own::value).filter(value -> !value.isEmpty()))
                .isNotEmpty()
                .containsOnly("new");
    }

    /** The same for a peer that sends its values too slowly: the written session is requested again. */
    @Test
    void aCopyThatArrivesTooLateIsRequestedAgain() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        AtomicBoolean written = new AtomicBoolean();
        AtomicBoolean slow = new AtomicBoolean();
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && written.compareAndSet(false, true)) {
                second.set("session", LATER + 1, "new");
            }
            if (command.equals("gets " + FakeMemcached.key("session"))
                    && guard.holds()
                    && slow.compareAndSet(false, true)) {
                pause(900);
            }
        });
        assertThat(guard.run("join").stderr()).contains("127.98.0.2 does not answer in time");
        assertThat(own.value("session")).isEqualTo("new");
    }

    /**
     * If both copies were written in the same second, the older one may be on a server that stood in for another, and
     * PHP reads the other one.
     */
    @Test
    void withTwoCopiesTheCopyThatPhpReadsIsPreferred() throws IOException, InterruptedException {
        guard = new GuardRun(Files.createDirectory(folder.resolve("fewer")), own.port(), "sessions: {copies: 2}\n");
        for (int i = 0; i < 20; i++) {
            second.set("session" + i, LATER, "second");
            third.set("session" + i, LATER, "third");
        }
        assertJoins();
        assertThat(IntStream.range(0, 20).mapToObj(i -> own.value("session" + i)))
                .contains("second", "third", "");
    }

    @Test
    void theOpeningIsRetriedWhileAPeerIsBusy() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        AtomicInteger holds = new AtomicInteger();
        second.answersDumps(() -> guard.holds() && holds.incrementAndGet() <= 30 ? "BUSY currently processing" : "");
        assertJoins();
        assertThat(count(guard.filterInput(), "-j DROP")).isGreaterThanOrEqualTo(2);
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void thePortStaysClosedIfThePeersCannotBeInspected() throws IOException, InterruptedException {
        second.set("session", LATER, "x").answersDumps(() -> guard.holds() ? "BUSY currently processing" : "");
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("its peers cannot be inspected in time");
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void thePortStaysClosedIfTheSessionsDoNotFit() throws IOException, InterruptedException {
        own.limit(2000);
        for (int i = 0; i < 30; i++) {
            second.set("session" + i, LATER, "x".repeat(100));
        }
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("sessions do not fit into its memory, and would be lost");
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void aHeldServerStaysClosedUntilItIsAdmitted() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        assertThat(guard.run("hold").exit()).isZero();
        // Existing connections finish first.
        assertThat(verdicts())
                .filteredOn(verdict -> !verdict.equals("RETURN"))
                .containsExactly("REJECT --reject-with tcp-reset", "REJECT --reject-with tcp-reset");
        assertThat(guard.filterInput().lines().filter(line -> line.contains("--syn")))
                .hasSize(1);
        assertThat(guard.run("join").exit()).isZero();
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
        assertThat(own.get("session")).isNull();
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(guard.guardState()).isEmpty();
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void aWriteMissedDuringTheOpeningIsCopiedLater() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        // The port is open once the guard removes its turn.
        own.before(command -> {
            if (command.startsWith("cas " + TURN)) {
                assertThat(own.value("session")).isEqualTo("new");
            }
        });
        AtomicInteger dumps = new AtomicInteger();
        second.before(command -> {
            if (command.startsWith("lru_crawler") && own.get(TURN) != null && dumps.incrementAndGet() == 3) {
                second.set("session", LATER + 1, "new");
                third.set("session", LATER + 1, "new");
            }
        });
        assertJoins();
        assertThat(dumps.get()).isGreaterThanOrEqualTo(3);
        assertThat(own.value("session")).isEqualTo("new");
    }

    /** Runs a write once the port is open, while the guard still compares the servers. */
    private void assertJoinsWithWriteAfterOpening(Runnable write) throws IOException, InterruptedException {
        AtomicBoolean written = new AtomicBoolean();
        Thread request = new Thread(write);
        second.before(command -> {
            boolean opened = own.get(TURN) != null && guard.isOpen();
            if (command.startsWith("lru_crawler") && opened && written.compareAndSet(false, true)) {
                request.start();
                pause(30);
            }
        });
        assertJoins();
        request.join();
        assertThat(written).isTrue();
    }

    /** PHP writes a session and frees its lock with the next command, which may arrive later on a busy machine. */
    @Test
    void aSessionThatWasLockedWhenSeenIsCopiedOnceUnlocked() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        assertJoinsWithWriteAfterOpening(() -> {
            second.set("session.lock", LATER, "1").set("session", LATER + 1, "new");
            third.set("session", LATER + 1, "new");
            pause(250);
            second.set("session.lock", LATER, "0");
            third.set("session.lock", LATER, "0");
        });
        assertThat(own.value("session")).isEqualTo("new");
    }

    /**
     * A request whose lock is on a peer wrote to all servers while the port was held. TCP delivers its write here only
     * now, after a later request has written.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aDelayedWriteOfAnEarlierRequestIsCorrected(int later) throws IOException, InterruptedException {
        second.set("session", LATER, "first");
        third.set("session", LATER, "first");
        assertJoinsWithWriteAfterOpening(() -> {
            for (FakeMemcached server : List.of(own, second, third)) {
                server.set("session", LATER + later, "second");
            }
            pause(150);
            own.set("session", LATER, "first");
        });
        assertThat(own.value("session")).isEqualTo("second");
    }

    /** A session that PHP could write only here, or here and on one other server, is kept. */
    @Test
    void aNewerSessionOnThisServerIsKept() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        assertJoinsWithWriteAfterOpening(() -> {
            own.set("alone", LATER, "new").set("session", LATER + 1, "new");
            third.set("session", LATER + 1, "new");
        });
        assertThat(own.value("alone") + own.value("session")).isEqualTo("newnew");
    }

    /** The peers may be slow or gone, so a newer session here is not at once taken for a delayed write. */
    @Test
    void aWriteThatReachesTheServersOneAfterAnotherIsKept() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        assertJoinsWithWriteAfterOpening(() -> {
            own.set("session", LATER + 1, "new");
            pause(60);
            second.set("session", LATER + 1, "new");
            third.set("session", LATER + 1, "new");
        });
        assertThat(own.value("session")).isEqualTo("new");
    }

    /** Returns the targets of the rules of the guard's chain, in the order in which they were added. */
    private List<String> verdicts() throws IOException {
        return guard.filterInput()
                .lines()
                .filter(line -> line.startsWith("-A"))
                .map(line -> line.replaceAll(".* -j ", ""))
                .toList();
    }

    @Test
    void locksLeftBehindWhileFencedAreDeleted() throws IOException, InterruptedException {
        own.set("session", LATER, "x").set("session.lock", LATER, "1");
        second.set("session", LATER, "x");
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(own.get("session.lock")).isNull();
        assertThat(own.value("session")).isEqualTo("x");
    }

    private static int count(String text, String what) {
        return text.split(what, -1).length - 1;
    }

    /** PHP has asked another server already when the delayed commands would be carried out here. */
    @Test
    void thePortIsClosedAgainIfTheOpeningTakesTooLong() throws IOException, InterruptedException {
        second.set("session", LATER, "x").set("session.lock", LATER, "1");
        AtomicInteger holds = new AtomicInteger();
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && holds.incrementAndGet() == 1) {
                pause(800);
                second.set("session.lock", LATER, "0");
            }
        });
        assertJoins();
        assertThat(holds.get()).isGreaterThanOrEqualTo(2);
        assertThat(verdicts()).containsSubsequence("DROP", "REJECT --reject-with tcp-reset", "DROP");
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void thePortOpensAtTheLastAttemptHoweverLongItTakes() throws IOException, InterruptedException {
        second.set("session", LATER, "x").set("session.lock", LATER, "0");
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds()) {
                pause(600);
            }
        });
        assertJoins();
        assertThat(count(guard.filterInput(), "-j DROP")).isEqualTo(3);
    }

    /** PHP has timed out on the commands that TCP delivers here late, and no request would free their lock. */
    @Test
    void thePortIsClosedAgainIfThePacketFilterOpensItTooLate() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.slowOpening();
        AtomicBoolean sent = new AtomicBoolean();
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && sent.compareAndSet(false, true)) {
                own.set("abandoned.lock", LATER, "1");
            }
        });
        assertJoins();
        assertThat(verdicts())
                .containsSubsequence(
                        "DROP", "REJECT --reject-with tcp-reset", "REJECT --reject-with tcp-reset", "DROP");
        assertThat(own.get("abandoned.lock")).isNull();
    }

    /** A request locks its session on one server: the first that it reaches. */
    @Test
    void theOpeningWaitsForARequestWithALockOnAPeer() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old").set("session.lock", LATER, "1");
        AtomicBoolean held = new AtomicBoolean();
        Thread request = new Thread(() -> {
            pause(2000);
            second.set("session", LATER + 1, "new");
            third.set("session", LATER + 1, "new").set("session.lock", LATER, "0");
        });
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && held.compareAndSet(false, true)) {
                request.start();
            }
        });
        assertJoins();
        request.join();
        assertThat(own.value("session")).isEqualTo("new");
        assertThat(own.value("session.lock")).isEqualTo("0");
    }

    /**
     * Requests that were reset here lock their sessions at a peer only after the port has opened, because the machine is
     * busy, and write much later to the peers only. The guard recognizes them by the server that PHP asks first.
     */
    @Test
    void writesOfRequestsThatWereResetBeforeTheOpeningAreCopied() throws IOException, InterruptedException {
        List<String> names = IntStream.range(0, 24).mapToObj(i -> "session" + i).toList();
        for (FakeMemcached server : List.of(own, second, third)) {
            names.forEach(name -> server.set(name, LATER, "old"));
        }
        List<String> diverted = new CopyOnWriteArrayList<>();
        assertJoinsWithWriteAfterOpening(() -> {
            names.forEach(name -> second.set(name + ".lock", LATER, "1"));
            pause(1500);
            names.stream().filter(name -> own.get(name + ".lock") != null).forEach(diverted::add);
            for (FakeMemcached server : List.of(second, third)) {
                diverted.forEach(name -> server.set(name, LATER + 1, "new"));
            }
            names.forEach(name -> second.set(name + ".lock", LATER, "0"));
        });
        // The others would have been locked here if PHP had asked this server first.
        assertThat(diverted).hasSizeBetween(2, 16);
        assertThat(diverted).allSatisfy(name -> {
            assertThat(own.value(name)).isEqualTo("new");
            assertThat(own.value(name + ".lock")).isEqualTo("0");
        });
    }

    /** PHP writes to one server after another; on a busy machine a write arrives long after the lock on another is free. */
    @Test
    void aWriteThatArrivesAfterItsLockIsFreeIsCopied() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old").set("session.lock", LATER, "1");
        AtomicBoolean held = new AtomicBoolean();
        Thread request = new Thread(() -> {
            pause(2000);
            third.set("session.lock", LATER, "0");
            pause(200);
            second.set("session", LATER + 1, "new");
            third.set("session", LATER + 1, "new");
        });
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && held.compareAndSet(false, true)) {
                request.start();
            }
        });
        assertJoins();
        request.join();
        assertThat(own.value("session")).isEqualTo("new");
    }

    /**
     * A module that searches all servers for a session that none of them has locks it on each, as Debian 13's does; it
     * asks again until the lock is free. If the session exists, the lock belongs to another request, which must finish
     * first.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestThatWaitsForItsOwnLockIsServed(boolean known) throws IOException, InterruptedException {
        if (known) {
            second.set("session", LATER, "old");
        }
        second.set("session.lock", LATER, "1");
        List<String> found = new CopyOnWriteArrayList<>();
        Thread request = new Thread(() -> {
            while (own.get("session.lock") == null) {
                pause(5);
            }
            for (int i = 0; i < 40; i++) {
                int lock = Integer.parseInt(own.value("session.lock")) + 1;
                own.set("session.lock", LATER, Integer.toString(lock));
                found.add(lock == 1 ? "free" : "taken");
                if (lock == 1) {
                    own.set("session", LATER + 1, "new").set("session.lock", LATER, "0");
                    break;
                }
                pause(20);
            }
            second.set("session", LATER + 1, "new").set("session.lock", LATER, "0");
        });
        request.start();
        assertJoins();
        request.join();
        assertThat(found).startsWith("taken");
        assertThat(found).endsWith(known ? "taken" : "free").hasSizeLessThanOrEqualTo(known ? 40 : 15);
        assertThat(own.value("session.lock")).isEqualTo("0");
        assertThat(own.value("session")).isEqualTo("new");
    }

    /**
     * A request that gave this server up writes to the peers only. For a request that is still at work, the peers hold
     * the same session as this server until the request ends.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLockOfARequestThatGaveTheServerUpIsFreed(boolean givenUp) throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        List<String> locks = new CopyOnWriteArrayList<>();
        AtomicBoolean looksOn = new AtomicBoolean();
        Thread request = new Thread(() -> {
            own.set("session.lock", LATER, "1");
            pause(100);
            second.set("session", LATER + 1, "new");
            third.set("session", LATER + 1, "new");
            if (!givenUp) {
                own.set("session", LATER + 1, "new");
            }
            pause(500);
            locks.add(own.value("session.lock"));
        });
        second.before(command -> {
            boolean opened = own.get(TURN) != null && guard.isOpen();
            if (command.startsWith("lru_crawler") && opened && looksOn.compareAndSet(false, true)) {
                request.start();
            }
        });
        assertJoins();
        request.join();
        assertThat(locks).containsExactly(givenUp ? "0" : "1");
        assertThat(own.value("session")).isEqualTo("new");
    }

    private void assertClosedSoon() throws IOException {
        for (int i = 0; i < 100 && guard.holds(); i++) {
            pause(50);
        }
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void thePortIsClosedIfTheGuardIsKilledDuringTheOpening() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds()) {
                guard.kill();
            }
        });
        assertThat(guard.run("join").exit()).isNotZero();
        assertClosedSoon();
    }

    @Test
    void thePortStaysClosedIfItCannotBeOpened() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.breakOpening();
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("iptables cannot open the port");
        assertClosedSoon();
    }

    /** Versions before 1.4.31 never list their keys. */
    @Test
    void thePortStaysClosedIfThePeersCannotListTheirKeys() throws IOException, InterruptedException {
        second.answersDumps(() -> "ERROR");
        third.answersDumps(() -> "ERROR");
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).endsWith("guard: 127.98.0.2 does not say what it holds, but \"ERROR\"\n");
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void aPeerWithoutLruListsCountsAsEmpty() throws IOException, InterruptedException {
        second.answersDumps(() -> "NOTSTARTED no items to crawl");
        third.set("session", LATER, "x");
        assertJoins();
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void aServerHeldDuringItsStartStaysClosed() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        atDump(second, 1, guard::hold);
        guard.run("close");
        assertThat(guard.run("join").exit()).isZero();
        assertThat(guard.guardState()).singleElement().asString().contains("--reject-with tcp-reset");
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(guard.guardState()).isEmpty();
    }
}
