package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sessionctl.ssh.Failures.assertFails;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.transport.SshjShells;

/** Ports without an SSH server, or with one that hangs, ends connections or refuses them. */
@Tag("slow")
@Timeout(20)
class UnusualServerTest {
    @TempDir
    Path home;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger visits = new AtomicInteger();
    private ServerSocket server;
    private SshjShells shells;

    /** The server's reaction to a connection. */
    @FunctionalInterface
    private interface Behaviour {
        void receive(Socket client) throws Exception;
    }

    @BeforeEach
    void listen() throws Exception {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Path key = home.resolve("key");
        Files.writeString(key, TestKeys.PLAIN);
        TestKeys.onlyForMe(key);
        shells = new SshjShells(new SshOptions(
                home.resolve("known_hosts"),
                HostKeyPolicy.STRICT,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Prompter.UNATTENDED,
                name -> null,
                home));
    }

    @AfterEach
    void stop() throws IOException {
        shells.close();
        server.close();
        threads.shutdownNow();
    }

    @Test
    void aPortThatRefusesConnectionsIsReportedUnreachable() throws IOException {
        server.close();

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("port " + server.getLocalPort() + " refuses connections; check ssh.port");
    }

    @Test
    void aServerThatSendsNothingIsReportedUnreachable() {
        serve(client -> Thread.sleep(60_000));

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("accepts connections, but sent nothing within 1 second;");
        assertThat(visits).hasValue(1);
    }

    @Test
    void anEndlessFirstLineThatIsNotSshIsReportedUnreachable() {
        serve(client -> {
            while (true) {
                client.getOutputStream().write('x');
                Thread.sleep(100);
            }
        });

        assertFails(Kind.UNREACHABLE, this::open).hasMessageContaining("does not speak SSH, but sent \"xxxx");
    }

    @Test
    void aServerThatHangsDuringTheKeyExchangeIsReportedUnreachable() {
        serve(client -> {
            send(client, "SSH-2.0-OpenSSH_9.2p1\r\n");
            Thread.sleep(60_000);
        });

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("did not finish the key exchange within 1 second;");
    }

    @Test
    void aServerThatClosesDuringTheKeyExchangeIsReportedUnreachable() {
        serve(client -> send(client, "SSH-2.0-OpenSSH_9.2p1\r\n"));

        assertFails(Kind.UNREACHABLE, this::open).hasMessageContaining("ended during the key exchange");
        assertThat(visits).hasValue(1);
    }

    @Test
    void aWebServerAtThePortIsReportedUnreachable() {
        serve(client -> send(client, "HTTP/1.1 400 Bad \u0007Request\r\n\r\n"));

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("does not speak SSH, but sent \"HTTP/1.1 400 Bad ?Request\"; check ssh.port");
        assertThat(visits).hasValue(1);
    }

    @Test
    void aServerThatClosesBeforeItsFirstLineIsRetried() {
        serve(Socket::close);

        assertFails(Kind.UNREACHABLE, this::open).hasMessageContaining("MaxStartups");
        assertThat(visits).hasValueGreaterThan(2);
    }

    /** The lines that sshd sends when it drops a connection, and one with more text, as a later version may send. */
    @ParameterizedTest
    @ValueSource(
            strings = {"Not allowed at this time\r\n", "not allowed at this time", "Not allowed at this time: x\r\n"})
    void aPenaltyOfSshdForOurAddressIsReportedWithItsRemedies(String words) {
        serve(client -> send(client, words));

        assertFails(Kind.PENALTY, this::open)
                .hasMessageContaining("PerSourcePenalties")
                .hasMessageContaining("more than 1 second;")
                .hasMessageContaining("--connect-timeout")
                .hasMessageContaining("PerSourcePenaltyExemptList")
                .hasMessageNotContaining("MaxStartups")
                .hasMessageNotContaining("fail2ban")
                .satisfies(failure ->
                        assertThat(String.valueOf(failure.getMessage())).hasSizeLessThan(220));
        assertThat(visits).hasValueGreaterThan(2);
    }

    @Test
    void exceededMaxStartupsIsNotReportedAsAPenalty() {
        serve(client -> send(client, "Exceeded MaxStartups\r\n"));

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("MaxStartups")
                .hasMessageNotContaining("PerSourcePenalties");
    }

    @Test
    void thePenaltyTextAfterTheSshVersionIsNotAPenalty() {
        serve(client -> send(client, "SSH-2.0-OpenSSH_10.0\r\nNot allowed at this time\r\n"));

        assertFails(Kind.UNREACHABLE, this::open).hasMessageNotContaining("PerSourcePenalties");
        assertThat(visits).hasValue(1);
    }

    @Test
    void aPenaltyIsRetriedNoLongerThanTheCallerWaits() {
        serve(client -> send(client, "Not allowed at this time\r\n"));

        assertFails(Kind.PENALTY, () -> shells.open(droplet(List.of()), Duration.ZERO));
        assertThat(visits).hasValue(1);
    }

    /** A jump host that answers with a penalty proves nothing about the droplet's rules. */
    @Test
    void aPenaltyOfTheJumpHostIsNotReportedAsTheDroplets() {
        serve(client -> send(client, "Not allowed at this time\r\n"));

        JumpHost jump = new JumpHost("root", "127.0.0.1", server.getLocalPort());
        assertThatThrownBy(() -> shells.open(droplet(List.of(jump)), Duration.ZERO))
                .hasMessageContaining("PerSourcePenalties")
                .extracting(e -> ((SshFailure) e).kind())
                .isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void closingTheShellsEndsAConnectionAttempt() {
        serve(client -> {
            threads.execute(shells::close);
            Thread.sleep(60_000);
        });

        assertFails(Kind.LOST, this::open).hasMessageContaining("closed before the login was complete");
    }

    private Shell open() throws SshFailure {
        return shells.open(droplet(List.of()));
    }

    private Droplet droplet(List<JumpHost> jump) {
        SshAccess access =
                new SshAccess("root", server.getLocalPort(), "~/key", null, null, SshAccess.Address.PUBLIC, jump);
        PublicAddress address = new PublicAddress(jump.isEmpty() ? "127.0.0.1" : "127.0.0.9");
        return new Droplet("lamp01", address, new PrivateAddress("10.0.0.1"), access, null, false);
    }

    private void serve(Behaviour behaviour) {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    visits.incrementAndGet();
                    threads.execute(() -> receive(behaviour, client));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private static void receive(Behaviour behaviour, Socket client) {
        try (client) {
            behaviour.receive(client);
            client.shutdownOutput();
            client.getInputStream().readAllBytes();
        } catch (Exception e) {
            // The client disconnected, or the test ended.
        }
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
