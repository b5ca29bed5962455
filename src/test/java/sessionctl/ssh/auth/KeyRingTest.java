package sessionctl.ssh.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.Prompter;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.TestKeys;
import sessionctl.ssh.route.RouteResolver;
import sessionctl.ssh.route.SshConfig;
import sessionctl.ssh.route.Target;

/** Key files in the states in which they are found on users' machines. */
class KeyRingTest {
    @TempDir
    Path home;

    private final List<Path> asked = new ArrayList<>();
    private final List<char[]> answers = new ArrayList<>();

    @BeforeEach
    void folder() throws Exception {
        Files.createDirectories(home.resolve(".ssh"));
    }

    @Test
    void aTildeInAKeyPathIsTheHomeFolder() throws Exception {
        Path file = write(".ssh/mine", TestKeys.PLAIN);

        assertThat(ring(null).keysFor(droplet("~/.ssh/mine", null)))
                .singleElement()
                .asString()
                .isEqualTo(file + " (SHA256:TzRhDyYAuFmtDFSHFkdUPuh+eq9/sL5PAey8vGQtI80)");
    }

    @Test
    void aPassphraseIsAskedForOnceAndWipedFromMemory() throws Exception {
        write(".ssh/mine", TestKeys.LOCKED);
        KeyRing ring = ring("open sesame");

        assertThat(ring.keysFor(droplet("~/.ssh/mine", null))).isEqualTo(ring.keysFor(droplet("~/.ssh/mine", null)));
        assertThat(asked).hasSize(1);
        assertThat(answers).allSatisfy(answer -> assertThat(new String(answer)).isEqualTo("\0".repeat(11)));
    }

    @Test
    void aWrongPassphraseIsNotAskedForAgain() throws Exception {
        Path file = write(".ssh/mine", TestKeys.LOCKED);
        KeyRing ring = ring("open barley");

        refused(ring, "~/.ssh/mine").hasMessageContaining("the passphrase is wrong for the key file " + file);
        refused(ring, "~/.ssh/mine");
        assertThat(asked).hasSize(1);
    }

    @Test
    void withoutATerminalAProtectedKeyIsReportedWithARemedy() throws Exception {
        write(".ssh/mine", TestKeys.LOCKED);

        refused(ring(null), "~/.ssh/mine").hasMessageContaining("needs a passphrase; run on a terminal");
        assertFails(Kind.LOGIN, () -> ring(null).keysFor(droplet("~/.ssh/mine", "UNSET")))
                .hasMessageContaining("set the environment variable UNSET");
    }

    @Test
    void aPassphraseInTheEnvironmentIsUsedWithoutAsking() throws Exception {
        write(".ssh/mine", TestKeys.LOCKED);

        assertThat(ring("never").keysFor(droplet("~/.ssh/mine", "GOOD"))).hasSize(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void failuresContainNoPassphraseAndNoKey() throws Exception {
        write(".ssh/mine", TestKeys.LOCKED);
        write(".ssh/cut", TestKeys.PLAIN.substring(0, TestKeys.PLAIN.length() - 60));
        assertFails(Kind.LOGIN, () -> ring(null).keysFor(droplet("~/.ssh/mine", "BAD")))
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("open barley"));
        refused(ring(null), "~/.ssh/cut")
                .satisfies(failure -> assertThat(stackTrace(failure))
                        .doesNotContain(TestKeys.PLAIN.lines().toList().get(2)));
        assertThat(ring("open sesame").keysFor(droplet("~/.ssh/mine", null)).toString())
                .doesNotContain("open sesame");
    }

    @Test
    void anUnusableKeyFileIsReportedWithItsDefect() throws Exception {
        write(".ssh/text", "hello\n");
        write(".ssh/half.pub", "ssh-ed25519 AAAA comment\n");
        write(".ssh/putty", "PuTTY-User-Key-File-3: ssh-ed25519\n");
        write(".ssh/cut", TestKeys.PLAIN.substring(0, TestKeys.PLAIN.length() - 60));
        write(".ssh/dsa", "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n");
        Path open = write(".ssh/open", TestKeys.PLAIN);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r-----"));

        refused(ring(null), "~/.ssh/none").hasMessageContaining("does not exist");
        refused(ring(null), "~/.ssh").hasMessageContaining("is a folder");
        refused(ring(null), "~/.ssh/text").hasMessageContaining("is not a private key");
        refused(ring(null), "~/.ssh/half.pub")
                .hasMessageContaining("is a public key")
                .hasMessageEndingWith(".ssh/half");
        refused(ring(null), "~/.ssh/putty").hasMessageContaining("puttygen");
        refused(ring(null), "~/.ssh/cut").hasMessageContaining("damaged");
        refused(ring(null), "~/.ssh/dsa").hasMessageContaining("unsupported");
        refused(ring(null), "~/.ssh/open")
                .hasMessageEndingWith("is accessible to other users; restrict it: chmod 600 " + open);
    }

    @Test
    void missingDefaultKeyFilesAreReportedWithTheirFolder() {
        assertFails(Kind.LOGIN, () -> ring(null).keysFor(droplet(null, null)))
                .hasMessageContaining("none of id_ed25519, id_ecdsa, id_rsa is in " + home.resolve(".ssh"));
    }

    @Test
    void aProtectedDefaultFileIsAskedForOnlyIfNoOtherIsUsable() throws Exception {
        write(".ssh/id_ed25519", TestKeys.LOCKED);
        write(".ssh/id_ecdsa", "rubbish");
        assertThat(ring("open sesame").keysFor(droplet(null, null))).hasSize(1);
        assertThat(asked).hasSize(1);

        write(".ssh/id_rsa", TestKeys.PLAIN);
        KeyRing ring = ring("open sesame");
        assertThat(ring.keysFor(droplet(null, null))).singleElement().asString().contains("id_rsa");
        assertThat(asked).hasSize(1);
        assertThat(ring.keysFor(droplet(null, "GOOD"))).hasSize(2);
    }

    @Test
    void everyUnusableDefaultFileIsReportedWithItsDefect() throws Exception {
        write(".ssh/id_ed25519", TestKeys.LOCKED);
        write(".ssh/id_rsa", "rubbish");

        refused(ring(null), null)
                .hasMessageContaining("id_ed25519 needs a passphrase")
                .hasMessageContaining("id_rsa is not a private key");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refused(KeyRing ring, @Nullable String key) {
        return assertFails(Kind.LOGIN, () -> ring.keysFor(droplet(key, null)));
    }

    private KeyRing ring(@Nullable String passphrase) {
        Prompter asker = file -> {
            asked.add(file);
            char[] answer = passphrase == null ? null : passphrase.toCharArray();
            if (answer != null) {
                answers.add(answer);
            }
            return answer;
        };
        Map<String, String> environment = Map.of("GOOD", "open sesame", "BAD", "open barley");
        Duration second = Duration.ofSeconds(1);
        return new KeyRing(new SshOptions(
                home.resolve("known"), HostKeyPolicy.STRICT, second, second, asker, environment::get, home));
    }

    private Path write(String file, String text) throws Exception {
        Path path = home.resolve(file);
        Files.writeString(path, text);
        TestKeys.onlyForMe(path);
        return path;
    }

    private static Target droplet(@Nullable String key, @Nullable String passphraseEnv) throws SshFailure {
        SshAccess access = new SshAccess("root", 22, key, passphraseEnv, null);
        PublicAddress address = new PublicAddress("127.0.0.1");
        PrivateAddress inside = new PrivateAddress("10.0.0.1");
        return RouteResolver.targetOf(new Droplet("lamp01", address, inside, access, null, false), SshConfig.NONE);
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
