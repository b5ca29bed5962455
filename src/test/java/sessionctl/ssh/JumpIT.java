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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.command.Command;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.route.SshConfigFiles;
import sessionctl.ssh.transport.SshjShells;

/** Real OpenSSH servers behind jump hosts. */
@Timeout(60)
class JumpIT {
    @TempDir
    static Path folder;

    private static RealSshd outer;
    private static RealSshd inner;
    private static RealSshd last;
    private static Path key;

    private Path knownHosts;
    private SshjShells shells;

    @BeforeAll
    static void start() throws Exception {
        // One login at a time, as on a strict bastion.
        outer = RealSshd.start(folder.resolve("outer"), "MaxStartups 1");
        inner = RealSshd.start(folder.resolve("inner"));
        last = RealSshd.start(folder.resolve("last"), "MaxStartups 100");
        key = Host.keygen(folder.resolve("key"), "-t", "ed25519");
        for (RealSshd sshd : List.of(outer, inner, last)) {
            sshd.authorize(key);
        }
    }

    @AfterAll
    static void stop() {
        List.of(outer, inner, last).forEach(RealSshd::close);
    }

    @BeforeEach
    void writeKnownHosts() throws IOException {
        knownHosts = folder.resolve("known_hosts");
        writeKnownHosts(outer, inner, last);
        shells = shells("");
    }

    @AfterEach
    void close() {
        shells.close();
    }

    @Test
    void commandsRunThroughAJumpHost() throws Exception {
        int before = logins(outer);
        Shell shell = shells.open(behind(outer));
        assertThat(shell.run(Command.of("id", "-u")).stdout()).isEqualTo("0\n");
        String big = "x".repeat(3_000_000);
        assertThat(shell.run(Command.of("cat").withInput(big)).stdout()).isEqualTo(big);
        assertThat(logins(outer)).isEqualTo(before + 1);
    }

    @Test
    void commandsRunThroughAChainOfJumpHosts() throws Exception {
        int before = logins(inner);
        assertThat(shells.open(behind(outer, inner)).run(Command.of("id", "-u")).stdout())
                .isEqualTo("0\n");
        assertThat(logins(inner)).isEqualTo(before + 1);
    }

    @Test
    void twentyConnectionsShareOneLoginOnTheJumpHost() throws Exception {
        int before = logins(outer);
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Future<String>> said = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                said.add(threads.submit(() -> {
                    try (Shell shell = shells.open(behind(outer))) {
                        return shell.run(Command.of("id", "-u")).stdout();
                    }
                }));
            }
            for (Future<String> each : said) {
                assertThat(each.get()).isEqualTo("0\n");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(logins(outer)).isEqualTo(before + 1);
    }

    @Test
    void theJumpHostIsTakenFromProxyJump() throws Exception {
        shells.close();
        shells = shells("Host gate\n  HostName 127.0.0.1\n  Port " + outer.port() + "\n  User root\n  IdentityFile "
                + key + "\nHost deep\n  HostName 127.0.0.1\n  Port " + inner.port()
                + "\n  User root\n  ProxyJump gate\n");
        int before = logins(outer);
        Droplet droplet = through(List.of(new JumpHost(null, "deep", null)));
        assertThat(shells.open(droplet).run(Command.of("id", "-u")).stdout()).isEqualTo("0\n");
        assertThat(logins(outer)).isEqualTo(before + 1);
    }

    @Test
    void theHostKeyOfEveryJumpHostIsChecked() throws Exception {
        writeKnownHosts(inner, last);
        assertFails(Kind.HOST_KEY, () -> shells.open(behind(outer)))
                .hasMessageContaining("lamp01 (127.0.0.1): jump host root@127.0.0.1:" + outer.port()
                        + ": its host key ssh-ed25519 SHA256:");
        writeKnownHosts(outer, last);
        assertFails(Kind.HOST_KEY, () -> shells.open(behind(outer, inner)))
                .hasMessageContaining("jump host root@127.0.0.1:" + inner.port() + ": its host key");
        writeKnownHosts(outer, inner);
        assertFails(Kind.HOST_KEY, () -> shells.open(behind(outer, inner)))
                .hasMessageStartingWith("lamp01 (127.0.0.1): its host key");
    }

