package sessionctl.ssh.auth;

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
import sessionctl.ssh.Host;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.Prompter;
import sessionctl.ssh.RealAgent;
import sessionctl.ssh.RealSshd;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.TestKeys;
import sessionctl.ssh.route.SshConfig;
import sessionctl.ssh.route.SshConfigFiles;
import sessionctl.ssh.transport.SshjShells;

/** Keys that only a real ssh-agent holds, on a real OpenSSH server. */
@Timeout(30)
class SshAgentIT {
    @TempDir
    static Path folder;

    private static RealSshd sshd;

    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();
    private RealAgent agent;

    @BeforeAll
    static void startSshd() throws Exception {
        sshd = RealSshd.start(folder.resolve("sshd"));
    }

    @AfterAll
    static void stopSshd() throws Exception {
        sshd.close();
    }

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(home.resolve(".ssh"));
        Files.writeString(home.resolve(".ssh/known_hosts"), sshd.knownHostsLine("host_ed25519"));
        agent = RealAgent.start(home);
        environment.put("SSH_AUTH_SOCK", agent.socket().toString());
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @ParameterizedTest
    @CsvSource({"ed25519, 256", "rsa, 2048", "ecdsa, 256", "ecdsa, 521"})
    void aKeyThatOnlyTheAgentHoldsLogsIn(String type, String bits) throws Exception {
        Path key = Host.keygen(home.resolve("away"), "-t", type, "-b", bits);
        sshd.authorize(key);
        agent.hold(key);
        Files.delete(key);
        Files.delete(Path.of(key + ".pub"));

        assertThat(uid(droplet(null))).isEqualTo("0\n");
    }

    @Test
    void aCertificateOfTheAgentLogsIn() throws Exception {
        Path ca = Host.keygen(home.resolve("ca"), "-t", "ed25519");
        Path key = Host.keygen(home.resolve("signed"), "-t", "rsa", "-b", "2048");
        Host.run("ssh-keygen", "-q", "-s", ca.toString(), "-I", "me", "-n", "root", key + ".pub");
        try (RealSshd trusting = RealSshd.start(folder.resolve("ca-sshd"), "TrustedUserCAKeys " + ca + ".pub")) {
            Files.writeString(home.resolve(".ssh/known_hosts"), trusting.knownHostsLine("host_ed25519"));
            agent.hold(key);
            assertThat(uid(trusting.droplet(new SshAccess("root", trusting.port(), null, null, null))))
                    .isEqualTo("0\n");
        }
    }

    @Test
    void aNamedProtectedKeyThatTheAgentHoldsNeedsNoPassphrase() throws Exception {
        Path key = Host.keygen(home.resolve("locked"), "open sesame", new String[] {"-t", "ed25519"});
        sshd.authorize(key);
        agent.holdLocked(key, "open sesame");

        assertThat(uid(droplet(key.toString()))).isEqualTo("0\n");
    }

    @Test
    void aNamedKeyOfTheAgentNeedsOnlyItsPublicFile() throws Exception {
        Path key = Host.keygen(home.resolve("gone"), "-t", "ed25519");
        sshd.authorize(key);
        agent.hold(key);
        Files.delete(key);

        assertThat(uid(droplet(key.toString()))).isEqualTo("0\n");
    }

    @Test
    void onlyTheNamedKeyIsOffered() throws Exception {
        Path unauthorized = Host.keygen(home.resolve("unauthorized"), "-t", "ed25519");
        Path held = Host.keygen(home.resolve("held"), "-t", "ed25519");
        sshd.authorize(held);
        agent.hold(held);

        try (SshjShells shells = shells(SshConfig.NONE)) {
            assertFails(Kind.LOGIN, () -> shells.open(droplet(unauthorized.toString())))
                    .hasMessageContaining("offered: " + unauthorized + " (SHA256:")
                    .hasMessageNotContaining("of the ssh-agent");
        }
    }

