package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.transport.SshjShells;

/** Logins on a real OpenSSH server with every kind of key. */
@Timeout(30)
class LoginIT {
    @TempDir
    static Path folder;

    private static RealSshd sshd;

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        sshd = RealSshd.start(folder.resolve("sshd"));
    }

    @AfterAll
    static void stop() throws Exception {
        sshd.close();
    }

    @BeforeEach
    void writeKnownHosts() throws IOException {
        Files.createDirectories(home.resolve(".ssh"));
        Files.writeString(home.resolve(".ssh/known_hosts"), sshd.knownHostsLine("host_ed25519"));
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, ''",
        "ecdsa, ''",
        "ecdsa, -b 521",
        "rsa, -b 2048",
        "rsa, -b 2048 -m PEM",
        "rsa, -b 2048 -m PKCS8",
        "ecdsa, -m PEM"
    })
    void aKeyWithoutAPassphraseLogsIn(String type, String options) throws Exception {
        Path key = Host.keygen(home.resolve("key"), words(type, options));
        sshd.authorize(key);
        try (SshjShells shells = new SshjShells(options(Prompter.UNATTENDED, Map.of()))) {
            assertThat(shells.open(sshd.droplet("root", key))
                            .run(Command.of("id", "-u"))
                            .stdout())
                    .isEqualTo("0\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, ''",
        "ed25519, -Z aes256-gcm@openssh.com",
        "ed25519, -Z chacha20-poly1305@openssh.com",
        "ecdsa, ''",
        "rsa, -b 2048",
        "rsa, -b 2048 -m PEM",
        "rsa, -b 2048 -m PKCS8"
    })
    void aPassphraseProtectedKeyLogsIn(String type, String options) throws Exception {
        Path key = Host.keygen(home.resolve("key"), "open sesame", words(type, options));
        sshd.authorize(key);
        Droplet droplet = sshd.droplet(new SshAccess("root", sshd.port(), key.toString(), "KEY_PASSPHRASE", null));
        try (SshjShells shells =
                new SshjShells(options(Prompter.UNATTENDED, Map.of("KEY_PASSPHRASE", "open sesame")))) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        assertRefused(options(Prompter.UNATTENDED, Map.of("KEY_PASSPHRASE", "open barley")), droplet)
                .hasMessageContaining("the passphrase is wrong for the key file " + key)
                .hasMessageContaining("$KEY_PASSPHRASE")
                .hasMessageNotContaining("barley");
    }

    @Test
    void whatTheShellOfTheLoginPrintsFirstIsNotPartOfTheAnswer() throws Exception {
        Path key = Host.keygen(home.resolve("key"), words("ed25519", ""));
        sshd.authorize(key);
        Path bashrc = folder.resolve(".bashrc");
        Files.writeString(bashrc, "echo Welcome\nprintf '\\033[1mno line end'\nhead -c 20000000 /dev/zero\nset -vx\n");
        try (SshjShells shells = new SshjShells(options(Prompter.UNATTENDED, Map.of()))) {
            assertThat(shells.open(sshd.droplet("root", key)).run(Command.script("echo out; echo err >&2; exit 3")))
                    .isEqualTo(new CommandResult(3, "out\n", "err\n"));
        } finally {
            Files.delete(bashrc);
        }
    }

    @Test
    void aPassphraseThatManyThreadsNeedIsAskedForOnce() throws Exception {
        Path key = Host.keygen(home.resolve("key"), "open sesame", words("ed25519", ""));
        sshd.authorize(key);
        AtomicInteger asked = new AtomicInteger();
        Prompter asker = file -> {
            asked.incrementAndGet();
            return "open sesame".toCharArray();
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (SshjShells shells = new SshjShells(options(asker, Map.of()))) {
            shells.prepareLogins(List.of(sshd.droplet("root", key)));
            List<Future<Shell>> opened = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                opened.add(threads.submit(() -> shells.open(sshd.droplet("root", key))));
            }
            for (Future<Shell> shell : opened) {
                assertThat(shell.get().run(Command.of("true")).ok()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void theDefaultKeyFilesAreTriedOneAfterAnother() throws Exception {
        Host.keygen(home.resolve(".ssh/id_ed25519"), "-t", "ed25519");
        Host.keygen(home.resolve(".ssh/id_ecdsa"), "secret", words("ecdsa", ""));
        Path rsa = Host.keygen(home.resolve(".ssh/id_rsa"), "-t", "rsa", "-b", "2048");
        sshd.authorize(rsa);
        Droplet droplet = sshd.droplet(new SshAccess("root", sshd.port(), null, null, null));
        Prompter refusing = file -> {
            throw new AssertionError("asked for " + file + " although another key will do");
        };
        try (SshjShells shells = new SshjShells(options(refusing, Map.of()))) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
    }

    @Test
    void aRefusedLoginIsReportedWithItsUserAndKeys() throws Exception {
        Path key = Host.keygen(home.resolve("unauthorized"), "-t", "ed25519");
        assertRefused(options(Prompter.UNATTENDED, Map.of()), sshd.droplet("root", key))
                .hasMessageStartingWith(
                        "lamp01 (127.0.0.1): the login of root was refused; offered: " + key + " (SHA256:")
                .hasMessageContaining("authorized_keys")
                .hasMessageContaining("ssh-agent");
    }

    @Test
    void anRsaKeyIsOfferedOnceToAServerThatTakesSha2() throws Exception {
        Path key = Host.keygen(home.resolve("unauthorized"), "-t", "rsa", "-b", "2048");
        int before = sshd.log().length();
        assertRefused(options(Prompter.UNATTENDED, Map.of()), sshd.droplet("root", key));
        assertThat(sshd.log().substring(before).lines().filter(line -> line.contains("Failed publickey")))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aServerThatEndsTheLoginAfterTooManyKeysIsReported() throws Exception {
        try (RealSshd strict = RealSshd.start(folder.resolve("few-tries"), "MaxAuthTries 1")) {
            Host.keygen(home.resolve(".ssh/id_ed25519"), "-t", "ed25519");
            Host.keygen(home.resolve(".ssh/id_rsa"), "-t", "rsa", "-b", "2048");
            Files.writeString(home.resolve(".ssh/known_hosts"), strict.knownHostsLine("host_ed25519"));
            Droplet droplet = strict.droplet(new SshAccess("root", strict.port(), null, null, null));
            assertRefused(options(Prompter.UNATTENDED, Map.of()), droplet)
                    .hasMessageContaining("refused (it sent \"Too many authentication failures\")");
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(SshOptions options, Droplet droplet) {
        try (SshjShells shells = new SshjShells(options)) {
            return Failures.assertFails(SshFailure.Kind.LOGIN, () -> shells.open(droplet));
        }
    }

    private SshOptions options(Prompter asker, Map<String, String> environment) {
        return new SshOptions(
                home.resolve(".ssh/known_hosts"),
                HostKeyPolicy.STRICT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                asker,
                environment::get,
                home);
    }

    private static String[] words(String type, String options) {
        List<String> words = new ArrayList<>(List.of("-t", type));
        if (!options.isEmpty()) {
            words.addAll(List.of(options.split(" ", -1)));
        }
        return words.toArray(String[]::new);
    }
}
