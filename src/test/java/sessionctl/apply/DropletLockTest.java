package sessionctl.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.facts.RunLog;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;
import sessionctl.state.LoggedRun;
import sessionctl.state.RunStamp;

/** The lock as a droplet keeps it: the real script, with a folder for a droplet. */
@Timeout(60)
class DropletLockTest {
    @TempDir
    private Path droplet = Path.of("");

    private final DropletLock alice = new DropletLock(new Claim("id-a", "alice@laptop", "provision", "0.1.0"));
    private final DropletLock bob = new DropletLock(new Claim("id-b", "bob@desk", "restart --web", "0.1.0"));
    private final List<FakeConnection> open = new ArrayList<>();

    @BeforeEach
    void makeDroplet() throws IOException {
        Files.createDirectory(droplet.resolve("log"));
    }

    @AfterEach
    void close() {
        open.forEach(FakeConnection::close);
    }

    private FakeConnection connect(String address) throws IOException {
        FakeConnection connection = new FakeConnection(droplet, address);
        open.add(connection);
        return connection;
    }

    private Path lease() {
        return droplet.resolve("run/lease");
    }

    private void silentFor(int seconds) throws IOException {
        Files.setLastModifiedTime(lease(), FileTime.from(Instant.now().minusSeconds(seconds)));
    }

    private List<String> log() throws IOException {
        Path log = droplet.resolve("log/sessionctl.log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private static RunStamp former(Grip grip) {
        assertThat(grip).isInstanceOf(Grip.Taken.class);
        RunStamp former = ((Grip.Taken) grip).former();
        if (former == null) {
            throw new AssertionError("nobody's was taken over");
        }
        return former;
    }

    private static void assertFree(Grip grip) {
        assertThat(grip).isEqualTo(new Grip.Taken(null));
    }

    /** uutils before 0.3.0 takes date -r and prints the time of now. */
    @Test
    void aLostRunHasTheTimeOfItsLastSignOfLifeWhateverDateDoes() throws Exception {
        Path bin = Files.createDirectories(droplet.resolve("bin"));
        Path date = Files.writeString(
                bin.resolve("date"),
                "#!/bin/sh\nfor word; do shift; if [ \"$skip\" = yes ]; then skip=no; elif [ \"$word\" = -r ]; then skip=yes;"
                        + " else set -- \"$@\" \"$word\"; fi; done\nexec /bin/date \"$@\"\n");
        Files.setPosixFilePermissions(date, PosixFilePermissions.fromString("rwxr-xr-x"));
        FakeConnection first = connect("203.0.113.9");
        alice.take(first, "root");
        first.close();
        silentFor(100);
        String expected = Files.getLastModifiedTime(lease())
                .toInstant()
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString();
        bob.take(connect("203.0.113.10"), "root");
        assertThat(log().get(0)).startsWith(expected + "\t").contains("\tlost\t");
    }

    @Test
    void aSecondRunIsToldWhoHoldsTheDropletFromWhereAndSinceWhen() throws IOException, SshFailure {
        assertFree(alice.take(connect("203.0.113.9"), "root"));
        Grip grip = bob.take(connect("203.0.113.10"), "admin");
        assertThat(grip).isInstanceOf(Grip.Held.class);
        RunStamp by = ((Grip.Held) grip).by();
        assertThat(by)
                .isEqualTo(
                        new RunStamp(by.time(), "id-a", "alice@laptop", "root", "203.0.113.9", "provision", "0.1.0"));
        assertThat(Instant.parse(by.time())).isBetween(Instant.now().minusSeconds(30), Instant.now());
        assertThat(log()).isEmpty();
    }

    @Test
    void ofManyAtOnceOneGetsIt() throws Exception {
        List<Path> ends = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String id = "id-" + i;
            ends.add(connect("203.0.113." + i)
                    .begin(Command.script(Scripts.locking("apply/lock.sh"), "take", id, "who", "root", "restart", "1")
                            .line()));
        }
        List<String> codes = new ArrayList<>();
        for (Path end : ends) {
            while (!Files.exists(end)) {
                Thread.sleep(10);
            }
            codes.add(Files.readString(end).strip());
        }
        assertThat(codes).containsOnly("0", "7").filteredOn("0"::equals).hasSize(1);
    }

    @Test
    void whereTheConnectionComesFromIsKnownAlsoThroughSudo() throws IOException, SshFailure {
        assertFree(alice.take(connect("2001:db8::9").bySudo(), "admin"));
        Grip grip = bob.take(connect("203.0.113.10"), "root");
        assertThat(((Grip.Held) grip).by().from()).isEqualTo("2001:db8::9");
    }

