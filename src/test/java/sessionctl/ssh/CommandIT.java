package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.transport.SshjShells;

/** Commands on a real OpenSSH server: their input, output, exit status and time limit. */
@Timeout(30)
class CommandIT {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    static Path folder;

    private static RealSshd sshd;
    private static Path key;

    private SshjShells shells;
    private Shell shell;

    @BeforeAll
    static void start() throws Exception {
        // One session per connection: a channel that is not closed before the next command makes that command fail.
        sshd = RealSshd.start(folder.resolve("sshd"), "MaxSessions 1");
        key = Host.keygen(folder.resolve("key"), "-t", "ed25519");
        sshd.authorize(key);
        Files.writeString(folder.resolve("known_hosts"), sshd.knownHostsLine("host_ed25519"));
    }

    @AfterAll
    static void stop() {
        sshd.close();
    }

    @BeforeEach
    void open() throws Exception {
        shells = new SshjShells(options());
        shell = shells.open(sshd.droplet("root", key));
    }

    @AfterEach
    void close() {
        shells.close();
    }

    @Test
    void aCommandReturnsItsExitStatusAndBothStreams() throws Exception {
        CommandResult result = shell.run(Command.script("printf out; printf err >&2; exit 7"));

        assertThat(result).isEqualTo(new CommandResult(7, "out", "err"));
    }

    @Test
    void aCommandEndedByASignalReturns128PlusItsNumber() throws Exception {
        assertThat(shell.run(Command.script("kill -TERM $$")).exit()).isEqualTo(128 + 15);
        assertThat(shell.run(Command.script("kill -KILL $$")).exit()).isEqualTo(128 + 9);
    }

    @Test
    void everyByteOfInputAndOutputIsPreserved() throws Exception {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < 3 * MEBIBYTE; i++) {
            bytes.append((char) (i * 31 % 256));
        }
        CommandResult result = shell.run(Command.of("cat").withInput(bytes.toString()));

        assertThat(result.stdout().equals(bytes.toString())).isTrue();
    }

    @Test
    void twentyMebibytesOfInputAreWritten() throws Exception {
        String input = "x".repeat(20 * MEBIBYTE);

        assertThat(shell.run(Command.of("wc", "-c").withInput(input)).stdout().strip())
                .isEqualTo("20971520");
    }

    @Test
    void aCommandThatReadsNoInputEndsWithoutWaitingForIt() throws Exception {
        String input = "x".repeat(20 * MEBIBYTE);
        for (int i = 0; i < 5; i++) {
            assertThat(shell.run(Command.of("true").withInput(input)).exit()).isZero();
            assertThat(shell.run(Command.script("exit 3").withInput(input)).exit())
                    .isEqualTo(3);
        }
    }

    @Test
    void inputIsWrittenToACommandThatReadsItLate() throws Exception {
        Command slow = Command.script("sleep 1; wc -c").withInput("x".repeat(5 * MEBIBYTE));

        assertThat(shell.run(slow).stdout().strip()).isEqualTo("5242880");
    }

    @Test
    void inputIsWrittenToACommandThatClosedItsOutput() throws Exception {
        String script = "exec >/dev/null 2>&1; test $(wc -c) = 5242880 || exit 9";

        assertThat(shell.run(Command.script(script).withInput("x".repeat(5 * MEBIBYTE)))
                        .exit())
                .isZero();
    }

    @Test
    void aLargeStandardErrorIsReadWithoutBlockingTheCommand() throws Exception {
        CommandResult result = shell.run(Command.script("head -c 5242880 /dev/zero >&2; printf done"));

        assertThat(result.stdout()).isEqualTo("done");
        assertThat(result.stderr()).hasSize(5 * MEBIBYTE);
    }

    @Test
    void aCommandThatPrintsMoreThan16MebibytesIsReportedLost() throws Exception {
        assertFails(Kind.LOST, () -> shell.run(Command.of("cat", "/dev/zero"))).hasMessageContaining("16 MiB");
        assertFails(Kind.LOST, () -> shell.run(Command.of("true")));
    }

    @Test
    void aCommandIsKilledAtItsTimeLimit() throws Exception {
        Path witness = folder.resolve("witness");
        String script = "sleep 4; touch " + witness;
        Command command = Command.script(script).within(Duration.ofSeconds(1));

        assertThat(shell.run(command).exit()).isEqualTo(124);
        assertThat(shell.run(Command.of("pgrep", "-f", "sleep [4]; touch")).stdout())
                .as("nothing of it is left running")
                .isEmpty();
    }

    @Test
    void aCommandEndsWithoutWaitingForItsBackgroundProcess() throws Exception {
        CommandResult result = shell.run(Command.script("sleep 25 & printf started"));

        assertThat(result).isEqualTo(new CommandResult(0, "started", ""));
        assertThat(shell.run(Command.of("true")).ok()).isTrue();
    }

    @Test
    void concurrentCommandsOfOneShellRunOneAfterAnother() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<CommandResult>> results = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Command command = Command.of("echo", Integer.toString(i));
                results.add(threads.submit(() -> shell.run(command)));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(results.get(i).get().stdout()).isEqualTo(i + "\n");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theDurationOfATrivialCommandIsPrinted() throws Exception {
        for (int i = 0; i < 20; i++) {
            shell.run(Command.of("true"));
        }
        long start = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            shell.run(Command.of("true"));
        }
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        System.out.println("50 times true took " + micros / 50 + " microseconds each");
    }

    private static SshOptions options() {
        return new SshOptions(
                folder.resolve("known_hosts"),
                HostKeyPolicy.STRICT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Prompter.UNATTENDED,
                name -> null,
                folder);
    }
}
