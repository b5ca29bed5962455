package sessionctl.fleet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import sessionctl.apply.Applied;
import sessionctl.apply.Applier;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.Plan;
import sessionctl.plan.Stage;
import sessionctl.plan.Waves;
import sessionctl.ssh.SshFailure;
import sessionctl.state.Actual;
import sessionctl.state.Unfit;

/**
 * Carries a plan out, stage by stage: all droplets finish one before any begins the next, and a failure stops the run
 * there.
 */
public final class Rollout {
    static final String TAKEN_OVER = "it did not hear from this run for 30 s, and another run has taken it over;"
            + " nothing more was changed here, see {sessionctl status --history}, then run again";

    /** Plans one droplet anew, while the others are still to be changed. */
    @FunctionalInterface
    public interface Planner {
        /** What the droplet needs, given what it is now. */
        DropletPlan plan(Droplet droplet, Actual actual) throws Unfit;

        /** What it needs when all others are as they should be. */
        default DropletPlan last(Droplet droplet, Actual actual) throws Unfit {
            return plan(droplet, actual);
        }
    }

    private final Fleet fleet;
    private final Planner planner;
    private final Predicate<Droplet> lost;
    private final Map<Droplet, Track> tracks = new LinkedHashMap<>();
    private volatile boolean stopped;

    /**
     * A rollout of one plan.
     *
     * @param lost whether a droplet is another run's meanwhile; asked before each change
     */
    public Rollout(Fleet fleet, Plan plan, Planner planner, Predicate<Droplet> lost) {
        this.fleet = fleet;
        this.planner = planner;
        this.lost = lost;
        plan.droplets().forEach(p -> tracks.put(p.droplet(), new Track(p)));
    }

    /** Begins nothing more; what is under way is finished. Safe from any thread. */
    public void stop() {
        stopped = true;
    }

    /** Whether it was told to stop. */
    public boolean stopped() {
        return stopped;
    }

    /** Runs to the end, or to the stage in which something failed. */
    public void run() {
        for (Stage stage : Stage.values()) {
            if (mayGoOn()) {
                List<Droplet> changed = run(stage);
                if (stage == Stage.PACKAGES && mayGoOn()) {
                    lookAgain(changed, true);
                }
            }
        }
        if (mayGoOn()) {
            List<Droplet> changed = tracks.values().stream()
                    .filter(Track::changed)
                    .map(Track::droplet)
                    .toList();
            lookAgain(changed, false);
        }
    }

    private boolean mayGoOn() {
        return !stopped && tracks.values().stream().noneMatch(Track::failed);
    }

    /** The outcomes so far, one a droplet, in the plan's order; also while the rollout runs. */
    public List<Outcome> outcomes() {
        return tracks.values().stream().map(Track::outcome).toList();
    }

    /** What is being carried out at the moment. */
    public List<String> underWay() {
        return tracks.values().stream().flatMap(t -> t.underWay().stream()).toList();
    }

    private List<Droplet> run(Stage stage) {
        Map<Droplet, List<Change>> concerned = new LinkedHashMap<>();
        tracks.forEach((droplet, track) -> {
            if (!track.left(stage).isEmpty()) {
                concerned.put(droplet, track.left(stage));
            }
        });
        for (Waves.Wave<Droplet> wave : Waves.of(concerned)) {
            // A failure keeps nobody from finishing the stage but those for whom the others must answer.
            if (wave.relies() ? mayGoOn() : !stopped) {
                fleet.onAll(wave.droplets(), droplet -> carryOut(droplet, stage), (droplet, why) -> {
                    track(droplet).lost(why);
                    return false;
                });
            }
        }
        return List.copyOf(concerned.keySet());
    }

    private boolean carryOut(Droplet droplet, Stage stage) {
        Track track = track(droplet);
        for (Change change : track.left(stage)) {
            if (stopped) {
                return false;
            }
            track.begin(change);
            fleet.progress().begin(droplet, change.describe());
            Applied applied = apply(droplet, change);
            track.end(applied);
            fleet.progress().end(droplet, applied instanceof Applied.Done ? change.describe() : "failed");
            if (applied instanceof Applied.Failed) {
                return false;
            }
        }
        return true;
    }

    private Applied apply(Droplet droplet, Change change) {
        try {
            return lost.test(droplet)
                    ? new Applied.Failed(change, TAKEN_OVER, "")
                    : Applier.apply(fleet.shell(droplet), change);
        } catch (SshFailure e) {
            return new Applied.Failed(change, e.sentence(), "");
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return new Applied.Failed(change, OwnFault.of(e), "");
        }
    }

    /** Plans from what the droplets are now; at the end nothing may be left. */
    private void lookAgain(List<Droplet> droplets, boolean planAnew) {
        fleet.look(droplets).forEach((droplet, look) -> {
            Track track = track(droplet);
            if (look instanceof Look.Seen<Actual> seen) {
                settle(track, seen.actual(), planAnew);
            } else if (look instanceof Look.Unreached<Actual> unreached) {
                track.lost(unreached.failure().sentence());
            } else if (look instanceof Look.Unreadable<Actual> unreadable) {
                track.lost(unreadable.why());
            }
        });
    }

    private void settle(Track track, Actual actual, boolean planAnew) {
        try {
            DropletPlan plan = planAnew ? planner.plan(track.droplet(), actual) : planner.last(track.droplet(), actual);
            if (planAnew) {
                track.replan(plan);
            } else if (!plan.isEmpty()) {
                track.notSettled(plan.changes().get(0));
            }
        } catch (Unfit e) {
            track.lost(e.sentence());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            track.lost(OwnFault.of(e));
        }
    }

    private Track track(Droplet droplet) {
        Track track = tracks.get(droplet);
        if (track == null) {
            throw new IllegalArgumentException(droplet + " is not in this plan");
        }
        return track;
    }
}