    @Test
    void withIdentitiesOnlyJustTheConfiguredKeysAreOffered() throws Exception {
        for (int i = 0; i < 6; i++) {
            agent.hold(Host.keygen(home.resolve("other" + i), "-t", "ed25519"));
        }
        Path mine = Host.keygen(home.resolve("mine"), "-t", "ed25519");
        sshd.authorize(mine);
        agent.hold(mine);
        Files.delete(mine);
        Droplet droplet = droplet(null);
        try (SshjShells shells = shells(SshConfig.NONE)) {
            assertFails(Kind.LOGIN, () -> shells.open(droplet))
                    .hasMessageContaining("Too many authentication failures");
        }
        try (SshjShells shells = shells(configured("IdentityFile " + mine + "\nIdentitiesOnly yes"))) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
        try (SshjShells shells = shells(configured("IdentityFile " + mine))) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok())
                    .as("the key that a file names goes first")
                    .isTrue();
        }
    }

    @Test
    void theAgentOfIdentityAgentIsAsked() throws Exception {
        Path key = Host.keygen(home.resolve("key"), "-t", "ed25519");
        sshd.authorize(key);
        agent.hold(key);
        String socket = String.valueOf(environment.remove("SSH_AUTH_SOCK"));
        try (SshjShells shells = shells(configured("IdentityAgent " + socket))) {
            assertThat(shells.open(droplet(null)).run(Command.of("true")).ok()).isTrue();
        }
        environment.put("SSH_AUTH_SOCK", socket);
        try (SshjShells shells = shells(configured("IdentityAgent none"))) {
            assertFails(Kind.LOGIN, () -> shells.open(droplet(null))).hasMessageContaining("no ssh-agent was asked");
        }
    }

    @Test
    void anAgentThatIsMissingOrEmptyIsReported() throws Exception {
        try (SshjShells shells = shells(SshConfig.NONE)) {
            assertFails(Kind.LOGIN, () -> shells.open(droplet(null)))
                    .hasMessageContaining("the ssh-agent holds no key for it (ssh-add -l)");
        }
        environment.put("SSH_AUTH_SOCK", home.resolve("missing").toString());
        try (SshjShells shells = shells(SshConfig.NONE)) {
            assertFails(Kind.LOGIN, () -> shells.open(droplet(null)))
                    .hasMessageContaining("the ssh-agent at " + home.resolve("missing") + " cannot be used (");
        }
    }

    @Test
    void anAgentThatHangsIsGivenUpAfterATimeLimit() throws Exception {
        Path key = Host.keygen(home.resolve("key"), "-t", "ed25519");
        sshd.authorize(key);
        agent.hold(key);
        try (SshjShells shells = shells(SshConfig.NONE)) {
            shells.prepareLogins(List.of(droplet(null)));
            Host.run("kill", "-STOP", Long.toString(agent.pid()));
            assertFails(Kind.LOGIN, () -> shells.open(droplet(null)))
                    .hasMessageContaining("but the agent did not sign (it does not answer)");
        } finally {
            Host.run("kill", "-CONT", Long.toString(agent.pid()));
        }
    }

    @Test
    void aKeyThatTheAgentDoesNotSignForIsFollowedByTheNext() throws Exception {
        Path gone = Host.keygen(home.resolve("gone"), "-t", "ed25519");
        Path mine = Host.keygen(home.resolve(".ssh/id_ed25519"), "-t", "ed25519");
        sshd.authorize(gone);
        sshd.authorize(mine);
        agent.hold(gone);
        try (SshjShells shells = shells(SshConfig.NONE)) {
            shells.prepareLogins(List.of(droplet(null)));
            agent.forget(gone);
            assertThat(shells.open(droplet(null)).run(Command.of("true")).ok()).isTrue();
        }
    }

    @Test
    void anAgentThatDidNotSignIsReportedWithTheOtherKeys() throws Exception {
        Path gone = Host.keygen(home.resolve("gone"), "-t", "ed25519");
        Path unauthorized = Host.keygen(home.resolve(".ssh/id_ed25519"), "-t", "ed25519");
        sshd.authorize(gone);
        agent.hold(gone);
        try (SshjShells shells = shells(SshConfig.NONE)) {
            shells.prepareLogins(List.of(droplet(null)));
            agent.forget(gone);
            assertFails(Kind.LOGIN, () -> shells.open(droplet(null)))
                    .hasMessageContaining("offered: test of the ssh-agent (SHA256:")
                    .hasMessageContaining(", " + unauthorized + " (SHA256:")
                    .hasMessageContaining("the server accepts test of the ssh-agent (SHA256:")
                    .hasMessageContaining("but the agent did not sign (it does not sign with this key)");
        }
    }

    @Test
    void skippedKeysAreReportedWithTheirReasons() throws Exception {
        Path other = Host.keygen(home.resolve("other"), "-t", "ed25519");
        Path locked = Host.keygen(home.resolve(".ssh/id_ed25519"), "open sesame", new String[] {"-t", "ed25519"});
        Path cut = Files.writeString(home.resolve(".ssh/id_rsa"), "rubbish");
        TestKeys.onlyForMe(cut);
        sshd.authorize(locked);
        agent.hold(other);
        try (SshjShells shells = shells(SshConfig.NONE)) {
            assertFails(Kind.LOGIN, () -> shells.open(droplet(null)))
                    .hasMessageContaining("offered: test of the ssh-agent (SHA256:")
                    .hasMessageContaining("not offered: " + locked + ", which needs a passphrase and was skipped"
                            + " because there is another key (load it with ssh-add, or name it with ssh.key)")
                    .hasMessageContaining("; the file " + cut + " is not a private key");
        }
        String configuration = "IdentitiesOnly yes\nIdentityFile " + locked + "\nIdentityFile ~/none\nIdentityFile "
                + Host.keygen(home.resolve("own"), "-t", "ed25519");
        try (SshjShells shells = shells(configured(configuration))) {
            assertFails(Kind.LOGIN, () -> shells.open(droplet(null)))
                    .hasMessageContaining("offered: " + home.resolve("own") + " (SHA256:")
                    .hasMessageContaining("not offered: " + locked + ", which needs a passphrase")
                    .hasMessageContaining(home.resolve("none") + ", which does not exist")
                    .hasMessageContaining("1 key of the ssh-agent, because of IdentitiesOnly");
        }
    }

    private String uid(Droplet droplet) throws SshFailure {
        try (SshjShells shells = shells(SshConfig.NONE)) {
            return shells.open(droplet).run(Command.of("id", "-u")).stdout();
        }
    }

    private Droplet droplet(@Nullable String key) {
        return sshd.droplet(new SshAccess("root", sshd.port(), key, null, null));
    }

    private SshjShells shells(SshConfig config) {
        SshOptions options = new SshOptions(
                home.resolve(".ssh/known_hosts"),
                HostKeyPolicy.STRICT,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Prompter.UNATTENDED,
                environment::get,
                home);
        return new SshjShells(options, config);
    }

    private SshConfig configured(String text) throws IOException {
        Path file = Files.writeString(home.resolve("config"), text);
        return SshConfigFiles.read(List.of(file), home, environment::get);
    }
}
