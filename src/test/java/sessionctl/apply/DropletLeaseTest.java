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
import sessionctl.facts.RunLogParser;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;
import sessionctl.state.RunInfo;
import sessionctl.state.RunLogEntry;

/** Runs the real script of the lease in a folder that stands for a droplet. */
@Timeout(60)
class DropletLeaseTest {
    @TempDir
    private Path droplet = Path.of("");

    private final DropletLease alice = new DropletLease(new LeaseOwner("id-a", "alice@laptop", "provision", "0.1.0"));
    private final DropletLease bob = new DropletLease(new LeaseOwner("id-b", "bob@desk", "restart --web", "0.1.0"));
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

    private void ageHeartbeat(int seconds) throws IOException {
        Files.setLastModifiedTime(lease(), FileTime.from(Instant.now().minusSeconds(seconds)));
    }

    private List<String> log() throws IOException {
        Path log = droplet.resolve("log/sessionctl.log");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private static RunInfo former(LeaseResult lease) {
        assertThat(lease).isInstanceOf(LeaseResult.Taken.class);
        RunInfo former = ((LeaseResult.Taken) lease).former();
        if (former == null) {
            throw new AssertionError("the lease had no former owner");
        }
        return former;
    }

    private static void assertFree(LeaseResult lease) {
        assertThat(lease).isEqualTo(new LeaseResult.Taken(null));
    }

    /** uutils before 0.3.0 accepts date -r and prints the current time. */
    @Test
    void aLostRunIsLoggedWithItsLastHeartbeatAlsoWithABrokenDate() throws Exception {
        Path bin = Files.createDirectories(droplet.resolve("bin"));
        Path date = Files.writeString(
                bin.resolve("date"),
                "#!/bin/sh\nfor word; do shift; if [ \"$skip\" = yes ]; then skip=no; elif [ \"$word\" = -r ]; then skip=yes;"
                        + " else set -- \"$@\" \"$word\"; fi; done\nexec /bin/date \"$@\"\n");
        Files.setPosixFilePermissions(date, PosixFilePermissions.fromString("rwxr-xr-x"));
        FakeConnection first = connect("203.0.113.9");
        alice.acquire(first, "root");
        first.close();
        ageHeartbeat(100);
        String expected = Files.getLastModifiedTime(lease())
                .toInstant()
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString();
        bob.acquire(connect("203.0.113.10"), "root");
        assertThat(log().get(0)).startsWith(expected + "\t").contains("\tlost\t");
    }

    @Test
    void aSecondRunIsRefusedWithTheOwnerTheAddressAndTheTime() throws IOException, SshFailure {
        assertFree(alice.acquire(connect("203.0.113.9"), "root"));
        LeaseResult lease = bob.acquire(connect("203.0.113.10"), "admin");
        assertThat(lease).isInstanceOf(LeaseResult.Held.class);
        RunInfo by = ((LeaseResult.Held) lease).by();
        assertThat(by)
                .isEqualTo(new RunInfo(by.time(), "id-a", "alice@laptop", "root", "203.0.113.9", "provision", "0.1.0"));
        assertThat(Instant.parse(by.time())).isBetween(Instant.now().minusSeconds(30), Instant.now());
        assertThat(log()).isEmpty();
    }

    @Test
    void ofManyConcurrentRunsOneGetsTheLease() throws Exception {
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
    void theAddressOfTheClientIsKnownAlsoThroughSudo() throws IOException, SshFailure {
        assertFree(alice.acquire(connect("2001:db8::9").bySudo(), "admin"));
        LeaseResult lease = bob.acquire(connect("203.0.113.10"), "root");
        assertThat(((LeaseResult.Held) lease).by().from()).isEqualTo("2001:db8::9");
    }

    @Test
    void aLeaseWhoseConnectionEndedIsTakenOverAtOnceAndLoggedAsLost() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.acquire(hers, "root");
        hers.close();
        assertThat(former(bob.acquire(connect("203.0.113.10"), "root")).who()).isEqualTo("alice@laptop");
        assertThat(log()).hasSize(1);
        assertThat(log().get(0)).endsWith("\tid-a\talice@laptop\troot\t203.0.113.9\tprovision\t0.1.0\tlost\t-");
    }

    @Test
    void aLeaseWithoutAHeartbeatForThirtySecondsIsTakenOver() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.acquire(hers, "root");
        ageHeartbeat(25);
        assertThat(bob.acquire(connect("203.0.113.10"), "root")).isInstanceOf(LeaseResult.Held.class);
        ageHeartbeat(31);
        assertThat(former(bob.acquire(connect("203.0.113.10"), "root")).id()).isEqualTo("id-a");
        assertThat(alice.refresh(hers, "root")).isFalse();
        alice.release(hers, "root", new RunResult("failed", 1));
        assertThat(alice.acquire(hers, "root")).isInstanceOf(LeaseResult.Held.class);
    }

