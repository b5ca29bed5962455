package sessionctl.ssh.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sessionctl.ssh.net.DeadlineSocket.End;

/** The deadlines of a socket, and the threads that its end interrupts. */
class DeadlineSocketTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration INSTANT = Duration.ofNanos(1);

    private final AtomicInteger asked = new AtomicInteger();
    private ServerSocket server;
    private Socket droplet = new Socket();

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        droplet.close();
    }

    @Test
    void aSocketIsClosedAtItsDeadline() throws Exception {
        DeadlineSocket socket = connected(HOUR, HOUR);
        socket.check();
        assertThat(socket.end()).isEqualTo(End.OPEN);

        socket.endIn(INSTANT);
        socket.check();
        assertThat(socket.end()).isEqualTo(End.TOO_LATE);
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void aSocketWithoutALoginIsClosedAtTheLoginLimit() throws Exception {
        DeadlineSocket socket = connected(INSTANT, HOUR);
        socket.check();

        assertThat(socket.end()).isEqualTo(End.TOO_LATE);
    }

    @Test
    void aSocketIsClosedIfAKeepaliveIsNotAnswered() throws Exception {
        DeadlineSocket socket = connected(HOUR, INSTANT);
        socket.startKeepAlive(asked::incrementAndGet);
        socket.check();
        assertThat(socket.end()).as("not asked yet").isEqualTo(End.OPEN);

        socket.sendKeepAlive();
        socket.check();
        assertThat(asked).hasValue(1);
        assertThat(socket.end()).isEqualTo(End.SILENT);
    }

    @Test
    void aSocketStaysOpenIfAKeepaliveIsAnswered() throws Exception {
        DeadlineSocket socket = connected(HOUR, INSTANT);
        socket.startKeepAlive(asked::incrementAndGet);
        socket.sendKeepAlive();
        droplet.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');

        socket.check();
        assertThat(socket.end()).isEqualTo(End.OPEN);
    }

    @Test
    void aSocketWithoutAListenerIsNotClosedForMissingKeepalives() throws Exception {
        DeadlineSocket socket = connected(HOUR, INSTANT);
        socket.startKeepAlive(asked::incrementAndGet);
        socket.sendKeepAlive();
        socket.startKeepAlive(null);
        socket.sendKeepAlive();

        socket.check();
        assertThat(asked).hasValue(1);
        assertThat(socket.end()).isEqualTo(End.OPEN);
    }

    @Test
    void aThreadThatBeginsToWaitAfterTheEndIsInterrupted() throws Exception {
        DeadlineSocket socket = connected(HOUR, HOUR);
        socket.close();
        socket.beginWait();
        for (int tick = 0; tick < 10; tick++) {
            socket.check();
        }

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        socket.endWait();
        assertThat(socket.waiterInterrupted()).isTrue();
        assertThat(Thread.interrupted())
                .as("an interrupt of ours stays with us")
                .isFalse();
    }

    @Test
    void anInterruptFromElsewhereIsPreserved() throws Exception {
        DeadlineSocket socket = connected(HOUR, HOUR);
        socket.beginWait();
        Thread.currentThread().interrupt();
        socket.endWait();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(socket.waiterInterrupted()).isFalse();
    }

    private DeadlineSocket connected(Duration loginLimit, Duration patience) throws IOException {
        DeadlineSocket socket = new DeadlineSocket(loginLimit, patience);
        socket.connect(server.getLocalSocketAddress(), 1000);
        droplet = server.accept();
        return socket;
    }
}
