package sessionctl.ssh.hostkey;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.command.Command;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Host;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.Prompter;
import sessionctl.ssh.RealSshd;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.transport.SshjShells;

/** Host keys of a real OpenSSH server with three keys and a certificate, checked against various known_hosts files. */
@Timeout(30)
class HostKeyIT {
    private static final String OTHER_KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8bPDmzZ4cPkbmKMv1P2yJbzq1h1r2sGkE0jT8vcaA1";

    @TempDir
    static Path folder;

    private static Path server;
    private static RealSshd sshd;
    private static Path key;

    @TempDir
    Path home;

    private Path knownHosts;

    @BeforeAll
    static void start() throws Exception {
        server = Files.createDirectories(folder.resolve("sshd"));
        Host.keygen(server.resolve("host_ed25519"), "-t", "ed25519");
        Host.keygen(server.resolve("host_ecdsa"), "-t", "ecdsa");
        Host.keygen(server.resolve("host_rsa"), "-t", "rsa", "-b", "2048");
        Host.keygen(server.resolve("ca"), "-t", "ed25519");
        Host.run(
                "ssh-keygen",
                "-q",
                "-s",
                server + "/ca",
                "-h",
                "-I",
                "t",
                "-n",
                "127.0.0.1",
                server + "/host_ed25519.pub");
        sshd = RealSshd.start(
                server,
                "HostKey " + server.resolve("host_ed25519"),
                "HostKey " + server.resolve("host_ecdsa"),
                "HostKey " + server.resolve("host_rsa"),
                "HostCertificate " + server.resolve("host_ed25519-cert.pub"));
        key = Host.keygen(folder.resolve("key"), "-t", "ed25519");
        sshd.authorize(key);
    }

    @AfterAll
    static void stop() {
        sshd.close();
    }

    @BeforeEach
    void startWithoutKnownHosts() {
        knownHosts = home.resolve("new").resolve("known_hosts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host_ed25519", "host_ecdsa", "host_rsa"})
    void aServerIsTrustedByTheOneKeyTypeThatIsKnown(String hostKey) throws Exception {
        writeKnownHosts(sshd.knownHostsLine(hostKey));

        assertOpens(HostKeyPolicy.STRICT);
    }

    @Test
    void aHashedNameInKnownHostsIsTrusted() throws Exception {
        writeKnownHosts(sshd.knownHostsLine("host_ecdsa"));
        Host.run("ssh-keygen", "-H", "-f", knownHosts.toString());
        assertThat(Files.readString(knownHosts)).startsWith("|1|");

        assertOpens(HostKeyPolicy.STRICT);
    }

    @Test
    void aHostCertificateOfAKnownAuthorityIsTrusted() throws Exception {
        writeKnownHosts("@cert-authority 127.0.0.*,[127.0.0.*]:* " + keyOf("ca"));

        assertOpens(HostKeyPolicy.STRICT);
    }

    @Test
    void anUnknownKeyIsRefusedWhenStrict() throws Exception {
        assertRefused(HostKeyPolicy.STRICT)
                .contains("its host key ssh-ed25519 " + fingerprint("host_ed25519") + " is not in " + knownHosts)
                .endsWith("then run again with --host-key-policy accept-new");
        assertThat(knownHosts).doesNotExist();
    }

    @Test
    void aNewKeyIsWrittenAsSshWritesIt() throws Exception {
        assertOpens(HostKeyPolicy.ACCEPT_NEW);

        assertThat(Files.readString(knownHosts)).isEqualTo(sshd.knownHostsLine("host_ed25519"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(knownHosts)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(knownHosts.getParent())))
                .isEqualTo("rwx------");
        assertOpens(HostKeyPolicy.STRICT);
        assertThat(ssh()).isEqualTo("0");
    }

