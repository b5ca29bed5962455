package sessionctl.verify;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Closes a connection when a request has taken too long altogether; the limit of a single read starts again with each byte. */
final class Deadline implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private final Socket socket;
    private final Future<?> end;
    private volatile boolean passed;

    /** A deadline that runs from now on. */
    Deadline(Socket socket, int millis) {
        this.socket = socket;
        this.end = CLOCK.schedule(this::pass, millis, TimeUnit.MILLISECONDS);
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "deadlines of requests");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    private void pass() {
        passed = true;
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same: whoever reads from it is told so.
        }
    }

    /** Whether it closed the connection. */
    boolean passed() {
        return passed;
    }

    @Override
    public void close() {
        end.cancel(false);
    }
}
