package sessionctl.ssh.net;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A monitor of any number of connections, with two threads. One checks deadlines and never blocks. The other sends
 * keep-alive requests; it may block on a frozen droplet until the first thread cuts that connection. Until then the
 * other connections get no requests, and so are not cut for a missing answer.
 *
 * <p>sshj's own keep-alive needs a thread per connection, blocks behind a blocked write, and races with the key
 * exchange.
 */
public final class ConnectionMonitor implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration STOPPED = TICK.multipliedBy(10);

    private final Set<DeadlineSocket> wires = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor threads;
    private volatile boolean closed;
    private long lastTick = System.nanoTime();

    /**
     * Starts the two threads.
     *
     * @param keepAlive the interval of keep-alive requests
     */
    public ConnectionMonitor(Duration keepAlive) {
        threads = new ScheduledThreadPoolExecutor(2, task -> {
            Thread thread = new Thread(task, "sessionctl-ssh-watch");
            thread.setDaemon(true);
            return thread;
        });
        var unusedTicks =
                threads.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        var unusedAsks = threads.scheduleWithFixedDelay(
                () -> wires.forEach(DeadlineSocket::sendKeepAlive),
                keepAlive.toMillis(),
                keepAlive.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Watches a socket from now on; cuts it at once if this monitor is closed. */
    public void add(DeadlineSocket socket) {
        wires.add(socket);
        if (closed) {
            socket.cut(DeadlineSocket.End.CLOSED);
        }
    }

    public void remove(DeadlineSocket socket) {
        wires.remove(socket);
    }

    /** Cuts all connections. The threads end when no thread waits for a connection any more. */
    @Override
    public void close() {
        closed = true;
        wires.forEach(socket -> socket.cut(DeadlineSocket.End.CLOSED));
    }

    private void tick() {
        long now = System.nanoTime();
        // After this process was stopped (a suspended laptop, Ctrl-Z), answers may still be waiting to be read: skip
        // one check.
        boolean wasStopped = now - lastTick > STOPPED.toNanos();
        lastTick = now;
        if (!wasStopped) {
            wires.forEach(DeadlineSocket::check);
        }
        if (closed && wires.stream().noneMatch(DeadlineSocket::isAwaited)) {
            threads.shutdownNow();
        }
    }
}
