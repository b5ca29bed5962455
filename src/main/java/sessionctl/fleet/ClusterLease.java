package sessionctl.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import sessionctl.apply.DropletLease;
import sessionctl.apply.LeaseResult;
import sessionctl.apply.RunResult;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;

/**
 * The leases on the droplets of one run. A run gets all of them or none, and renews them with a heartbeat every few
 * seconds.
 */
public final class ClusterLease implements AutoCloseable {
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(8);
    private static final long STALE_MILLIS = 20_000;

    private final Fleet fleet;
    private final DropletLease lease;
    private final LongSupplier clock;
    private final Duration interval;
    private final Map<Droplet, Long> held = new ConcurrentHashMap<>();
    private final Set<Droplet> lostDroplets = ConcurrentHashMap.newKeySet();
    private final Set<Droplet> pending = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.named("lock"));

    /** Creates leases that are not acquired yet. */
    public ClusterLease(Fleet fleet, DropletLease lease) {
        this(fleet, lease, HEARTBEAT_INTERVAL, System::currentTimeMillis);
    }

    /**
     * Creates leases that are not acquired yet.
     *
     * @param interval the time between two heartbeats
     * @param clock returns milliseconds of a clock that continues while this machine sleeps
     */
    ClusterLease(Fleet fleet, DropletLease lease, Duration interval, LongSupplier clock) {
        this.fleet = fleet;
        this.lease = lease;
        this.clock = clock;
        this.interval = interval;
        threads.execute(this::runHeartbeats);
    }

    /**
     * Acquires the leases of all these droplets or of none. Every run begins with the same droplet, so that one of two
     * concurrent runs succeeds.
     */
    public Map<Droplet, LeaseResult> acquire(List<Droplet> droplets) {
        List<Droplet> order = droplets.stream()
                .sorted(Comparator.comparing((Droplet d) -> d.publicIp().text()).thenComparing(Droplet::name))
                .toList();
        Map<Droplet, LeaseResult> results = acquireTogether(order.subList(0, 1));
        if (allTaken(results)) {
            results.putAll(acquireTogether(order.subList(1, order.size())));
        }
        if (!allTaken(results)) {
            release(Map.of());
        }
        return results;
    }

    private Map<Droplet, LeaseResult> acquireTogether(List<Droplet> droplets) {
        return fleet.onAll(droplets, this::acquire, (droplet, why) -> new LeaseResult.Refused(why));
    }

    /** Returns true if all leases were acquired. */
    public static boolean allTaken(Map<Droplet, LeaseResult> results) {
        return results.values().stream().allMatch(LeaseResult.Taken.class::isInstance);
    }

    private LeaseResult acquire(Droplet droplet) {
        long asked = clock.getAsLong();
        try {
            LeaseResult result = lease.acquire(fleet.shell(droplet), login(droplet));
            if (result instanceof LeaseResult.Taken) {
                held.put(droplet, asked);
                lostDroplets.remove(droplet);
            }
            return result;
        } catch (SshFailure e) {
            return new LeaseResult.Unreached(e);
        }
    }

    /**
     * Returns true if another run has taken the lease of this droplet over. It asks the droplet if the last successful
     * heartbeat is too old.
     */
    public boolean isLost(Droplet droplet) {
        long last = held.getOrDefault(droplet, Long.MAX_VALUE);
        if (clock.getAsLong() - last > STALE_MILLIS) {
            sendHeartbeat(droplet);
        }
        return lostDroplets.contains(droplet);
    }

    private void runHeartbeats() {
        try {
            while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                sendHeartbeats();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendHeartbeats() {
        for (Droplet droplet : held.keySet()) {
            // A droplet that runs a command answers only after the command has ended.
            if (pending.add(droplet)) {
                threads.execute(() -> {
                    try {
                        sendHeartbeat(droplet);
                    } finally {
                        pending.remove(droplet);
                    }
                });
            }
        }
    }

    private void sendHeartbeat(Droplet droplet) {
        long asked = clock.getAsLong();
        try {
            if (lease.refresh(fleet.shell(droplet), login(droplet))) {
                held.replace(droplet, asked);
            } else if (held.containsKey(droplet)) {
                lostDroplets.add(droplet);
            }
        } catch (SshFailure | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // The next change of this droplet reports the failure.
        }
    }

    /**
     * Releases all leases.
     *
     * @param results the results of the run on droplets where a change was tried
     * @return the droplets that could not log them
     */
    public List<Droplet> release(Map<Droplet, RunResult> results) {
        List<Droplet> all = new ArrayList<>(held.keySet());
        all.sort(Comparator.comparing(Droplet::name));
        Map<Droplet, Boolean> logged =
                fleet.onAll(all, d -> release(d, results.getOrDefault(d, RunResult.NOTHING)), (d, why) -> false);
        return all.stream().filter(d -> !logged.getOrDefault(d, true)).collect(Collectors.toList());
    }

    /**
     * Returns false if the droplet could not log the result. If it cannot be reached, the next run there logs this one
     * as lost.
     */
    private boolean release(Droplet droplet, RunResult result) {
        held.remove(droplet);
        for (int tries = 0; tries < 2; tries++) {
            try {
                return lease.release(fleet.shell(droplet), login(droplet), result);
            } catch (SshFailure e) {
                // The droplet may be reachable over a new connection, after a reboot for example. It then has no lease
                // of this run.
                fleet.closeShell(droplet);
            }
        }
        return true;
    }

    private static String login(Droplet droplet) {
        return droplet.ssh().user();
    }

    /** Stops the heartbeats. Leases that are still held expire. */
    @Override
    public void close() {
        closed.countDown();
        threads.shutdown();
    }
}
