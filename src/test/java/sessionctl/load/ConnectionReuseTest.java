package sessionctl.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests for which the web server closes the connection, as Apache may do at any time. */
@Timeout(20)
class ConnectionReuseTest {
    private final List<String> ends = new ArrayList<>();
    private final Exchange.Listener listener = new Exchange.Listener() {
        @Override
        public void answered(Visit visit, Reply reply) {
            ends.add((visit.isRetry() ? "again " : "") + reply.counter());
        }

        @Override
        public void failed(Visit visit, String reason) {
            ends.add((visit.isRetry() ? "again " : "") + reason);
        }
    };

    /**
     * Sends requests to a server that gives these answers on each of its connections in turn; an empty answer closes
     * the connection.
     */
    private void visitAll(int visits, List<List<String>> connections) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Exchange exchange = new Exchange("/", Duration.ofSeconds(5), true, listener)) {
            Thread serving = new Thread(() -> serve(server, connections));
            serving.start();
            Droplet droplet = new Droplet("127.0.0.1:" + server.getLocalPort());
            for (int i = 0; i < visits; i++) {
                exchange.send(new Visit(new Session(false), droplet));
                while (exchange.inFlight() > 0) {
                    exchange.poll(100);
                }
                assertThat(droplet.inFlight()).isZero();
            }
            serving.join();
        }
    }

    private static void serve(ServerSocket server, List<List<String>> connections) {
        for (List<String> answers : connections) {
            try (Socket socket = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                for (String answer : answers) {
                    while (!in.readLine().isEmpty()) {
                        // Skips the request's head.
                    }
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String page(int counter) {
        return "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + counter;
    }

    @Test
    void aRequestOnAReusedConnectionThatIsClosedIsRetriedOnANewOne() throws Exception {
        visitAll(2, List.of(List.of(page(1), ""), List.of(page(2))));
        assertThat(ends).containsExactly("1", "again 2");
    }

    @Test
    void aRequestOnANewConnectionThatIsClosedFails() throws Exception {
        visitAll(1, List.of(List.of("")));
        assertThat(ends).containsExactly("closed without an answer");
    }

    @Test
    void aRequestIsRetriedOnlyOnce() throws Exception {
        visitAll(2, List.of(List.of(page(1), ""), List.of("")));
        assertThat(ends).containsExactly("1", "again closed without an answer");
    }

    @Test
    void anIncompleteAnswerFailsAlsoOnAReusedConnection() throws Exception {
        visitAll(2, List.of(List.of(page(1), "HTTP/1.1 200 OK\r\nContent-Len")));
        assertThat(ends).containsExactly("1", "closed during its answer");
    }

    @Test
    void aConnectionThatTheServerClosesIsNotReused() throws Exception {
        String last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n3";
        visitAll(2, List.of(List.of(last), List.of(page(4))));
        assertThat(ends).containsExactly("3", "4");
    }

    @Test
    void anAnswerWithoutALengthEndsWithTheConnection() throws Exception {
        visitAll(1, List.of(List.of("HTTP/1.0 200 OK\r\n\r\n7\n")));
        assertThat(ends).containsExactly("7");
    }

    @Test
    void aChunkedAnswerIsJoined() throws Exception {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n2\r\n2\n\r\n0\r\n\r\n";
        visitAll(2, List.of(List.of(chunked, page(5))));
        assertThat(ends).containsExactly("12", "5");
    }
}
