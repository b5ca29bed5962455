package sessionctl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.ssh.TestKeys;

/** Bytes that an attacker on the network sends before any host key is accepted are never printed raw. */
@Tag("slow")
@Timeout(60)
class HostileServerTest {
    /** Clears the screen and hides text, also with a one-byte control, and reverses the direction of writing. */
    private static final String EVIL = "\u001b[2J\u001b[8m\u009b1mAll is well\u202e\u2066\u200f\u0007";

    /** A control character, a mark of direction, or another invisible character. */
    private static final Pattern RAW = Pattern.compile("[\\p{Cc}\\p{Cf}\u2028\u2029&&[^\n]]");

    private static final String HELLO = "SSH-2.0-OpenSSH_9.2p1\r\n";

    @TempDir
    private Path folder = Path.of("");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), TestKeys.PLAIN);
        TestKeys.onlyForMe(key);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    private static byte[] packet(int kind, byte[] random, List<String> texts, byte[] end) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        try (DataOutputStream inner = new DataOutputStream(payload);
                DataOutputStream outer = new DataOutputStream(packet)) {
            inner.write(kind);
            inner.write(random);
            for (String text : texts) {
                inner.writeInt(text.getBytes(UTF_8).length);
                inner.write(text.getBytes(UTF_8));
            }
            inner.write(end);
            int padding = 16 - (payload.size() + 5) % 8;
            outer.writeInt(payload.size() + padding + 1);
            outer.write(padding);
            outer.write(payload.toByteArray());
            outer.write(new byte[padding]);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return packet.toByteArray();
    }

    private static byte[] offer(String exchange, String key, String cipher, String mac) {
        return packet(
                20,
                new byte[16],
                List.of(exchange, key, cipher, cipher, mac, mac, "none", "none", "", ""),
                new byte[5]);
    }

    private static byte[] joined(String text, byte[] packet) {
        byte[] head = text.getBytes(UTF_8);
        byte[] all = java.util.Arrays.copyOf(head, head.length + packet.length);
        System.arraycopy(packet, 0, all, head.length, packet.length);
        return all;
    }

    static Stream<Arguments> greetings() {
        String exchange = "curve25519-sha256";
        byte[] disconnect = packet(1, new byte[] {0, 0, 0, 2}, List.of(EVIL, EVIL), new byte[0]);
        return Stream.of(
                Arguments.of("no SSH", (EVIL + "\r\n").getBytes(UTF_8), true),
                Arguments.of("lines before the greeting", joined(EVIL + "\r\n" + HELLO, new byte[0]), false),
                Arguments.of("a greeting", joined("SSH-2.0-" + EVIL + "\r\n", disconnect), true),
                Arguments.of("another version", ("SSH-1.5-" + EVIL + "\r\n").getBytes(UTF_8), true),
                Arguments.of(
                        "exchanges", joined(HELLO, offer(EVIL, "ssh-ed25519", "aes128-ctr", "hmac-sha2-256")), true),
                Arguments.of("host keys", joined(HELLO, offer(exchange, EVIL, "aes128-ctr", "hmac-sha2-256")), true),
                Arguments.of("ciphers", joined(HELLO, offer(exchange, "ssh-ed25519", EVIL, "hmac-sha2-256")), true),
                Arguments.of("macs", joined(HELLO, offer(exchange, "ssh-ed25519", "aes128-ctr", EVIL)), true),
                Arguments.of("a disconnect message", joined(HELLO, disconnect), true),
                Arguments.of(
                        "a message to be shown",
                        joined(HELLO, packet(4, new byte[] {1}, List.of(EVIL, EVIL), new byte[0])),
                        false));
    }

    private void serve(byte[] words) {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    client.getOutputStream().write(words);
                    client.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The client closed the connection, or the test is over.
                }
            }
        });
    }

    private int run(String... words) throws IOException {
        Path inventory = Files.writeString(
                folder.resolve("inventory.yml"),
                "ssh: {port: %d, key: %s}%ndroplets:%n- {name: lamp01, public_ip: 127.0.0.1, private_ip: 10.0.0.1}%n"
                        .formatted(server.getLocalPort(), folder.resolve("key")));
        String[] all = Stream.concat(
                        Stream.of(words),
                        Stream.of(
                                "--connect-timeout",
                                "1",
                                "--known-hosts",
                                folder.resolve("known").toString(),
                                inventory.toString()))
                .toArray(String[]::new);
        return Main.run(new PrintWriter(out), new PrintWriter(err), all);
    }

    /**
     * Checks the output of each command that connects.
     *
     * @param shown true if the error message quotes the server's text
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("greetings")
    void textOfAnUntrustedServerIsNeverPrintedRaw(String what, byte[] words, boolean shown) throws IOException {
        serve(words);
        for (List<String> command : List.of(
                List.of("provision", "--dry-run"),
                List.of("status"),
                List.of("check"),
                List.of("status", "--output", "json"))) {
            out.getBuffer().setLength(0);
            err.getBuffer().setLength(0);
            assertThat(run(command.toArray(String[]::new))).as(what).isNotZero();
            String all = out.toString() + err;
            assertThat(RAW.matcher(all).find()).as(all).isFalse();
            assertThat(all).contains("lamp01");
            if (shown) {
                assertThat(all).as(what).contains("All is well");
            }
        }
    }
}
