package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static sessionctl.ssh.Failures.assertFails;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.kex.DHGEXServer;
import org.apache.sshd.server.shell.UnknownCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.transport.SshjShells;

/** Servers that have only algorithms which are insecure, or only one that is rare. */
@Timeout(60)
class OldServerTest {
    @TempDir
    Path home;

    private final SshServer server = SshServer.setUpDefaultServer();

    @BeforeEach
    void prepare() throws Exception {
        KeyPair host = rsa();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(host));
        server.setPublickeyAuthenticator((user, key, session) -> true);
        server.setCommandFactory((channel, command) -> new UnknownCommand(command));
    }

    @AfterEach
    void stop() throws IOException {
        server.stop(true);
    }

    @Test
    void aServerThatSignsItsHostKeyOnlyWithSha1IsRefused() throws Exception {
        server.setSignatureFactories(List.of(BuiltinSignatures.rsa));

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining(
                        "its sshd supports none of sessionctl's HostKeyAlgorithms; it offers only ssh-rsa,"
                                + " so allow a common one in its sshd_config");
    }

    @Test
    void aServerThatMayChooseAGroupOf1024BitsIsRefused() throws Exception {
        server.setKeyExchangeFactories(List.of(DHGEXServer.newFactory(BuiltinDHFactories.dhgex256)));

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("none of sessionctl's KeyExchangeAlgorithms; it offers only"
                        + " diffie-hellman-group-exchange-sha256");
    }

    @Test
    void anRsaKeyLogsInWhereOpenSshChecksItOnlyWithSha1() throws Exception {
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, "OpenSSH_6.6.1p1");
        server.setUserAuthFactories(List.of(
                new org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory(List.of(BuiltinSignatures.rsa))));

        open();
    }

    @Test
    void aServerWithoutAesIsReached() throws Exception {
        server.setCipherFactories(List.of(BuiltinCiphers.cc20p1305_openssh));

        open();
    }

    private void open() throws Exception {
        server.start();
        Path key = home.resolve("key");
        Files.writeString(
                key,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(rsa().getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        TestKeys.onlyForMe(key);
        Duration limit = Duration.ofSeconds(20);
        SshOptions options = new SshOptions(
                home.resolve("known_hosts"),
                HostKeyPolicy.ACCEPT_NEW,
                limit,
                limit,
                Prompter.UNATTENDED,
                name -> null,
                home);
        SshAccess access = new SshAccess("root", server.getPort(), key.toString(), null, null);
        Droplet droplet = new Droplet(
                "lamp01", new PublicAddress("127.0.0.1"), new PrivateAddress("10.0.0.1"), access, null, false);
        try (SshjShells shells = new SshjShells(options);
                Shell shell = shells.open(droplet)) {
            assertThat(shell).isNotNull();
        }
    }

    private static KeyPair rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }
}
