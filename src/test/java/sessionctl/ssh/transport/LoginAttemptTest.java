package sessionctl.ssh.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.schmizz.sshj.DefaultConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.Prompter;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.hostkey.HostKeyCheck;
import sessionctl.ssh.route.RouteResolver;
import sessionctl.ssh.route.SshConfig;

@Timeout(30)
class LoginAttemptTest {
    @TempDir
    private Path home = Path.of("");

    /** Returns the greeting of a server that offers only unknown key exchanges. */
    private static byte[] unknownExchange() throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(payload);
        fields.write(20);
        fields.write(new byte[16]);
        for (String list : List.of("kex-of-1999", "ssh-ed25519", "aes128-ctr", "aes128-ctr", "", "", "", "", "", "")) {
            fields.writeInt(list.length());
            fields.writeBytes(list);
        }
        fields.write(new byte[5]);
        int padding = 16 - (payload.size() + 5) % 8;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        DataOutputStream packet = new DataOutputStream(all);
        packet.write("SSH-2.0-Old\r\n".getBytes(UTF_8));
        packet.writeInt(payload.size() + padding + 1);
        packet.write(padding);
        packet.write(payload.toByteArray());
        packet.write(new byte[padding]);
        return all.toByteArray();
    }

    /** sshj's reader thread may close the connection before the login sends its next packet. */
    @Test
    void theCauseIsNamedWhicheverThreadNoticesTheEndFirst() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread sshd = new Thread(() -> {
                try (Socket client = server.accept()) {
                    client.getOutputStream().write(unknownExchange());
                    client.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The client closed the connection.
                }
            });
            sshd.start();
            SshAccess access = new SshAccess("root", server.getLocalPort(), null, null, null);
            Droplet droplet = new Droplet(
                    "lamp01", new PublicAddress("127.0.0.1"), new PrivateAddress("10.0.0.1"), access, null, false);
            Duration limit = Duration.ofSeconds(10);
            SshOptions options = new SshOptions(
                    home.resolve("known"), HostKeyPolicy.STRICT, limit, limit, Prompter.UNATTENDED, name -> null, home);
            HostKeyCheck hostKey = HostKeyCheck.of(RouteResolver.targetOf(droplet, SshConfig.NONE), options);
            LoginAttempt attempt = new LoginAttempt(hostKey, options, new DefaultConfig(), null);

            Exception first = catchException(() -> attempt.login(List.of()));

            sshd.join();
            assertThat(first).isNotNull();
            for (Exception noticed :
                    List.of(first, new IllegalStateException("Not connected"), new SocketException("Socket closed"))) {
                assertThat(attempt.explain(noticed, List.of(), () -> ""))
                        .as(noticed.toString())
                        .hasMessageContaining("supports none of")
                        .hasMessageContaining("kex-of-1999");
            }
        }
    }
}
