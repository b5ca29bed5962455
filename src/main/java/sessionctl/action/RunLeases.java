package sessionctl.action;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import sessionctl.apply.DropletLease;
import sessionctl.apply.LeaseResult;
import sessionctl.apply.RunResult;
import sessionctl.fleet.ClusterLease;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.text.LeaseMessages;
import sessionctl.state.RunInfo;

/**
 * The leases of one run on its droplets. It names the owner if another run holds a lease, and makes each droplet log
 * the run's result.
 */
public final class RunLeases implements AutoCloseable {
    private static final long PAUSE_MILLIS = 1000;

    private final String command;
    private final Fleet fleet;
    private final Console console;
    private final Duration timeout;
    private final Map<Droplet, RunResult> results = new LinkedHashMap<>();
    private @Nullable ClusterLease clusterLease;
    private Runnable firstStep = () -> {};

    /**
     * Creates the leases of a run; {@link #acquire} acquires them.
     *
     * @param command the command as other runs and the history show it
     * @param timeout how long to wait for another run; zero to fail at once
     */
    public RunLeases(String command, Fleet fleet, Console console, Duration timeout) {
        this.command = command;
        this.fleet = fleet;
        this.console = console;
        this.timeout = timeout;
    }

    /**
     * Makes a task the first step of the run: it runs when all leases are held and the plan is settled, before the
     * first change of a droplet. If it throws, nothing is changed.
     */
    public void beginWith(Runnable task) {
        firstStep = task;
    }

    Fleet fleet() {
        return fleet;
    }

    Console console() {
        return console;
    }

    /**
     * Takes the leases of all these droplets, or none.
     *
     * <p>The caller must gather facts again: the earlier ones may show another run's half-done work.
     *
     * @throws ActionFailure with {@link ExitCode#HELD} if another run still holds a lease after the wait, with
     *     {@link ExitCode#UNREACHED} if a droplet cannot be reached, else with {@link ExitCode#FAILED}
     */
    void acquire(List<Droplet> droplets) {
        ClusterLease acquiring = new ClusterLease(fleet, new DropletLease(RunIdentity.newOwner(command)));
        clusterLease = acquiring;
        long end = System.nanoTime() + timeout.toNanos();
        List<Droplet> waiting = List.of();
        Map<Droplet, LeaseResult> results = acquiring.acquire(droplets);
        while (!ClusterLease.allTaken(results)) {
            String holders = holders(results);
            if (System.nanoTime() >= end) {
                show(waiting, (progress, droplet) -> progress.fail(droplet, "still held by another run"));
                throw new ActionFailure(
                        ExitCode.HELD,
                        holders + "; nothing was changed, wait for it, or run again with --lock-timeout 60");
            }
            if (waiting.isEmpty()) {
                console.note("Waiting up to " + timeout.toSeconds() + " s: " + holders + ".");
                waiting = held(results);
                show(waiting, (progress, droplet) -> progress.begin(droplet, "waiting for another run"));
            }
            pause();
            results = acquiring.acquire(droplets);
        }
        show(waiting, (progress, droplet) -> progress.end(droplet, "no longer held by another run"));
        printTakenOver(results);
    }

    private static List<Droplet> held(Map<Droplet, LeaseResult> results) {
        return results.entrySet().stream()
                .filter(e -> e.getValue() instanceof LeaseResult.Held)
                .map(Map.Entry::getKey)
                .toList();
    }

    private void show(List<Droplet> droplets, BiConsumer<Progress, Droplet> report) {
        droplets.forEach(droplet -> report.accept(fleet.progress(), droplet));
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted from within", e);
        }
    }

    /**
     * Describes the runs that hold leases, in one line.
     *
     * @throws ActionFailure if a lease could not be taken for any other reason
     */
    private static String holders(Map<Droplet, LeaseResult> results) {
        Map<Droplet, RunInfo> holders = new LinkedHashMap<>();
        results.forEach((droplet, lease) -> {
            if (lease instanceof LeaseResult.Unreached unreached) {
                throw new ActionFailure(ExitCode.UNREACHED, unreached.failure().sentence());
            }
            if (lease instanceof LeaseResult.Refused refused) {
                throw new ActionFailure(ExitCode.FAILED, droplet.name() + ": " + refused.why());
            }
            if (lease instanceof LeaseResult.Held held) {
                holders.put(droplet, held.by());
            }
        });
        return LeaseMessages.describeHeld(holders);
    }

    private void printTakenOver(Map<Droplet, LeaseResult> results) {
        Map<Droplet, RunInfo> former = new LinkedHashMap<>();
        results.forEach((droplet, lease) -> {
            if (lease instanceof LeaseResult.Taken taken && taken.former() != null) {
                former.put(droplet, taken.former());
            }
        });
        if (!former.isEmpty()) {
            LeaseMessages.describeTakenOver(former).lines().forEach(console::note);
        }
    }

    /** Returns whether another run has taken over this run's lease on a droplet. */
    boolean isLost(Droplet droplet) {
        return clusterLease != null && clusterLease.isLost(droplet);
    }

    /** Records that these changes begin. Until their result is known, the droplets' logs will show them as failed. */
    void recordStart(List<DropletReport> entries) {
        firstStep.run();
        entries.stream()
                .filter(e -> !e.changes().isEmpty())
                .forEach(e -> results.put(e.droplet(), new RunResult(DropletStatus.FAILED.toString(), 0)));
    }

    /**
     * Records the results of changes that {@link #recordStart} has recorded; ignores other droplets.
     *
     * @param interrupted whether the run was interrupted, so that changes not reached count as interrupted
     */
    void recordResults(List<DropletReport> entries, boolean interrupted) {
        for (DropletReport entry : entries) {
            String outcome = entry.status() == DropletStatus.NOT_REACHED && interrupted
                    ? "interrupted"
                    : entry.status().toString();
            results.replace(entry.droplet(), new RunResult(outcome.toLowerCase(Locale.ROOT), entry.done()));
        }
    }

    /** Records the result of a run that has no plan, such as a drill, with 0 changes. */
    void recordResults(List<Droplet> droplets, String outcome) {
        droplets.forEach(d -> results.put(d, new RunResult(outcome, 0)));
    }

    /**
     * Releases all leases and makes each droplet log its result; prints a remark for each log that cannot be written.
     */
    @Override
    public void close() {
        if (clusterLease == null) {
            return;
        }
        for (Droplet droplet : clusterLease.release(results)) {
            console.note(droplet.name()
                    + ": this run is missing from its log: /var/log/sessionctl.log cannot be written, or other users"
                    + " can change it; check there: ls -l /var/log/sessionctl.log; df -h /var/log");
        }
        clusterLease.close();
    }
}
