package sessionctl.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends requests to many droplets at once, on one thread. {@link #poll} calls the listener at the end of each request.
 */
final class Exchange implements AutoCloseable {
    /** Is called at the end of each request. */
    interface Listener {
        void answered(Visit visit, Reply reply);

        void failed(Visit visit, String reason);
    }

    /** The maximum idle time of a reused connection. Apache closes a connection that is idle for five seconds. */
    private static final long MAX_IDLE = Duration.ofSeconds(2).toNanos();

    private final Selector selector;
    private final String path;
    private final Duration timeout;
    private final boolean keepAlive;
    private final Listener listener;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    private final Map<Visit, Connection> underWay = new LinkedHashMap<>();

    Exchange(String path, Duration timeout, boolean keepAlive, Listener listener) throws IOException {
        this.selector = Selector.open();
        this.path = path;
        this.timeout = timeout;
        this.keepAlive = keepAlive;
        this.listener = listener;
    }

    int inFlight() {
        return underWay.size();
    }

    /** Ends the {@link #poll} that another thread is in. */
    void wakeUp() {
        selector.wakeup();
    }

    /** Starts a request. */
    void send(Visit visit) {
        visit.droplet().requestBegan();
        Deque<Connection> idle = visit.droplet().idle();
        while (!idle.isEmpty() && System.nanoTime() - idle.peekLast().idleSince() > MAX_IDLE) {
            idle.removeLast().close();
        }
        Connection kept = visit.isRetry() ? null : idle.pollFirst();
        try {
            Connection connection = kept == null ? new Connection(selector, visit.droplet()) : kept;
            underWay.put(visit, connection);
            connection.send(visit, path + visit.query(), keepAlive);
        } catch (IOException e) {
            retryOrFail(visit, kept, reason(e));
        }
    }

    /** Waits at most this many milliseconds for events, and calls the listener for requests that ended. */
    void poll(long millis) throws IOException {
        if (millis > 0) {
            selector.select(millis);
        } else {
            selector.selectNow();
        }
        for (var key : selector.selectedKeys()) {
            if (key.isValid()) {
                advance((Connection) key.attachment());
            }
        }
        selector.selectedKeys().clear();
        failLateRequests();
    }

    private void advance(Connection connection) {
        boolean open;
        try {
            open = connection.advance(buffer);
        } catch (IOException e) {
            connectionEnded(connection, reason(e));
            return;
        }
        Visit visit = connection.visit();
        if (visit != null && connection.reply().isComplete(!open)) {
            underWay.remove(visit);
            visit.droplet().requestEnded();
            release(connection, open);
            listener.answered(visit, connection.reply());
        } else if (!open || visit == null) {
            connectionEnded(
                    connection, connection.reply().isEmpty() ? "closed without an answer" : "closed during its answer");
        }
    }

    private static void release(Connection connection, boolean open) {
        connection.finish(System.nanoTime());
        if (open && connection.reply().isReusable() && !connection.droplet().isOut()) {
            connection.droplet().idle().addFirst(connection);
        } else {
            connection.close();
        }
    }

    private void connectionEnded(Connection connection, String reason) {
        connection.close();
        Visit visit = connection.visit();
        if (visit == null) {
            connection.droplet().idle().remove(connection);
        } else {
            retryOrFail(visit, connection, reason);
        }
    }

    /**
     * Retries a request once if a reused connection was closed before an answer, as a browser does unnoticed by its
     * user. Otherwise, it fails the request.
     */
    private void retryOrFail(Visit visit, Connection connection, String reason) {
        underWay.remove(visit);
        visit.droplet().requestEnded();
        if (connection != null) {
            connection.close();
        }
        if (connection != null && connection.isReused() && connection.reply().isEmpty() && !visit.isRetry()) {
            visit.markAsRetry();
            send(visit);
        } else {
            listener.failed(visit, reason);
        }
    }

    private void failLateRequests() {
        long now = System.nanoTime();
        List<Map.Entry<Visit, Connection>> late = new ArrayList<>();
        for (Map.Entry<Visit, Connection> one : underWay.entrySet()) {
            if (now - one.getKey().began() >= timeout.toNanos()) {
                late.add(Map.entry(one.getKey(), one.getValue()));
            }
        }
        for (Map.Entry<Visit, Connection> one : late) {
            one.getValue().close();
            underWay.remove(one.getKey());
            one.getKey().droplet().requestEnded();
            listener.failed(one.getKey(), "no answer within " + timeout.toMillis() + " ms");
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
