package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.command.Command;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.transport.SshjShells;

/** Connections to a real OpenSSH server that freezes, is killed, or refuses logins and sessions. */
@Timeout(30)
class BrokenConnectionIT {
    private static final Command LONG = Command.of("sleep", "100").within(Duration.ofSeconds(200));

    @TempDir
    Path folder;

    private final ExecutorService later = Executors.newSingleThreadExecutor();
    private RealSshd sshd;
    private Path key;
    private SshjShells shells;

    @BeforeEach
    void start() throws Exception {
        start("");
    }

    @AfterEach
    void stop() {
        shells.close();
        sshd.close();
        later.shutdownNow();
    }

    @Test
    void aServerThatFreezesWhileACommandRunsIsReportedLost() throws Exception {
        Shell shell = shells.open(sshd.droplet("root", key));
        freezeSoon();

        assertFails(Kind.LOST, () -> shell.run(LONG)).hasMessageContaining("stopped answering");
        assertQuick(shell::close);
    }

    @Test
    void aServerThatFreezesWhileInputIsWrittenIsReportedLost() throws Exception {
        Shell shell = shells.open(sshd.droplet("root", key));
        freezeSoon();
        Command command = LONG.withInput("x".repeat(30 << 20));

        assertFails(Kind.LOST, () -> shell.run(command)).hasMessageContaining("stopped answering");
        assertQuick(shell::close);
    }

    @Test
    void aServerThatFrozeBeforeTheCommandIsReportedLost() throws Exception {
        Shell shell = shells.open(sshd.droplet("root", key));
        sshd.signalChildren("STOP");

        assertFails(Kind.LOST, () -> shell.run(LONG)).hasMessageContaining("stopped answering");
        assertQuick(shell::close);
    }

    @Test
    void anIdleConnectionToAFrozenServerClosesAtOnce() throws Exception {
        Shell shell = shells.open(sshd.droplet("root", key));
        sshd.signalChildren("STOP");

        assertQuick(shell::close);
        assertFails(Kind.LOST, () -> shell.run(LONG));
    }