    @Test
    void aRunWhoseConnectionEndedIsTakenOverAtOnceAndLoggedAsLost() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.take(hers, "root");
        hers.close();
        assertThat(former(bob.take(connect("203.0.113.10"), "root")).who()).isEqualTo("alice@laptop");
        assertThat(log()).hasSize(1);
        assertThat(log().get(0)).endsWith("\tid-a\talice@laptop\troot\t203.0.113.9\tprovision\t0.1.0\tlost\t-");
    }

    @Test
    void aRunThatIsSilentForThirtySecondsIsTakenOverAndMayNotGoOn() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.take(hers, "root");
        silentFor(25);
        assertThat(bob.take(connect("203.0.113.10"), "root")).isInstanceOf(Grip.Held.class);
        silentFor(31);
        assertThat(former(bob.take(connect("203.0.113.10"), "root")).id()).isEqualTo("id-a");
        assertThat(alice.refresh(hers, "root")).isFalse();
        alice.release(hers, "root", new Ending("failed", 1));
        assertThat(alice.take(hers, "root")).isInstanceOf(Grip.Held.class);
    }

    @Test
    void aSignOfLifeKeepsIt() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.take(hers, "root");
        silentFor(31);
        assertThat(alice.refresh(hers, "root")).isTrue();
        assertThat(bob.take(connect("203.0.113.10"), "root")).isInstanceOf(Grip.Held.class);
    }

    @Test
    void whileACommandRunsNoSignOfLifeIsNeeded() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.take(hers, "root");
        hers.begin("sleep 50");
        silentFor(300);
        assertThat(bob.take(connect("203.0.113.10"), "root")).isInstanceOf(Grip.Held.class);
        assertThat(DropletLock.history(connect("203.0.113.10"), 5))
                .extracting(LoggedRun::outcome)
                .containsExactly(LoggedRun.RUNNING);
    }

    @Test
    void theSameRunMayTakeItTwice() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.take(hers, "root");
        assertFree(alice.take(hers, "root"));
    }

    @Test
    void theEndIsOneLineOfTheLogThatOthersMayNotRead() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.take(hers, "root");
        assertThat(alice.release(hers, "root", new Ending("done", 3))).isTrue();
        assertThat(lease()).doesNotExist();
        assertThat(log()).hasSize(1);
        assertThat(RunLog.runs(log().get(0)))
                .containsExactly(new LoggedRun(
                        new RunStamp(
                                log().get(0).substring(0, 20),
                                "id-a",
                                "alice@laptop",
                                "root",
                                "203.0.113.9",
                                "provision",
                                "0.1.0"),
                        "done",
                        3));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(droplet.resolve("log/sessionctl.log"))))
                .isEqualTo("rw-r-----");
        assertFree(bob.take(connect("203.0.113.10"), "root"));
    }

    @Test
    void aRunThatTriedNothingLeavesNoLine() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.take(hers, "root");
        assertThat(alice.release(hers, "root", Ending.NOTHING)).isTrue();
        assertThat(lease()).doesNotExist();
        assertThat(log()).isEmpty();
    }

    @Test
    void aLogThatCannotBeWrittenIsSaidAndTheDropletIsFree() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.take(hers, "root");
        Files.delete(droplet.resolve("log"));
        assertThat(alice.release(hers, "root", new Ending("done", 3))).isFalse();
        assertFree(bob.take(connect("203.0.113.10"), "root"));
    }

    @Test
    void theLogIsBoundedAndTheLastLinesStay() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        Path log = droplet.resolve("log/sessionctl.log");
        Files.write(log, IntStream.range(0, 2000).mapToObj(i -> "line " + i).toList());
        alice.take(hers, "root");
        alice.release(hers, "root", new Ending("done", 3));
        assertThat(log()).hasSize(1000).startsWith("line 1001").doesNotContain("line 1000");
        assertThat(log().get(999)).endsWith("\tdone\t3");
    }

    @Test
    void theHistoryIsTheLogAndWhoeverHoldsTheDroplet() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        assertThat(DropletLock.history(hers, 5)).isEmpty();
        for (int i = 1; i <= 3; i++) {
            alice.take(hers, "root");
            alice.release(hers, "root", new Ending("done", i));
        }
        bob.take(hers, "root");
        FakeConnection other = connect("203.0.113.10");
        assertThat(DropletLock.history(other, 2))
                .extracting(r -> r.outcome() + " " + r.changes())
                .containsExactly("done 2", "done 3", "running -1");
        silentFor(40);
        assertThat(DropletLock.history(other, 1))
                .extracting(LoggedRun::outcome)
                .containsExactly("done", LoggedRun.LOST);
    }

    @Test
    void whatComesFromTheEnvironmentIsNeitherShellNorControl() throws IOException, SshFailure {
        Claim claim =
                new Claim("id-c", "e'v$(touch pwned)\"`touch pwned`\t\n\u001b[2Jil\u202e; x", "provision", "0.1.0");
        FakeConnection his = connect("203.0.113.9");
        new DropletLock(claim).take(his, "root");
        new DropletLock(claim).release(his, "root", new Ending("done", 0));
        assertThat(DropletLock.history(his, 5))
                .extracting(r -> r.stamp().who())
                .containsExactly("e'v$(touch pwned)\"`touch pwned`___[2Jil_; x");
        assertThat(Files.exists(Path.of("pwned"))).isFalse();
        assertThat(new Claim("i", "", "c", "x".repeat(500)).version()).hasSize(80);
        assertThat(new Claim("i", " ", "c", "v").who()).isEqualTo("-");
    }

    @Test
    void aDropletWithoutRoomForTheLockIsRefused() throws SshFailure {
        Shell full = new Shell() {
            @Override
            public CommandResult run(Command command) {
                return new CommandResult(28, "", "");
            }

            @Override
            public void close() {}
        };
        assertThat(alice.take(full, "root")).isInstanceOf(Grip.Refused.class);
        assertThat(((Grip.Refused) alice.take(full, "root")).why()).contains("df -h /run");
    }
}
