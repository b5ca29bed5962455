package sessionctl.verify.http;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import sessionctl.fleet.DaemonThreads;

/**
 * Closes a connection when the complete request takes too long. A socket's read timeout does not suffice, because it
 * restarts with each byte.
 */
final class RequestDeadline implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private final Socket socket;
    private final Future<?> end;
    private volatile boolean passed;

    /** A deadline that starts now. */
    RequestDeadline(Socket socket, int millis) {
        this.socket = socket;
        this.end = CLOCK.schedule(this::pass, millis, TimeUnit.MILLISECONDS);
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock =
                new ScheduledThreadPoolExecutor(1, DaemonThreads.named("deadlines of requests"));
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    private void pass() {
        passed = true;
        try {
            socket.close();
        } catch (IOException e) {
            // The socket is closed despite the error, so a read from it fails.
        }
    }

    /** Returns true if the deadline closed the connection. */
    boolean passed() {
        return passed;
    }

    @Override
    public void close() {
        end.cancel(false);
    }
}