    @Test
    void aFrozenConnectionDoesNotDelayOrBreakAnotherOne() throws Exception {
        Shell frozen = shells.open(sshd.droplet("root", key));
        frozen.run(Command.of("true"));
        List<Long> victims = sshd.children();
        Shell healthy = shells.open(sshd.droplet("root", key));
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try {
            Future<?> good = threads.submit(() -> healthy.run(Command.of("sleep", "3")));
            for (long pid : victims) {
                Host.run("kill", "-STOP", Long.toString(pid));
            }
            assertFails(Kind.LOST, () -> frozen.run(LONG.withInput("x".repeat(30 << 20))));
            assertThat(good.get()).isNotNull();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aKilledConnectionIsReportedLostWithAnUnknownOutcome() throws Exception {
        Shell shell = shells.open(sshd.droplet("root", key));
        soon(() -> signal("KILL"));

        assertFails(Kind.LOST, () -> shell.run(LONG))
                .hasMessageContaining("the connection broke")
                .hasMessageContaining("unknown");
        assertFails(Kind.LOST, () -> shell.run(LONG));
        assertQuick(shell::close);
    }

    @Test
    void closingTheShellEndsItsRunningCommand() throws Exception {
        Shell shell = shells.open(sshd.droplet("root", key));
        soon(shell::close);

        assertFails(Kind.LOST, () -> shell.run(LONG)).hasMessageContaining("sessionctl closed the connection");
    }

    @Test
    void closingAllShellsEndsARunningCommand() throws Exception {
        Shell shell = shells.open(sshd.droplet("root", key));
        soon(shells::close);

        assertFails(Kind.LOST, () -> shell.run(LONG)).hasMessageContaining("sessionctl closed the connection");
        assertFails(Kind.LOST, () -> shells.open(sshd.droplet("root", key)));
    }

    @Test
    void anInterruptOfTheThreadEndsItsRunningCommand() throws Exception {
        Shell shell = shells.open(sshd.droplet("root", key));
        Thread me = Thread.currentThread();
        soon(me::interrupt);

        assertFails(Kind.LOST, () -> shell.run(LONG));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aCommandThatOutlivesItsLimitAndTheKillIsReportedLost() throws Exception {
        Shell shell = shells.open(sshd.droplet("root", key));
        Command stopsItsGuard = Command.script("kill -STOP $PPID; sleep 100").within(Duration.ofSeconds(1));

        assertFails(Kind.LOST, () -> shell.run(stopsItsGuard)).hasMessageContaining("exceeded its limit of 1 second ");
        Host.run("pkill", "-CONT", "timeout");
    }

    @Test
    void aServerThatAcceptsButSendsNothingIsReportedUnreachable() throws Exception {
        Host.run("kill", "-STOP", Long.toString(sshd.pid()));
        try {
            assertFails(Kind.UNREACHABLE, () -> shells.open(sshd.droplet("root", key)))
                    .hasMessageContaining("accepts connections, but sent nothing within 3 seconds");
        } finally {
            Host.run("kill", "-CONT", Long.toString(sshd.pid()));
        }
    }

    @Test
    void loginsDroppedByMaxStartupsAreRetriedUntilTheySucceed() throws Exception {
        stopServer();
        start("MaxStartups 3");
        shells = new SshjShells(options(Duration.ofSeconds(15)));
        ExecutorService threads = Executors.newFixedThreadPool(30);
        try {
            List<Future<Integer>> opened = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                opened.add(threads.submit(() -> {
                    try (Shell shell = shells.open(sshd.droplet("root", key))) {
                        return shell.run(Command.of("true")).exit();
                    }
                }));
            }
            for (Future<Integer> exit : opened) {
                assertThat(exit.get()).isZero();
            }
            assertThat(sshd.log()).as("the server did turn some away").contains("MaxStartups");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aServerWithoutSessionsIsReportedWithTheMaxSessionsSetting() throws Exception {
        stopServer();
        start("MaxSessions 0");
        Shell shell = shells.open(sshd.droplet("root", key));

        assertFails(Kind.LOST, () -> shell.run(Command.of("true"))).hasMessageContaining("MaxSessions");
    }

    @Test
    void aServerWithoutACommonKeyExchangeAlgorithmIsReportedUnreachable() throws Exception {
        stopServer();
        start("KexAlgorithms diffie-hellman-group14-sha1");

        assertFails(Kind.UNREACHABLE, () -> shells.open(sshd.droplet("root", key)))
                .hasMessageContaining(
                        "none of sessionctl's KeyExchangeAlgorithms; it offers only diffie-hellman-group14-sha1");
    }

    private void start(String extra) throws Exception {
        sshd = RealSshd.start(folder.resolve("sshd"), extra);
        key = folder.resolve("key");
        if (!Files.exists(key)) {
            Host.keygen(key, "-t", "ed25519");
            sshd.authorize(key);
        }
        Files.writeString(folder.resolve("known_hosts"), sshd.knownHostsLine("host_ed25519"));
        shells = new SshjShells(options(Duration.ofSeconds(3)));
    }

    private SshOptions options(Duration connectTimeout) {
        return new SshOptions(
                folder.resolve("known_hosts"),
                HostKeyPolicy.STRICT,
                connectTimeout,
                Duration.ofMillis(300),
                Prompter.UNATTENDED,
                name -> null,
                folder);
    }

    private void stopServer() {
        shells.close();
        sshd.close();
    }

    private void freezeSoon() {
        soon(() -> signal("STOP"));
    }

    private void signal(String name) {
        try {
            sshd.signalChildren(name);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no signal " + name, e);
        }
    }

    private void soon(Runnable action) {
        later.execute(() -> {
            try {
                Thread.sleep(500);
                action.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void assertQuick(Runnable action) {
        long start = System.nanoTime();
        action.run();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
}
