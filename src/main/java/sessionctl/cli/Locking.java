package sessionctl.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sessionctl.apply.DropletLock;
import sessionctl.apply.Ending;
import sessionctl.apply.Grip;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.fleet.OperatorLock;
import sessionctl.inventory.Droplet;
import sessionctl.report.Entry;
import sessionctl.report.Holders;
import sessionctl.report.Status;
import sessionctl.state.RunStamp;

/** Holds the droplets of one run against other runs, says who is in the way, and has the droplets log what came of it. */
final class Locking implements AutoCloseable {
    private static final long PAUSE_MILLIS = 1000;

    private final String command;
    private final Fleet fleet;
    private final Voice voice;
    private final Duration patience;
    private final Map<Droplet, Ending> endings = new LinkedHashMap<>();
    private @Nullable OperatorLock lock;

    /**
     * A run that holds nothing yet.
     *
     * @param command as the others are to read it
     * @param patience how long another run is waited for
     */
    Locking(String command, Fleet fleet, Voice voice, Duration patience) {
        this.command = command;
        this.fleet = fleet;
        this.voice = voice;
        this.patience = patience;
    }

    Fleet fleet() {
        return fleet;
    }

    Voice voice() {
        return voice;
    }

    /**
     * Takes all these droplets or none.
     *
     * <p>What was seen of them before may be another run's half-done work: look again.
     *
     * @throws CliFailure when they are not to be had
     */
    void take(List<Droplet> droplets) {
        OperatorLock taking = new OperatorLock(fleet, new DropletLock(Operator.claim(command)));
        lock = taking;
        long end = System.nanoTime() + patience.toNanos();
        boolean waited = false;
        Map<Droplet, Look<Grip>> grips = taking.take(droplets);
        while (!OperatorLock.taken(grips)) {
            String holders = holders(grips);
            if (System.nanoTime() >= end) {
                throw new CliFailure(
                        ExitCode.HELD,
                        holders + "; nothing was changed, wait for it, or run again with --lock-timeout 60");
            }
            if (!waited) {
                voice.remark("Waiting for " + patience.toSeconds() + " s at most: " + holders + ".");
            }
            waited = true;
            pause();
            grips = taking.take(droplets);
        }
        tellTakenOver(grips);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the run was interrupted from within", e);
        }
    }

    /** Who is in the way; any other trouble ends the run. */
    private static String holders(Map<Droplet, Look<Grip>> grips) {
        Map<Droplet, RunStamp> holders = new LinkedHashMap<>();
        grips.forEach((droplet, look) -> {
            if (look instanceof Look.Unreached<Grip> unreached) {
                throw new CliFailure(ExitCode.UNREACHED, unreached.failure().sentence());
            }
            Grip grip = look instanceof Look.Seen<Grip> seen
                    ? seen.actual()
                    : new Grip.Refused(((Look.Unreadable<Grip>) look).why());
            if (grip instanceof Grip.Refused refused) {
                throw new CliFailure(ExitCode.FAILED, droplet.name() + ": " + refused.why());
            }
            if (grip instanceof Grip.Held held) {
                holders.put(droplet, held.by());
            }
        });
        return Holders.held(holders);
    }

    private void tellTakenOver(Map<Droplet, Look<Grip>> grips) {
        Map<Droplet, RunStamp> former = new LinkedHashMap<>();
        grips.forEach((droplet, look) -> {
            if (look instanceof Look.Seen<Grip> seen
                    && seen.actual() instanceof Grip.Taken taken
                    && taken.former() != null) {
                former.put(droplet, taken.former());
            }
        });
        if (!former.isEmpty()) {
            Holders.takenOver(former).lines().forEach(voice::remark);
        }
    }

    /** Whether another run has taken a droplet over. */
    boolean lost(Droplet droplet) {
        return lock != null && lock.lost(droplet);
    }

    /** These changes begin; until more is known, they failed. */
    void begun(List<Entry> entries) {
        entries.stream()
                .filter(e -> !e.changes().isEmpty())
                .forEach(e -> endings.put(e.droplet(), new Ending(Status.FAILED.toString(), 0)));
    }

    /** What came of them. */
    void ended(List<Entry> entries, boolean interrupted) {
        for (Entry entry : entries) {
            String outcome = entry.status() == Status.NOT_REACHED && interrupted
                    ? "interrupted"
                    : entry.status().toString();
            endings.replace(entry.droplet(), new Ending(outcome.toLowerCase(Locale.ROOT), entry.done()));
        }
    }

    /** What came of something that is no change. */
    void ended(List<Droplet> droplets, String outcome) {
        droplets.forEach(d -> endings.put(d, new Ending(outcome, 0)));
    }

    /** Lets go of everything. */
    @Override
    public void close() {
        if (lock == null) {
            return;
        }
        for (Droplet droplet : lock.release(endings)) {
            voice.remark(droplet.name()
                    + ": this run is not in its log: /var/log/sessionctl.log cannot be written, or is not"
                    + " a file of root's alone; see there: ls -l /var/log/sessionctl.log; df -h /var/log");
        }
        lock.close();
    }
}