    @Test
    void aJumpHostThatCannotConnectIsReportedUnreachable() {
        Droplet unused = droplet(1, List.of(hop(outer)));
        assertFails(Kind.UNREACHABLE, () -> shells.open(unused))
                .hasMessageContaining("its jump host cannot connect to 127.0.0.1, port 1 (\"")
                .hasMessageContaining("AllowTcpForwarding");
    }

    @Test
    void aJumpHostNameThatCannotBeResolvedIsReported() {
        assertFails(
                        Kind.UNREACHABLE,
                        () -> shells.open(through(List.of(new JumpHost("root", "no-such-host.invalid", null)))))
                .hasMessageContaining(
                        "jump host root@no-such-host.invalid: the name no-such-host.invalid cannot be" + " resolved");
    }

    @Test
    void aJumpHostThatRefusesTheLoginIsReported() throws Exception {
        try (RealSshd strange = RealSshd.start(folder.resolve("strange"))) {
            writeKnownHosts(strange, last);
            assertFails(Kind.LOGIN, () -> shells.open(behind(strange)))
                    .hasMessageContaining(
                            "jump host root@127.0.0.1:" + strange.port() + ": the login of root was" + " refused");
        }
    }

    @Test
    void closingAShellWithARunningCommandLeavesOtherShellsOpen() throws Exception {
        Shell busy = shells.open(behind(outer));
        Shell other = shells.open(behind(outer));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> running = threads.submit(() -> busy.run(Command.script("yes | head -c 100000000; sleep 20")));
            Thread.sleep(500);
            long start = System.nanoTime();
            busy.close();
            assertThat(running).failsWithin(Duration.ofSeconds(3));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        } finally {
            threads.shutdownNow();
        }
        assertThat(other.run(Command.of("id", "-u")).stdout()).isEqualTo("0\n");
        assertThat(shells.open(behind(outer)).run(Command.of("id", "-u")).stdout())
                .isEqualTo("0\n");
    }

    @Test
    void aLostJumpHostIsReconnectedForTheNextShell() throws Exception {
        Shell shell = shells.open(behind(outer));
        outer.signalChildren("KILL");
        assertFails(Kind.LOST, () -> shell.run(Command.of("sleep", "5")));
        assertThat(shells.open(behind(outer)).run(Command.of("id", "-u")).stdout())
                .isEqualTo("0\n");
    }

    private static int logins(RealSshd sshd) throws IOException {
        return (int) sshd.log()
                .lines()
                .filter(line -> line.contains("Accepted publickey"))
                .count();
    }

    private void writeKnownHosts(RealSshd... servers) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (RealSshd sshd : servers) {
            lines.append(sshd.knownHostsLine("host_ed25519"));
        }
        Files.writeString(knownHosts, lines);
    }

    private static JumpHost hop(RealSshd sshd) {
        return new JumpHost("root", "127.0.0.1", sshd.port());
    }

    private static Droplet behind(RealSshd... servers) {
        return through(List.of(servers).stream().map(JumpIT::hop).toList());
    }

    private static Droplet through(List<JumpHost> jump) {
        return droplet(last.port(), jump);
    }

    private static Droplet droplet(int port, List<JumpHost> jump) {
        return last.droplet(new SshAccess("root", port, key.toString(), null, null, SshAccess.Address.PUBLIC, jump));
    }

    private SshjShells shells(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("config"), config);
        SshOptions options = new SshOptions(
                knownHosts,
                HostKeyPolicy.STRICT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Prompter.UNATTENDED,
                name -> null,
                folder);
        return new SshjShells(options, SshConfigFiles.read(List.of(file), folder, name -> null));
    }
}
