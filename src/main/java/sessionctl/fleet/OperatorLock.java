package sessionctl.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import sessionctl.apply.DropletLock;
import sessionctl.apply.Ending;
import sessionctl.apply.Grip;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;

/** The droplets of one run, held against other runs: all of them or none, with a sign of life every few seconds. */
public final class OperatorLock implements AutoCloseable {
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(8);
    private static final long LONG_AGO_MILLIS = 20_000;

    private final Fleet fleet;
    private final DropletLock lock;
    private final LongSupplier clock;
    private final Duration pause;
    private final Map<Droplet, Long> held = new ConcurrentHashMap<>();
    private final Set<Droplet> lost = ConcurrentHashMap.newKeySet();
    private final Set<Droplet> asking = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool(OperatorLock::daemon);

    /** A lock that holds nothing yet. */
    public OperatorLock(Fleet fleet, DropletLock lock) {
        this(fleet, lock, SIGN_OF_LIFE, System::currentTimeMillis);
    }

    /**
     * A lock that holds nothing yet.
     *
     * @param pause between two signs of life
     * @param clock milliseconds of a clock that goes on while this machine sleeps
     */
    OperatorLock(Fleet fleet, DropletLock lock, Duration pause, LongSupplier clock) {
        this.fleet = fleet;
        this.lock = lock;
        this.clock = clock;
        this.pause = pause;
        threads.execute(this::beat);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "lock");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Takes all these droplets or none. Every run begins with the same one, so that of two that begin at once one gets
     * through.
     */
    public Map<Droplet, Look<Grip>> take(List<Droplet> droplets) {
        List<Droplet> order = droplets.stream()
                .sorted(Comparator.comparing((Droplet d) -> d.publicIp().text()).thenComparing(Droplet::name))
                .toList();
        Map<Droplet, Look<Grip>> grips =
                new LinkedHashMap<>(fleet.onAll(order.subList(0, 1), this::take, OperatorLock::fault));
        if (taken(grips)) {
            grips.putAll(fleet.onAll(order.subList(1, order.size()), this::take, OperatorLock::fault));
        }
        if (!taken(grips)) {
            release(Map.of());
        }
        return grips;
    }

    private static Look<Grip> fault(Droplet droplet, String why) {
        return new Look.Unreadable<>(why);
    }

    /** Whether none of them is in the way. */
    public static boolean taken(Map<Droplet, Look<Grip>> grips) {
        return grips.values().stream()
                .allMatch(look -> look instanceof Look.Seen<Grip> seen && seen.actual() instanceof Grip.Taken);
    }

    private Look<Grip> take(Droplet droplet) {
        long asked = clock.getAsLong();
        try {
            Grip grip = lock.take(fleet.shell(droplet), login(droplet));
            if (grip instanceof Grip.Taken) {
                held.put(droplet, asked);
                lost.remove(droplet);
            }
            return new Look.Seen<>(grip);
        } catch (SshFailure e) {
            return new Look.Unreached<>(e);
        }
    }

    /** Whether another run has taken this droplet over. Asks the droplet where no sign of life came through lately. */
    public boolean lost(Droplet droplet) {
        long last = held.getOrDefault(droplet, Long.MAX_VALUE);
        if (clock.getAsLong() - last > LONG_AGO_MILLIS) {
            signOfLife(droplet);
        }
        return lost.contains(droplet);
    }

    private void beat() {
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                signsOfLife();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void signsOfLife() {
        for (Droplet droplet : held.keySet()) {
            // A droplet at work answers only when it is done.
            if (asking.add(droplet)) {
                threads.execute(() -> {
                    try {
                        signOfLife(droplet);
                    } finally {
                        asking.remove(droplet);
                    }
                });
            }
        }
    }

    private void signOfLife(Droplet droplet) {
        long asked = clock.getAsLong();
        try {
            if (lock.refresh(fleet.shell(droplet), login(droplet))) {
                held.replace(droplet, asked);
            } else if (held.containsKey(droplet)) {
                lost.add(droplet);
            }
        } catch (SshFailure | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // Whoever changes something there next is told.
        }
    }

    /**
     * Lets go of everything.
     *
     * @param endings what became of the run, where something was tried
     * @return the droplets that could not log it
     */
    public List<Droplet> release(Map<Droplet, Ending> endings) {
        List<Droplet> all = new ArrayList<>(held.keySet());
        all.sort(Comparator.comparing(Droplet::name));
        Map<Droplet, Optional<Boolean>> logged = fleet.onAll(
                all, d -> release(d, endings.getOrDefault(d, Ending.NOTHING)), (d, why) -> Optional.of(false));
        return logged.entrySet().stream()
                .filter(e -> e.getValue().isPresent() && !e.getValue().get())
                .map(Map.Entry::getKey)
                .collect(Collectors.toList());
    }

    /** Nothing for a droplet that cannot be told: the next run there logs that this one was lost. */
    private Optional<Boolean> release(Droplet droplet, Ending ending) {
        held.remove(droplet);
        try {
            return Optional.of(lock.release(fleet.shell(droplet), login(droplet), ending));
        } catch (SshFailure e) {
            // It may be there again, after a reboot for instance, with nobody who remembers this run.
            fleet.forget(droplet);
        }
        try {
            return Optional.of(lock.release(fleet.shell(droplet), login(droplet), ending));
        } catch (SshFailure e) {
            return Optional.empty();
        }
    }

    private static String login(Droplet droplet) {
        return droplet.ssh().user();
    }

    /** Gives no more signs of life. */
    @Override
    public void close() {
        closed.countDown();
        threads.shutdown();
    }
}