    @Test
    void aHeartbeatKeepsTheLease() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.acquire(hers, "root");
        ageHeartbeat(31);
        assertThat(alice.refresh(hers, "root")).isTrue();
        assertThat(bob.acquire(connect("203.0.113.10"), "root")).isInstanceOf(LeaseResult.Held.class);
    }

    @Test
    void aRunningCommandKeepsTheLeaseWithoutAHeartbeat() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.acquire(hers, "root");
        hers.begin("sleep 50");
        ageHeartbeat(300);
        assertThat(bob.acquire(connect("203.0.113.10"), "root")).isInstanceOf(LeaseResult.Held.class);
        assertThat(DropletLease.history(connect("203.0.113.10"), 5))
                .extracting(RunLogEntry::outcome)
                .containsExactly(RunLogEntry.RUNNING);
    }

    @Test
    void theSameRunMayTakeTheLeaseTwice() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.acquire(hers, "root");
        assertFree(alice.acquire(hers, "root"));
    }

    @Test
    void aReleasedLeaseIsOneLineOfALogThatOnlyRootCanRead() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.acquire(hers, "root");
        assertThat(alice.release(hers, "root", new RunResult("done", 3))).isTrue();
        assertThat(lease()).doesNotExist();
        assertThat(log()).hasSize(1);
        assertThat(RunLogParser.runs(log().get(0)))
                .containsExactly(new RunLogEntry(
                        new RunInfo(
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
        assertFree(bob.acquire(connect("203.0.113.10"), "root"));
    }

    @Test
    void aRunWithoutChangesIsNotLogged() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.acquire(hers, "root");
        assertThat(alice.release(hers, "root", RunResult.NOTHING)).isTrue();
        assertThat(lease()).doesNotExist();
        assertThat(log()).isEmpty();
    }

    @Test
    void aLogThatCannotBeWrittenIsReportedAndTheLeaseReleased() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        alice.acquire(hers, "root");
        Files.delete(droplet.resolve("log"));
        assertThat(alice.release(hers, "root", new RunResult("done", 3))).isFalse();
        assertFree(bob.acquire(connect("203.0.113.10"), "root"));
    }

    @Test
    void theLogIsBoundedAndKeepsItsLastLines() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        Path log = droplet.resolve("log/sessionctl.log");
        Files.write(log, IntStream.range(0, 2000).mapToObj(i -> "line " + i).toList());
        alice.acquire(hers, "root");
        alice.release(hers, "root", new RunResult("done", 3));
        assertThat(log()).hasSize(1000).startsWith("line 1001").doesNotContain("line 1000");
        assertThat(log().get(999)).endsWith("\tdone\t3");
    }

    @Test
    void theHistoryHoldsTheLogAndTheCurrentLease() throws IOException, SshFailure {
        FakeConnection hers = connect("203.0.113.9");
        assertThat(DropletLease.history(hers, 5)).isEmpty();
        for (int i = 1; i <= 3; i++) {
            alice.acquire(hers, "root");
            alice.release(hers, "root", new RunResult("done", i));
        }
        bob.acquire(hers, "root");
        FakeConnection other = connect("203.0.113.10");
        assertThat(DropletLease.history(other, 2))
                .extracting(r -> r.outcome() + " " + r.changes())
                .containsExactly("done 2", "done 3", "running -1");
        ageHeartbeat(40);
        assertThat(DropletLease.history(other, 1))
                .extracting(RunLogEntry::outcome)
                .containsExactly("done", RunLogEntry.LOST);
    }

    @Test
    void theOwnerIsNeverRunByTheShellAndIsLoggedWithoutControlCharacters() throws IOException, SshFailure {
        LeaseOwner owner = new LeaseOwner(
                "id-c", "e'v$(touch pwned)\"`touch pwned`\t\n\u001b[2Jil\u202e; x", "provision", "0.1.0");
        FakeConnection connection = connect("203.0.113.9");
        new DropletLease(owner).acquire(connection, "root");
        new DropletLease(owner).release(connection, "root", new RunResult("done", 0));
        assertThat(DropletLease.history(connection, 5))
                .extracting(r -> r.stamp().who())
                .containsExactly("e'v$(touch pwned)\"`touch pwned`___[2Jil_; x");
        assertThat(Files.exists(Path.of("pwned"))).isFalse();
        assertThat(new LeaseOwner("i", "", "c", "x".repeat(500)).version()).hasSize(80);
        assertThat(new LeaseOwner("i", " ", "c", "v").login()).isEqualTo("-");
    }

    @Test
    void aDropletWithAFullDiskRefusesTheLease() throws SshFailure {
        Shell full = new Shell() {
            @Override
            public CommandResult run(Command command) {
                return new CommandResult(28, "", "");
            }

            @Override
            public void close() {}
        };
        assertThat(alice.acquire(full, "root")).isInstanceOf(LeaseResult.Refused.class);
        assertThat(((LeaseResult.Refused) alice.acquire(full, "root")).why()).contains("df -h /run");
    }
}
