package sessionctl.ssh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.ssh.Host;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.Prompter;
import sessionctl.ssh.RealSshd;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.SshOptions;

/** A login that is not root, on a real OpenSSH server, with and without sudo. */
@Timeout(30)
class SudoIT {
    private static final String USER = "sessionctl-it" + ProcessHandle.current().pid();
    private static final Path RULE = Path.of("/etc/sudoers.d/" + USER);

    @TempDir
    static Path folder;

    private static RealSshd sshd;
    private static Path key;

    private SshjShells shells;

    @BeforeAll
    static void start() throws Exception {
        RealSshd.requireInstalled();
        Host.run("useradd", "--system", "--shell", "/bin/sh", "--home-dir", "/", "--password", "*", USER);
        sshd = RealSshd.start(folder.resolve("sshd"));
        key = Host.keygen(folder.resolve("key"), "-t", "ed25519");
        sshd.authorize(key);
        Files.writeString(folder.resolve("known_hosts"), sshd.knownHostsLine("host_ed25519"));
    }

    @AfterAll
    static void stop() throws Exception {
        Files.deleteIfExists(RULE);
        if (sshd != null) {
            sshd.close();
        }
        Host.run("userdel", USER);
    }

    @BeforeEach
    void openShells() {
        shells = new SshjShells(new SshOptions(
                folder.resolve("known_hosts"),
                HostKeyPolicy.STRICT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Prompter.UNATTENDED,
                name -> null,
                folder));
    }

    @AfterEach
    void close() {
        shells.close();
    }

    @Test
    void commandsOfAnotherLoginRunAsRootThroughSudo() throws Exception {
        allow("NOPASSWD: ALL");
        Shell shell = shells.open(sshd.droplet(USER, key));

        assertThat(shell.run(Command.of("id", "-u")).stdout()).isEqualTo("0\n");
        assertThat(shell.run(Command.of("cat").withInput("through sudo")).stdout())
                .isEqualTo("through sudo");
        assertThat(shell.run(Command.script("printf '%s' \"$1\"", "$HOME 'x' *")))
                .isEqualTo(new CommandResult(0, "$HOME 'x' *", ""));
        assertThat(shell.run(Command.script("exit 1")).exit()).isEqualTo(1);
        assertThat(shell.run(Command.of("sleep", "9").within(Duration.ofSeconds(1)))
                        .exit())
                .isEqualTo(124);
    }

    @Test
    void aMissingSudoRuleIsReportedWithTheLineToAdd() throws Exception {
        allow("ALL");
        assertLacksSudo();
        Files.delete(RULE);
        assertLacksSudo();
    }

    private void assertLacksSudo() {
        assertFails(Kind.PRIVILEGE, () -> shells.open(sshd.droplet(USER, key)))
                .hasMessageContaining(USER + " may not use sudo without a password")
                .hasMessageContaining(USER + " ALL=(ALL) NOPASSWD: ALL");
    }

    private static void allow(String what) throws Exception {
        Files.writeString(RULE, USER + " ALL=(ALL) " + what + "\n");
        Files.setPosixFilePermissions(RULE, PosixFilePermissions.fromString("r--r-----"));
    }
}
