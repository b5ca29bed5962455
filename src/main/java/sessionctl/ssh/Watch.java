package sessionctl.ssh;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Two threads for any number of connections: one looks at deadlines and never blocks, the other asks for signs of life and
 * may be stuck on a frozen droplet until the first cuts it. Meanwhile the others are not asked, and so not judged.
 *
 * <p>sshj's own keep-alive takes a thread per connection, gets stuck behind a blocked write, and races with key exchange.
 */
final class Watch implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration STOPPED = TICK.multipliedBy(10);

    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor threads;
    private volatile boolean closed;
    private long lastTick = System.nanoTime();

    Watch(Duration keepAlive) {
        threads = new ScheduledThreadPoolExecutor(2, task -> {
            Thread thread = new Thread(task, "sessionctl-ssh-watch");
            thread.setDaemon(true);
            return thread;
        });
        var unusedTicks =
                threads.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        var unusedAsks = threads.scheduleWithFixedDelay(
                () -> wires.forEach(Wire::askForSignOfLife),
                keepAlive.toMillis(),
                keepAlive.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    void add(Wire wire) {
        wires.add(wire);
        if (closed) {
            wire.cut(Wire.End.CLOSED);
        }
    }

    void remove(Wire wire) {
        wires.remove(wire);
    }

    /** Cuts all, and ends its threads when nobody waits for any more. */
    @Override
    public void close() {
        closed = true;
        wires.forEach(wire -> wire.cut(Wire.End.CLOSED));
    }

    private void tick() {
        long now = System.nanoTime();
        // After we were stopped ourselves (a suspended laptop, Ctrl-Z), answers may be waiting to be read.
        boolean wasStopped = now - lastTick > STOPPED.toNanos();
        lastTick = now;
        if (!wasStopped) {
            wires.forEach(Wire::check);
        }
        if (closed && wires.stream().noneMatch(Wire::isAwaited)) {
            threads.shutdownNow();
        }
    }
}
