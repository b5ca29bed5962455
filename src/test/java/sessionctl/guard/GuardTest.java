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

/** What the guard makes of clocks that differ, of servers that are lost at a bad moment, and of others that stop, too. */
class GuardTest extends Trio {
    private void joins() throws IOException, InterruptedException {
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.said()).isZero();
        assertThat(guard.gate()).isEmpty();
    }

    /** Does something at this dump of what a server holds, counted from 1. */
    private static void atDump(FakeMemcached server, int dump, Runnable fault) {
        AtomicInteger dumps = new AtomicInteger();
        server.before(command -> {
            if (command.startsWith("lru_crawler metadump") && dumps.incrementAndGet() == dump) {
                fault.run();
            }
        });
    }

    @Test
    void copiesFlagsExpiryAndBytes() throws IOException, InterruptedException {
        second.set("compressed", 2, LATER, "\u0001\u0000\r\nEND\r\n\u00ff").set("young.lock", LATER, "0");
        third.set("older", LATER - 500, "x");
        joins();
        Item copy = own.get("compressed");
        assertThat(copy).isNotNull();
        assertThat(copy.flags()).isEqualTo(2);
        assertThat(copy.expiry()).isEqualTo(LATER);
        assertThat(copy.value()).isEqualTo("\u0001\u0000\r\nEND\r\n\u00ff");
        assertThat(own.value("older")).isEqualTo("x");
        assertThat(own.get("young.lock")).isNull();
    }

    @Test
    void copiesWhatHasAnOddNameFromServersOfAllAges() throws IOException, InterruptedException {
        second.listsOnly().set("a,b", LATER, "x");
        third.listsOnly();
        for (int i = 0; i < 40; i++) {
            third.set("session" + i, LATER, "y" + i);
        }
        joins();
        assertThat(own.value("a,b")).isEqualTo("x");
        for (int i = 0; i < 40; i++) {
            assertThat(own.value("session" + i)).isEqualTo("y" + i);
        }
    }

    @Test
    void takesTheLaterOfTwoCopies() throws IOException, InterruptedException {
        second.set("session", LATER, "new");
        third.set("session", LATER - 5, "old");
        joins();
        assertThat(own.value("session")).isEqualTo("new");
    }

    @Test
    void takesWhatAWebServerWithASlowClockWritesMeanwhile() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        atDump(second, 2, () -> {
            second.set("session", LATER - 600, "new");
            third.set("session", LATER - 600, "new");
        });
        joins();
        assertThat(own.value("session")).isEqualTo("new");
    }

    @Test
    void forgetsWhatEndedMeanwhileAndWhatNoPeerHas() throws IOException, InterruptedException {
        own.set("earlier", LATER, "x");
        second.set("ends", LATER, "x").set("stays", LATER, "x");
        third.set("ends", LATER, "x").set("stays", LATER, "x");
        atDump(second, 2, () -> {
            second.remove("ends");
            third.remove("ends");
        });
        joins();
        assertThat(own.get("ends")).isNull();
        assertThat(own.get("earlier")).isNull();
        assertThat(own.value("stays")).isEqualTo("x");
    }

    /** Does something to the only peer when it is looked at for the second time, before the port opens. */
    private void joinsWhile(Runnable fault) throws IOException, InterruptedException {
        third.close();
        AtomicInteger dumps = new AtomicInteger();
        second.before(command -> {
            if (command.startsWith("lru_crawler")) {
                // Only a first look that takes its time is followed by another.
                if (dumps.incrementAndGet() == 1) {
                    pause(100);
                } else if (dumps.get() == 2) {
                    fault.run();
                }
            }
        });
        joins();
    }

    @Test
    void keepsWhatTheOnlyPeerHeldBeforeItCameBackEmpty() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        joinsWhile(second::crash);
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void takesWhatAWebServerWithASlowClockWritesWhileTheOnlyPeerIsLost() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        joinsWhile(() -> second.set("session", LATER - 600, "new").hangUp());
        assertThat(own.value("session")).isEqualTo("new");
    }

    /** Its sessions bear numbers that others had before. */
    @Test
    void copiesWhatIsNewAtAPeerThatHasStartedAnew() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        joinsWhile(() -> {
            second.crash();
            second.set("another", LATER, "y");
        });
        assertThat(own.value("session") + own.value("another")).isEqualTo("xy");
    }

    @Test
    void goesOnWithTheOthersWhenOneIsLost() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        third.set("session", LATER, "x").set("another", LATER, "y");
        atDump(second, 2, second::close);
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isZero();
        assertThat(result.said()).contains("goes on without 127.98.0.2");
        assertThat(own.value("session") + own.value("another")).isEqualTo("xy");
    }

    /** What one has said is not forgotten, and what was to be copied from the lost one is asked of the other. */
    @ParameterizedTest
    @CsvSource({"2, lru_crawler", "2, gets", "3, lru_crawler", "3, gets"})
    void losesNothingWithAPeerThatIsLostAtFirst(int lost, String at) throws IOException, InterruptedException {
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
        assertThat(result.exit()).as(result.said()).isZero();
        assertThat(own.items()).isGreaterThanOrEqualTo(lost == 2 ? 301 : 300);
    }

    /** It is in what was to be asked again that a session has ended, or has got a slow clock's expiry. */
    @Test
    void seesWhatChangesAtTheOthersWhenOneIsLost() throws IOException, InterruptedException {
        for (FakeMemcached server : new FakeMemcached[] {second, third}) {
            server.set("ends", LATER, "x").set("changes", LATER, "old").set("stays", LATER, "x");
        }
        atDump(second, 2, () -> {
            third.remove("ends");
            third.set("changes", LATER - 600, "new");
            second.close();
        });
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.said()).isZero();
        assertThat(own.get("ends")).isNull();
        assertThat(own.value("changes") + own.value("stays")).isEqualTo("newx");
    }

    @Test
    void goesOnWithTheOthersWhenOneIsLostAmidTheOpening() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        third.set("session", LATER, "x");
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds()) {
                third.set("session", LATER + 1, "new");
                second.close();
            }
        });
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.said()).isZero();
        assertThat(result.said()).contains("goes on without 127.98.0.2");
        assertThat(result.said()).endsWith("sessions from 127.98.0.3\n");
        assertThat(own.value("session")).isEqualTo("new");
    }

    /** Does something to what the second server holds amid the opening; what the first holds of a session when it opens. */
    private String whenOpened(String key, FakeMemcached at, Runnable event) throws IOException, InterruptedException {
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
        joins();
        return Objects.requireNonNull(seen.get());
    }

    @Test
    void forgetsWhatEndsAmidTheOpening() throws IOException, InterruptedException {
        second.set("ends", LATER, "x").set("stays", LATER, "y");
        third.set("ends", LATER, "x").set("stays", LATER, "y");
        assertThat(whenOpened("ends", second, () -> {
                    second.remove("ends");
                    third.remove("ends");
                }))
                .isEmpty();
    }

    /** The second server has been looked at already when the third is asked for its locks. */
    @Test
    void copiesWhatWasWrittenAndUnlockedSinceThatLook() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old").set("session.lock", LATER, "1");
        assertThat(whenOpened("session", third, () -> {
                    second.set("session", LATER + 1, "new");
                    third.set("session", LATER + 1, "new").set("session.lock", LATER, "0");
                }))
                .isEqualTo("new");
    }

    @Test
    void forgetsWhatEndsWhileAnotherIsMetTwice() throws IOException, InterruptedException {
        second.set("ends", LATER, "x").set("moves", LATER, "old");
        third.set("ends", LATER, "x").set("moves", LATER, "old");
        assertThat(whenOpened("ends", second, () -> {
                    second.listsTwice("moves");
                    second.set("moves", LATER + 1, "new").remove("ends");
                    third.set("moves", LATER + 1, "new").remove("ends");
                }))
                .isEmpty();
    }

    /** A server that stood in for another may keep what is older, and nobody asks it for that. */
    @Test
    void withFewerCopiesItPrefersTheLatest() throws IOException, InterruptedException {
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
        joins();
        assertThat(held.get()).isPositive();
        List<String> copies = IntStream.range(0, 20)
                .mapToObj(i -> own.value("session" + i))
                .filter(value -> !value.isEmpty())
                .toList();
        assertThat(copies).isNotEmpty().hasSizeLessThan(20).containsOnly("new");
    }

    /** What one peer was found to have written is not forgotten when another one is too slow for the opening. */
    @ParameterizedTest
    @ValueSource(strings = {"", "sessions: {copies: 2}\n"})
    void aPeerThatIsSlowDoesNotHideWhatAnotherHasWritten(String settings) throws IOException, InterruptedException {
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
        assertThat(guard.run("join").said()).contains("127.98.0.3 does not answer in time");
        assertThat(names.stream().map(own::value).filter(value -> !value.isEmpty()))
                .isNotEmpty()
                .containsOnly("new");
    }

    /** The same where it is slow to say what it holds: what was written is asked for once more. */
    @Test
    void aCopyThatComesTooLateIsAskedForAgain() throws IOException, InterruptedException {
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
        assertThat(guard.run("join").said()).contains("127.98.0.2 does not answer in time");
        assertThat(own.value("session")).isEqualTo("new");
    }

    /** Of one second a server that stood in for another may keep the older copy, and PHP asks the other one. */
    @Test
    void withFewerCopiesItPrefersThatOfAServerThatIsAsked() throws IOException, InterruptedException {
        guard = new GuardRun(Files.createDirectory(folder.resolve("fewer")), own.port(), "sessions: {copies: 2}\n");
        for (int i = 0; i < 20; i++) {
            second.set("session" + i, LATER, "second");
            third.set("session" + i, LATER, "third");
        }
        joins();
        assertThat(IntStream.range(0, 20).mapToObj(i -> own.value("session" + i)))
                .contains("second", "third", "");
    }

    @Test
    void triesAgainWhileAPeerIsBusy() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        AtomicInteger holds = new AtomicInteger();
        second.refuses(() -> guard.holds() && holds.incrementAndGet() <= 30 ? "BUSY currently processing" : "");
        joins();
        assertThat(count(guard.told(), "-j DROP")).isGreaterThanOrEqualTo(2);
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void doesNotOpenWhereItCannotLook() throws IOException, InterruptedException {
        second.set("session", LATER, "x").refuses(() -> guard.holds() ? "BUSY currently processing" : "");
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.said()).contains("its peers cannot be looked at in time");
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void staysShutWhereNotAllHaveRoom() throws IOException, InterruptedException {
        own.limit(2000);
        for (int i = 0; i < 30; i++) {
            second.set("session" + i, LATER, "x".repeat(100));
        }
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.said()).contains("sessions do not fit into its memory, and would be lost");
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void isHeldUntilItIsAdmitted() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        assertThat(guard.run("hold").exit()).isZero();
        // First those who have a connection finish.
        assertThat(verdicts()).containsExactly("REJECT --reject-with tcp-reset", "REJECT --reject-with tcp-reset");
        assertThat(guard.told().lines().filter(line -> line.contains("--syn"))).hasSize(1);
        assertThat(guard.run("join").exit()).isZero();
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
        assertThat(own.get("session")).isNull();
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(guard.gate()).isEmpty();
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void repairsWhatWentPastTheOpening() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        // The port is open once this is gone.
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
        joins();
        assertThat(dumps.get()).isGreaterThanOrEqualTo(3);
        assertThat(own.value("session")).isEqualTo("new");
    }

    /** Does something once the port is open, while the guard looks on. */
    private void whileItLooksOn(Runnable write) throws IOException, InterruptedException {
        AtomicBoolean written = new AtomicBoolean();
        Thread request = new Thread(write);
        second.before(command -> {
            boolean opened = own.get(TURN) != null && guard.isOpen();
            if (command.startsWith("lru_crawler") && opened && written.compareAndSet(false, true)) {
                request.start();
                pause(30);
            }
        });
        joins();
        request.join();
        assertThat(written).isTrue();
    }

    /** PHP writes a session, and frees its lock with the next command, which may come later where the machine is busy. */
    @Test
    void repairsWhatWasStillLockedWhenItWasSeen() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        whileItLooksOn(() -> {
            second.set("session.lock", LATER, "1").set("session", LATER + 1, "new");
            third.set("session", LATER + 1, "new");
            pause(250);
            second.set("session.lock", LATER, "0");
            third.set("session.lock", LATER, "0");
        });
        assertThat(own.value("session")).isEqualTo("new");
    }

    /**
     * A request whose lock is at a peer wrote to all servers while the port was held. TCP brings that here only now, after a
     * later request has written.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void repairsWhatAnEarlierRequestWritesTooLate(int later) throws IOException, InterruptedException {
        second.set("session", LATER, "first");
        third.set("session", LATER, "first");
        whileItLooksOn(() -> {
            for (FakeMemcached server : List.of(own, second, third)) {
                server.set("session", LATER + later, "second");
            }
            pause(150);
            own.set("session", LATER, "first");
        });
        assertThat(own.value("session")).isEqualTo("second");
    }

    /** What PHP could write here only, or here and to one other server, is not thrown away. */
    @Test
    void keepsWhatIsNewerHere() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        whileItLooksOn(() -> {
            own.set("alone", LATER, "new").set("session", LATER + 1, "new");
            third.set("session", LATER + 1, "new");
        });
        assertThat(own.value("alone") + own.value("session")).isEqualTo("newnew");
    }

    /** Its peers are slow, or gone: what is newer here is not taken for a write that came too late at once. */
    @Test
    void aWriteReachesOneServerAfterTheOther() throws IOException, InterruptedException {
        second.set("session", LATER, "old");
        third.set("session", LATER, "old");
        whileItLooksOn(() -> {
            own.set("session", LATER + 1, "new");
            pause(60);
            second.set("session", LATER + 1, "new");
            third.set("session", LATER + 1, "new");
        });
        assertThat(own.value("session")).isEqualTo("new");
    }

    /** The targets of its chain's rules, in the order in which they were made. */
    private List<String> verdicts() throws IOException {
        return guard.told()
                .lines()
                .filter(line -> line.startsWith("-A"))
                .map(line -> line.replaceAll(".* -j ", ""))
                .toList();
    }

    @Test
    void forgetsLocksThatWereLeftBehindWhenItWasShut() throws IOException, InterruptedException {
        own.set("session", LATER, "x").set("session.lock", LATER, "1");
        second.set("session", LATER, "x");
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(own.get("session.lock")).isNull();
        assertThat(own.value("session")).isEqualTo("x");
    }

    private static int count(String text, String what) {
        return text.split(what, -1).length - 1;
    }

    /** What PHP sent meanwhile would be carried out when it has asked another server already. */
    @Test
    void isShutAgainWhenItsOpeningTakesTooLong() throws IOException, InterruptedException {
        second.set("session", LATER, "x").set("session.lock", LATER, "1");
        AtomicInteger holds = new AtomicInteger();
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && holds.incrementAndGet() == 1) {
                pause(800);
                second.set("session.lock", LATER, "0");
            }
        });
        joins();
        assertThat(holds.get()).isGreaterThanOrEqualTo(2);
        assertThat(verdicts()).containsSubsequence("DROP", "REJECT --reject-with tcp-reset", "DROP");
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void opensAtLastHoweverLongItTakes() throws IOException, InterruptedException {
        second.set("session", LATER, "x").set("session.lock", LATER, "0");
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds()) {
                pause(600);
            }
        });
        joins();
        assertThat(count(guard.told(), "-j DROP")).isEqualTo(3);
    }

    /** PHP has given up by then what TCP brings here at last, and nobody would give back its lock. */
    @Test
    void isShutAgainWhenThePacketFilterOpensItTooLate() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.slowOpening();
        AtomicBoolean sent = new AtomicBoolean();
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds() && sent.compareAndSet(false, true)) {
                own.set("abandoned.lock", LATER, "1");
            }
        });
        joins();
        assertThat(verdicts())
                .containsSubsequence(
                        "DROP", "REJECT --reject-with tcp-reset", "REJECT --reject-with tcp-reset", "DROP");
        assertThat(own.get("abandoned.lock")).isNull();
    }

    /** A request locks its session on one server, the first that it reaches. */
    @Test
    void waitsForARequestThatHasItsLockOnAnotherPeer() throws IOException, InterruptedException {
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
        joins();
        request.join();
        assertThat(own.value("session")).isEqualTo("new");
        assertThat(own.value("session.lock")).isEqualTo("0");
    }

    /**
     * A module that asks one server after the other for what is on none of them locks it on each, as Debian 13's does; it
     * asks again until the lock is free. Where there is a session, whoever asks is somebody else, who must wait.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void letsARequestInThatWaitsForItself(boolean known) throws IOException, InterruptedException {
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
        joins();
        request.join();
        assertThat(found).startsWith("taken");
        assertThat(found).endsWith(known ? "taken" : "free").hasSizeLessThanOrEqualTo(known ? 40 : 15);
        assertThat(own.value("session.lock")).isEqualTo("0");
        assertThat(own.value("session")).isEqualTo("new");
    }

    /**
     * One that has given this server up writes to its peers only, which tells it from one that is still at work: there the
     * peers have what this one has, until he is done.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void freesALockThatItsOwnerHasGivenUp(boolean givenUp) throws IOException, InterruptedException {
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
        joins();
        request.join();
        assertThat(locks).containsExactly(givenUp ? "0" : "1");
        assertThat(own.value("session")).isEqualTo("new");
    }

    private void isShutSoon() throws IOException {
        for (int i = 0; i < 100 && guard.holds(); i++) {
            pause(50);
        }
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void leavesThePortShutWhenItIsKilledAmidTheOpening() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        second.before(command -> {
            if (command.startsWith("lru_crawler") && guard.holds()) {
                guard.kill();
            }
        });
        assertThat(guard.run("join").exit()).isNotZero();
        isShutSoon();
    }

    @Test
    void leavesThePortShutWhenItCannotBeOpened() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        guard.breakOpening();
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.said()).contains("iptables cannot open the port");
        isShutSoon();
    }

    /** Versions before 1.4.31 never say what they hold, however often they are asked. */
    @Test
    void staysShutWherePeersCannotSayWhatTheyHold() throws IOException, InterruptedException {
        second.refuses(() -> "ERROR");
        third.refuses(() -> "ERROR");
        guard.run("close");
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.said()).endsWith("guard: 127.98.0.2 does not say what it holds, but \"ERROR\"\n");
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
    }

    @Test
    void takesAPeerWithoutListsForAnEmptyOne() throws IOException, InterruptedException {
        second.refuses(() -> "NOTSTARTED no items to crawl");
        third.set("session", LATER, "x");
        joins();
        assertThat(own.value("session")).isEqualTo("x");
    }

    @Test
    void staysShutWhenItIsHeldAmidItsStart() throws IOException, InterruptedException {
        second.set("session", LATER, "x");
        atDump(second, 1, guard::hold);
        guard.run("close");
        assertThat(guard.run("join").exit()).isZero();
        assertThat(guard.gate()).singleElement().asString().contains("--reject-with tcp-reset");
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(guard.gate()).isEmpty();
    }
}