    @Test
    void aNewKeyIsWrittenOnceByManyConcurrentConnections() throws Exception {
        writeKnownHosts("# no line end");
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Future<?>> opened = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                opened.add(threads.submit(() -> {
                    assertOpens(HostKeyPolicy.ACCEPT_NEW);
                    return null;
                }));
            }
            for (Future<?> done : opened) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Files.readString(knownHosts)).isEqualTo("# no line end\n" + sshd.knownHostsLine("host_ed25519"));
    }

    @ParameterizedTest
    @EnumSource(HostKeyPolicy.class)
    void aChangedKeyIsRefusedUnderEveryPolicy(HostKeyPolicy policy) throws Exception {
        writeKnownHosts("\n[127.0.0.1]:" + sshd.port() + " " + OTHER_KEY + "\n");

        assertRefused(policy)
                .contains("has changed: it shows ssh-ed25519 " + fingerprint("host_ed25519"))
                .contains(knownHosts + ":2 knows ssh-ed25519 SHA256:")
                .contains("ssh-keygen -f " + knownHosts + " -R '[127.0.0.1]:" + sshd.port() + "'");
        Host.run("ssh-keygen", "-f", knownHosts.toString(), "-R", "[127.0.0.1]:" + sshd.port());
        assertOpens(HostKeyPolicy.ACCEPT_NEW);
    }

    @ParameterizedTest
    @EnumSource(HostKeyPolicy.class)
    void aKeyOfAnotherTypeThanTheKnownOneIsRefused(HostKeyPolicy policy) throws Exception {
        Path other = Host.keygen(home.resolve("other"), "-t", "ecdsa", "-b", "384");
        writeKnownHosts("[127.0.0.1]:" + sshd.port() + " " + Files.readString(Path.of(other + ".pub")));

        assertRefused(policy).contains("knows only ecdsa-sha2-nistp384 SHA256:").contains("ssh-keygen -f");
    }

    @ParameterizedTest
    @EnumSource(HostKeyPolicy.class)
    void aRevokedKeyIsRefusedThoughAnotherLineListsIt(HostKeyPolicy policy) throws Exception {
        writeKnownHosts(sshd.knownHostsLine("host_ed25519") + "@revoked * " + keyOf("host_ed25519"));

        assertRefused(policy).contains("is revoked by " + knownHosts + ":2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host_ed25519", "host_ecdsa", "host_rsa"})
    void aPinnedFingerprintOfAnyHostKeyIsTrusted(String hostKey) throws Exception {
        writeKnownHosts("");

        assertOpens(HostKeyPolicy.STRICT, sshd.droplet(key, fingerprint(hostKey)));
        assertOpens(HostKeyPolicy.STRICT, sshd.droplet(key, fingerprint(hostKey) + "="));
    }

    @Test
    void aPinnedKeyThatIsRevokedIsRefused() throws Exception {
        writeKnownHosts("@revoked * " + keyOf("host_rsa"));
        Droplet droplet = sshd.droplet(key, fingerprint("host_rsa"));
        try (SshjShells shells = new SshjShells(options(HostKeyPolicy.STRICT))) {
            assertFails(Kind.HOST_KEY, () -> shells.open(droplet)).hasMessageContaining("is revoked by ");
        }
    }

    @Test
    void aLoginRefusedBehindAPinnedKeyIsNotRepeated() throws Exception {
        Path unauthorized = folder.resolve("unauthorized");
        Host.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", unauthorized.toString());
        Droplet droplet = sshd.droplet(unauthorized, fingerprint("host_rsa"));
        try (SshjShells shells = new SshjShells(options(HostKeyPolicy.STRICT))) {
            assertFails(Kind.LOGIN, () -> shells.open(droplet));
        }
    }

    @Test
    void aKnownKeyThatIsNotThePinnedOneIsRefused() throws Exception {
        writeKnownHosts(sshd.knownHostsLine("host_ed25519"));
        Droplet droplet = sshd.droplet(key, fingerprint("ca"));
        try (SshjShells shells = new SshjShells(options(HostKeyPolicy.ACCEPT_NEW))) {
            assertFails(Kind.HOST_KEY, () -> shells.open(droplet))
                    .hasMessageContaining("ssh-ed25519 " + fingerprint("host_ed25519"))
                    .hasMessageContaining("ecdsa-sha2-nistp256 " + fingerprint("host_ecdsa"))
                    .hasMessageContaining("ssh-rsa " + fingerprint("host_rsa"))
                    .hasMessageContaining("but the inventory pins " + fingerprint("ca"));
        }
    }

    @Test
    void aRekeyedConnectionKeepsItsHostKey() throws Exception {
        Path own = Files.createDirectories(folder.resolve("rekeying"));
        try (RealSshd rekeying = RealSshd.start(own, "RekeyLimit 1M")) {
            rekeying.authorize(key);
            writeKnownHosts(rekeying.knownHostsLine("host_ed25519"));
            try (SshjShells shells = new SshjShells(options(HostKeyPolicy.STRICT))) {
                Shell shell = shells.open(rekeying.droplet("root", key));
                Files.delete(knownHosts);
                Command command = Command.of("cat").withInput("x".repeat(8 << 20));
                assertThat(shell.run(command).stdout()).hasSize(8 << 20);
            }
        }
    }

    private void writeKnownHosts(String text) throws IOException {
        Files.createDirectories(knownHosts.getParent());
        Files.writeString(knownHosts, text);
    }

    private void assertOpens(HostKeyPolicy policy) throws SshFailure {
        assertOpens(policy, sshd.droplet("root", key));
    }

    private void assertOpens(HostKeyPolicy policy, Droplet droplet) throws SshFailure {
        try (SshjShells shells = new SshjShells(options(policy))) {
            assertThat(shells.open(droplet).run(Command.of("true")).ok()).isTrue();
        }
    }

    private AbstractStringAssert<?> assertRefused(HostKeyPolicy policy) {
        try (SshjShells shells = new SshjShells(options(policy))) {
            return assertFails(Kind.HOST_KEY, () -> shells.open(sshd.droplet("root", key)))
                    .message();
        }
    }

    private SshOptions options(HostKeyPolicy policy) {
        return new SshOptions(
                knownHosts,
                policy,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Prompter.UNATTENDED,
                name -> null,
                home);
    }

    /** Returns what OpenSSH's own client prints with the known_hosts that sessionctl wrote. */
    private String ssh() throws Exception {
        return Host.run(
                        "ssh",
                        "-F",
                        "none",
                        "-i",
                        key.toString(),
                        "-p",
                        Integer.toString(sshd.port()),
                        "-o",
                        "UserKnownHostsFile=" + knownHosts,
                        "-o",
                        "StrictHostKeyChecking=yes",
                        "-o",
                        "BatchMode=yes",
                        "root@127.0.0.1",
                        "id -u")
                .strip();
    }

    private static String keyOf(String file) throws IOException {
        return Files.readString(server.resolve(file + ".pub"));
    }

    private static String fingerprint(String file) throws Exception {
        return Host.run("ssh-keygen", "-lf", server.resolve(file + ".pub").toString())
                .split(" ", -1)[1];
    }
}
