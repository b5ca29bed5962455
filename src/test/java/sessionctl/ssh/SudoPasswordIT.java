package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.command.Command;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.transport.SshjShells;

/** A real sudo that asks for a password, behind a real OpenSSH server. */
@Timeout(60)
class SudoPasswordIT {
    private static final String USER = "sessionctl-pw" + ProcessHandle.current().pid();
    private static final Path RULE = Path.of("/etc/sudoers.d/" + USER);
    private static final String PASSWORD = "pässwörd $(id) 'hush7' \\n";

    @TempDir
    static Path folder;

    private static RealSshd sshd;
    private static Path key;

    private @Nullable SshjShells shells;

    @BeforeAll
    static void start() throws Exception {
        RealSshd.requireInstalled();
        Host.run("useradd", "--system", "--shell", "/bin/sh", "--home-dir", "/", USER);
        Path line = Files.writeString(folder.resolve("chpasswd"), USER + ":" + PASSWORD + "\n");
        Host.run("sh", "-c", "chpasswd < " + line);
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

    @AfterEach
    void close() {
        if (shells != null) {
            shells.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALL=(ALL) ALL",
                "ALL=(ALL) NOPASSWD: ALL",
                "ALL=(ALL) ALL\nDefaults timestamp_type=global",
                "ALL=(ALL) ALL\nDefaults use_pty",
            })
    void withASudoPasswordCommandsRunAsRootAndReadOnlyTheirInput(String rule) throws Exception {
        allow(rule);
        Shell shell = open(PASSWORD);

        assertThat(shell.run(Command.of("id", "-u")).stdout()).isEqualTo("0\n");
        assertThat(shell.run(Command.of("cat")))
                .satisfies(result -> assertThat(result.stdout()).isEmpty());
        assertThat(shell.run(Command.of("cat").withInput("line\nno line end")).stdout())
                .isEqualTo("line\nno line end");
        String big = "\0\u00ff\r\n".repeat(1_000_000);
        assertThat(shell.run(Command.of("cat").withInput(big)).stdout()).isEqualTo(big);
        assertThat(shell.run(Command.script("printf '%s' \"$1\"", "$HOME 'x' *"))
                        .stdout())
                .isEqualTo("$HOME 'x' *");
        assertThat(shell.run(Command.script("exit 7")).exit()).isEqualTo(7);
        assertThat(shell.run(Command.of("sleep", "9").within(Duration.ofSeconds(1)))
                        .exit())
                .isEqualTo(124);
    }

    @Test
    void theSudoPasswordAppearsInNoProcessOrVariable() throws Exception {
        allow("ALL=(ALL) ALL");
        Shell shell = open(PASSWORD);
        String seen = shell.run(Command.script("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; set"))
                .stdout();
        assertThat(seen).contains("sessionctl").doesNotContain("hush7", "$(id)");
        assertThat(sshd.log()).doesNotContain("hush7", "$(id)");
    }

    @Test
    void aWrongSudoPasswordIsReportedWithoutShowingIt() throws Exception {
        allow("ALL=(ALL) ALL");
        assertFails(Kind.PRIVILEGE, () -> open("wrong-one"))
                .hasMessageContaining("sudo refuses the password of " + USER + ", or all that " + USER
                        + " may do there (exit 1, its message: \"")
                .hasMessageNotContaining("wrong-one");
    }

    @Test
    void aMissingSudoPasswordIsReportedWithTheOptionThatAsksForIt() throws Exception {
        allow("ALL=(ALL) ALL");
        assertFails(Kind.PRIVILEGE, () -> open(null))
                .hasMessageContaining(USER + " may not use sudo without a password")
                .hasMessageContaining("--ask-sudo-password");
    }

    @Test
    void theSudoPasswordIsNotSentToALoginAsRoot() throws Exception {
        shells = shells(PASSWORD);
        assertThat(shells.open(sshd.droplet("root", key))
                        .run(Command.of("cat").withInput("x"))
                        .stdout())
                .isEqualTo("x");
    }

    private Shell open(@Nullable String password) throws SshFailure {
        shells = shells(password);
        return shells.open(sshd.droplet(USER, key));
    }

    private static SshjShells shells(@Nullable String password) {
        Prompter operator = new Prompter() {
            @Override
            public char @Nullable [] passphrase(Path keyFile) {
                return null;
            }

            @Override
            public char @Nullable [] sudoPassword() {
                return password == null ? null : password.toCharArray();
            }
        };
        Duration limit = Duration.ofSeconds(5);
        return new SshjShells(new SshOptions(
                folder.resolve("known_hosts"),
                HostKeyPolicy.STRICT,
                limit,
                Duration.ofSeconds(1),
                operator,
                name -> null,
                folder));
    }

    private static void allow(String what) throws Exception {
        Files.writeString(RULE, USER + " " + what.replace("Defaults", "Defaults:" + USER) + "\n");
        Files.setPosixFilePermissions(RULE, PosixFilePermissions.fromString("r--r-----"));
    }
}
