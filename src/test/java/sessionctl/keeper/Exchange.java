package sessionctl.keeper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests to many droplets at once, on one thread. Whoever waits in {@link #poll} hears how each of them ended. */
final class Exchange implements AutoCloseable {
    /** Hears of the end of every request. */
    interface Listener {
        void answered(Visit visit, Reply reply);

        void failed(Visit visit, String reason);
    }

    /** Apache closes a connection that was idle for five seconds. */
    private static final long KEPT = Duration.ofSeconds(2).toNanos();

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

    /** Begins a request. */
    void send(Visit visit) {
        visit.droplet().began();
        Deque<Connection> idle = visit.droplet().idle();
        while (!idle.isEmpty() && System.nanoTime() - idle.peekLast().idleSince() > KEPT) {
            idle.removeLast().close();
        }
        Connection kept = visit.isAgain() ? null : idle.pollFirst();
        try {
            Connection connection = kept == null ? new Connection(selector, visit.droplet()) : kept;
            underWay.put(visit, connection);
            connection.send(visit, path, keepAlive);
        } catch (IOException e) {
            broken(visit, kept, reason(e));
        }
    }

    /** Waits no longer than this for something to happen, and hands on what did. */
    void poll(long millis) throws IOException {
        if (millis > 0) {
            selector.select(millis);
        } else {
            selector.selectNow();
        }
        for (var key : selector.selectedKeys()) {
            if (key.isValid()) {
                proceed((Connection) key.attachment());
            }
        }
        selector.selectedKeys().clear();
        giveUp();
    }

    private void proceed(Connection connection) {
        boolean open;
        try {
            open = connection.proceed(buffer);
        } catch (IOException e) {
            ended(connection, reason(e));
            return;
        }
        Visit visit = connection.visit();
        if (visit != null && connection.reply().isWhole(!open)) {
            underWay.remove(visit);
            visit.droplet().ended();
            retire(connection, open);
            listener.answered(visit, connection.reply());
        } else if (!open || visit == null) {
            ended(connection, connection.reply().isEmpty() ? "closed without an answer" : "closed amid its answer");
        }
    }

    private static void retire(Connection connection, boolean open) {
        connection.rest(System.nanoTime());
        if (open && connection.reply().isKept() && !connection.droplet().isOut()) {
            connection.droplet().idle().addFirst(connection);
        } else {
            connection.close();
        }
    }

    private void ended(Connection connection, String reason) {
        connection.close();
        Visit visit = connection.visit();
        if (visit == null) {
            connection.droplet().idle().remove(connection);
        } else {
            broken(visit, connection, reason);
        }
    }

    /** A kept connection may be closed just when it is used: a browser then asks again, and the user notices nothing. */
    private void broken(Visit visit, Connection connection, String reason) {
        underWay.remove(visit);
        visit.droplet().ended();
        if (connection != null) {
            connection.close();
        }
        if (connection != null && connection.isKept() && connection.reply().isEmpty() && !visit.isAgain()) {
            visit.sendAgain();
            send(visit);
        } else {
            listener.failed(visit, reason);
        }
    }

    private void giveUp() {
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
            one.getKey().droplet().ended();
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
