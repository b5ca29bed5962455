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

/** Ports behind which there is no SSH server, or one that is not well. */
@Timeout(20)
class StrangeServerTest {
    @TempDir
    Path home;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger visits = new AtomicInteger();
    private ServerSocket server;
    private SshjShells shells;

    /** What the server does with a visitor. */
    @FunctionalInterface
    private interface Manners {
        void receive(Socket visitor) throws Exception;
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
                Operator.NOBODY,
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
    void refusesConnections() throws IOException {
        server.close();

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("port " + server.getLocalPort() + " refuses connections; check ssh.port");
    }

    @Test
    void saysNothing() {
        serve(visitor -> Thread.sleep(60_000));

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("accepts connections, but said nothing within 1 second;");
        assertThat(visits).hasValue(1);
    }

    @Test
    void dribblesWithoutEnd() {
        serve(visitor -> {
            while (true) {
                visitor.getOutputStream().write('x');
                Thread.sleep(100);
            }
        });

        assertFails(Kind.UNREACHABLE, this::open).hasMessageContaining("does not speak SSH, but says \"xxxx");
    }

    @Test
    void saysItsNameAndNoMore() {
        serve(visitor -> {
            say(visitor, "SSH-2.0-OpenSSH_9.2p1\r\n");
            Thread.sleep(60_000);
        });

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("did not finish the key exchange within 1 second;");
    }

    @Test
    void saysItsNameAndHangsUp() {
        serve(visitor -> say(visitor, "SSH-2.0-OpenSSH_9.2p1\r\n"));

        assertFails(Kind.UNREACHABLE, this::open).hasMessageContaining("ended during the key exchange");
        assertThat(visits).hasValue(1);
    }

    @Test
    void isAWebServer() {
        serve(visitor -> say(visitor, "HTTP/1.1 400 Bad \u0007Request\r\n\r\n"));

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("does not speak SSH, but says \"HTTP/1.1 400 Bad ?Request\"; check ssh.port");
        assertThat(visits).hasValue(1);
    }

    @Test
    void hangsUpBeforeItsFirstWordEachTime() {
        serve(Socket::close);

        assertFails(Kind.UNREACHABLE, this::open).hasMessageContaining("MaxStartups");
        assertThat(visits).hasValueGreaterThan(2);
    }

    /** Exactly as sshd says it when connections are dropped, with and without what sshd adds one day. */
    @ParameterizedTest
    @ValueSource(
            strings = {"Not allowed at this time\r\n", "not allowed at this time", "Not allowed at this time: x\r\n"})
    void punishesOurAddress(String words) {
        serve(visitor -> say(visitor, words));

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
    void hasTooManyLogins() {
        serve(visitor -> say(visitor, "Exceeded MaxStartups\r\n"));

        assertFails(Kind.UNREACHABLE, this::open)
                .hasMessageContaining("MaxStartups")
                .hasMessageNotContaining("PerSourcePenalties");
    }

    @Test
    void aServerThatSpeaksSshMayUseTheSameWordsLater() {
        serve(visitor -> say(visitor, "SSH-2.0-OpenSSH_10.0\r\nNot allowed at this time\r\n"));

        assertFails(Kind.UNREACHABLE, this::open).hasMessageNotContaining("PerSourcePenalties");
        assertThat(visits).hasValue(1);
    }

    @Test
    void isTriedNoLongerThanTheCallerWaits() {
        serve(visitor -> say(visitor, "Not allowed at this time\r\n"));

        assertFails(Kind.PENALTY, () -> shells.open(droplet(List.of()), Duration.ZERO));
        assertThat(visits).hasValue(1);
    }

    /** The rules of a droplet must not be taken for right because its jump host speaks. */
    @Test
    void aPenaltyOfTheJumpHostIsNotTheDroplets() {
        serve(visitor -> say(visitor, "Not allowed at this time\r\n"));

        JumpHost jump = new JumpHost("root", "127.0.0.1", server.getLocalPort());
        assertThatThrownBy(() -> shells.open(droplet(List.of(jump)), Duration.ZERO))
                .hasMessageContaining("PerSourcePenalties")
                .extracting(e -> ((SshFailure) e).kind())
                .isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void closingGivesUpAnAttempt() {
        serve(visitor -> {
            threads.execute(shells::close);
            Thread.sleep(60_000);
        });

        assertFails(Kind.LOST, this::open).hasMessageContaining("given up before the login was done");
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

    private void serve(Manners manners) {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket visitor = server.accept();
                    visits.incrementAndGet();
                    threads.execute(() -> receive(manners, visitor));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private static void receive(Manners manners, Socket visitor) {
        try (visitor) {
            manners.receive(visitor);
            visitor.shutdownOutput();
            visitor.getInputStream().readAllBytes();
        } catch (Exception e) {
            // The visitor left, or the test is over.
        }
    }

    private static void say(Socket visitor, String text) throws IOException {
        visitor.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
