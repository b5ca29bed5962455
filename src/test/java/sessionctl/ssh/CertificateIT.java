package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.command.Command;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.route.SshConfigFiles;
import sessionctl.ssh.transport.SshjShells;

/** User certificates on two real OpenSSH servers: one trusts the certificate authority, the other does not. */
@Timeout(30)
class CertificateIT {
    @TempDir
    static Path folder;

    private static Path ca;
    private static RealSshd trusting;
    private static RealSshd plain;

    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>(Map.of("SECRET", "open sesame"));
    private @Nullable RealAgent agent;

    @BeforeAll
    static void start() throws Exception {
        ca = Host.keygen(folder.resolve("ca"), "-t", "ed25519");
        trusting = RealSshd.start(folder.resolve("trusting"), "TrustedUserCAKeys " + ca + ".pub");
        plain = RealSshd.start(folder.resolve("plain"));
    }

    @AfterAll
    static void stop() {
        trusting.close();
        plain.close();
    }

    @BeforeEach
    void writeKnownHosts() throws IOException {
        Files.createDirectories(home.resolve(".ssh"));
        Files.writeString(
                home.resolve(".ssh/known_hosts"),
                trusting.knownHostsLine("host_ed25519") + plain.knownHostsLine("host_ed25519"));
    }

    @AfterEach
    void stopAgent() {
        if (agent != null) {
            agent.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"ed25519, 256", "ecdsa, 256", "ecdsa, 384", "ecdsa, 521", "rsa, 2048"})
    void aCertificateNextToItsKeyFileLogsIn(String type, String bits) throws Exception {
        Path key = signed(Host.keygen(home.resolve("mine"), "-t", type, "-b", bits));

        assertLogsIn(trusting, key.toString(), "");
    }

    @Test
    void aCertificateOfAPassphraseProtectedKeyLogsIn() throws Exception {
        Path key = signed(Host.keygen(home.resolve("locked"), "open sesame", new String[] {"-t", "ed25519"}));
        SshAccess access = new SshAccess("root", trusting.port(), key.toString(), "SECRET", null);

        try (SshjShells shells = shells("")) {
            assertThat(shells.open(trusting.droplet(access))
                            .run(Command.of("true"))
                            .ok())
                    .isTrue();
        }
    }

    @Test
    void aCertificateOfADefaultKeyFileLogsIn() throws Exception {
        signed(Host.keygen(home.resolve(".ssh/id_ecdsa"), "-t", "ecdsa"));

        assertLogsIn(trusting, null, "");
    }

    @Test
    void aCertificateIsOfferedBeforeItsPlainKey() throws Exception {
        Path key = signed(Host.keygen(home.resolve("both"), "-t", "ed25519"));
        plain.authorize(key);
        int before = plain.log().length();

        assertLogsIn(plain, key.toString(), "");
        assertThat(plain.log()
                        .substring(before)
                        .lines()
                        .filter(line -> line.matches("(Failed|Accepted) publickey for root.*")))
                .satisfiesExactly(
                        refused -> assertThat(refused).contains("Failed").contains("ED25519-CERT"),
                        taken -> assertThat(taken).contains("Accepted").doesNotContain("CERT"));
    }

    @Test
    void theConfiguredCertificateFileIsUsed() throws Exception {
        Path key = Host.keygen(home.resolve("mine"), "-t", "ed25519");
        Path certificate = Files.move(certificate(signed(key)), home.resolve("elsewhere.pub"));

        assertRefused(trusting, key, "").hasMessageContaining("offered: " + key + " (SHA256:");
        assertLogsIn(trusting, key.toString(), "CertificateFile " + certificate);
        assertLogsIn(trusting, null, "IdentityFile " + key + "\nCertificateFile ~/elsewhere.pub");
        // As in ssh, a certificate next to the key is ignored if CertificateFile names others.
        Files.copy(certificate, certificate(key));
        assertRefused(trusting, key, "CertificateFile " + home.resolve("gone-cert.pub"))
                .hasMessageContaining("not offered: " + home.resolve("gone-cert.pub") + ", which cannot be read");
        assertRefused(trusting, key, "CertificateFile " + ca + ".pub")
                .hasMessageContaining("not offered: " + ca + ".pub, which is not a user certificate");
    }

