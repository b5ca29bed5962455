package sessionctl.ssh;

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
import sessionctl.ssh.Wire.End;

/** When a wire is cut, and who is freed by that. */
class WireTest {
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
    void isCutAtItsDeadline() throws Exception {
        Wire wire = connected(HOUR, HOUR);
        wire.check();
        assertThat(wire.end()).isEqualTo(End.OPEN);

        wire.endIn(INSTANT);
        wire.check();
        assertThat(wire.end()).isEqualTo(End.TOO_LATE);
        assertThat(wire.isClosed()).isTrue();
    }

    @Test
    void mustBeUsedForALoginSoonAfterItIsConnected() throws Exception {
        Wire wire = connected(INSTANT, HOUR);
        wire.check();

        assertThat(wire.end()).isEqualTo(End.TOO_LATE);
    }

    @Test
    void isCutIfASignOfLifeIsAskedForInVain() throws Exception {
        Wire wire = connected(HOUR, INSTANT);
        wire.listenFor(asked::incrementAndGet);
        wire.check();
        assertThat(wire.end()).as("not asked yet").isEqualTo(End.OPEN);

        wire.askForSignOfLife();
        wire.check();
        assertThat(asked).hasValue(1);
        assertThat(wire.end()).isEqualTo(End.SILENT);
    }

    @Test
    void staysIfASignOfLifeComes() throws Exception {
        Wire wire = connected(HOUR, INSTANT);
        wire.listenFor(asked::incrementAndGet);
        wire.askForSignOfLife();
        droplet.getOutputStream().write('x');
        assertThat(wire.getInputStream().read()).isEqualTo('x');

        wire.check();
        assertThat(wire.end()).isEqualTo(End.OPEN);
    }

    @Test
    void isNotJudgedWhileNobodyListens() throws Exception {
        Wire wire = connected(HOUR, INSTANT);
        wire.listenFor(asked::incrementAndGet);
        wire.askForSignOfLife();
        wire.listenFor(null);
        wire.askForSignOfLife();

        wire.check();
        assertThat(asked).hasValue(1);
        assertThat(wire.end()).isEqualTo(End.OPEN);
    }

    @Test
    void freesAThreadThatBeganToWaitAfterTheEnd() throws Exception {
        Wire wire = connected(HOUR, HOUR);
        wire.close();
        wire.await();
        for (int tick = 0; tick < 10; tick++) {
            wire.check();
        }

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        wire.awaited();
        assertThat(wire.givenUp()).isTrue();
        assertThat(Thread.interrupted())
                .as("an interrupt of ours stays with us")
                .isFalse();
    }

    @Test
    void leavesTheInterruptsOfOthersAlone() throws Exception {
        Wire wire = connected(HOUR, HOUR);
        wire.await();
        Thread.currentThread().interrupt();
        wire.awaited();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(wire.givenUp()).isFalse();
    }

    private Wire connected(Duration loginLimit, Duration patience) throws IOException {
        Wire wire = new Wire(loginLimit, patience);
        wire.connect(server.getLocalSocketAddress(), 1000);
        droplet = server.accept();
        return wire;
    }
}