    @Test
    void anAgentThatHoldsOnlyTheKeySignsForACertificateFile() throws Exception {
        Path key = Host.keygen(home.resolve("mine"), "-t", "rsa", "-b", "2048");
        agent().hold(key);
        signed(key);
        Files.delete(key);

        assertLogsIn(trusting, key.toString(), "");
        assertLogsIn(trusting, null, "IdentityFile " + key);
    }

    @Test
    void aCertificateHeldByTheAgentLogsIn() throws Exception {
        Path key = signed(Host.keygen(home.resolve("mine"), "-t", "ed25519"));
        agent().hold(key);
        Files.delete(certificate(key));
        assertLogsIn(trusting, key.toString(), "");
        Files.delete(key);
        Files.delete(Path.of(key + ".pub"));
        assertLogsIn(trusting, null, "");
    }

    @Test
    void aRefusedCertificateIsNamedWithItsPrincipalsAndItsEnd() throws Exception {
        Path key = Host.keygen(home.resolve("old"), "-t", "ed25519");
        sign(key, "-V", "20200101:20200102", "-n", "root,deploy");

        assertRefused(trusting, key, "")
                .hasMessageContaining("offered: " + certificate(key)
                        + " (certificate \"me\" for root, deploy, ended 2020-01-02, SHA256:")
                .hasMessageContaining(", " + key + " (SHA256:");
    }

    @Test
    void aHostCertificateIsNotOffered() throws Exception {
        Path key = Host.keygen(home.resolve("host"), "-t", "ed25519");
        sign(key, "-h", "-n", "root");

        assertRefused(trusting, key, "")
                .hasMessageNotContaining("-cert.pub (")
                .hasMessageContaining("not offered: " + certificate(key) + ", which is not a user certificate");
    }

    private void assertLogsIn(RealSshd sshd, @Nullable String key, String configuration) throws Exception {
        try (SshjShells shells = shells(configuration)) {
            assertThat(shells.open(droplet(sshd, key)).run(Command.of("true")).ok())
                    .isTrue();
        }
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            RealSshd sshd, Path key, String configuration) throws Exception {
        try (SshjShells shells = shells(configuration)) {
            return assertFails(Kind.LOGIN, () -> shells.open(droplet(sshd, key.toString())));
        }
    }

    private static Droplet droplet(RealSshd sshd, @Nullable String key) {
        return sshd.droplet(new SshAccess("root", sshd.port(), key, null, null));
    }

    private RealAgent agent() throws Exception {
        agent = RealAgent.start(home);
        environment.put("SSH_AUTH_SOCK", agent.socket().toString());
        return agent;
    }

    private static Path signed(Path key) throws Exception {
        return sign(key, "-n", "root");
    }

    private static Path sign(Path key, String... options) throws Exception {
        List<String> words = new java.util.ArrayList<>(List.of("ssh-keygen", "-q", "-s", ca.toString(), "-I", "me"));
        words.addAll(List.of(options));
        words.add(key + ".pub");
        Host.run(words.toArray(String[]::new));
        return key;
    }

    private static Path certificate(Path key) {
        return Path.of(key + "-cert.pub");
    }

    private SshjShells shells(String configuration) throws IOException {
        Path file = Files.writeString(home.resolve("config"), configuration + "\n");
        SshOptions options = new SshOptions(
                home.resolve(".ssh/known_hosts"),
                HostKeyPolicy.STRICT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Prompter.UNATTENDED,
                environment::get,
                home);
        return new SshjShells(options, SshConfigFiles.read(List.of(file), home, environment::get));
    }
}
