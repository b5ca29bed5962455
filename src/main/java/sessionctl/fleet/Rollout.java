package sessionctl.fleet;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.apply.Applier;
import sessionctl.apply.ChangeResult;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.Plan;
import sessionctl.plan.Stage;
import sessionctl.plan.Waves;
import sessionctl.ports.PortProbe;
import sessionctl.ssh.SshFailure;
import sessionctl.state.DropletFacts;
import sessionctl.state.UnsupportedDropletException;

/**
 * Applies a plan stage by stage. All droplets finish a stage before any begins the next. After a failure, the run stops
 * at the end of the stage.
 */
public final class Rollout {
    static final String TAKEN_OVER = "it got no heartbeat from this run for 30 s, and another run has taken it over;"
            + " nothing more was changed here, see {sessionctl status --history}, then run again";

    private static final String UNSETTLED =
            "it is still needed after the run; check whether another program on the droplet undoes it";

    private static final String INSPECTION = "inspect it again";

    /** Plans one droplet again, while others may still need changes. */
    @FunctionalInterface
    public interface PlanSource {
        /** Returns the plan of a droplet from its current facts. */
        DropletPlan plan(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException;

        /** Returns the plan of a droplet after the run, when all other droplets have their desired state. */
        default DropletPlan finalPlan(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
            return plan(droplet, facts);
        }
    }

    private final Fleet fleet;
    private final PlanSource planner;
    private final Predicate<Droplet> isLost;
    private final RuleSafety safety;
    private final Map<Droplet, RolloutProgress> rolloutByDroplet = new LinkedHashMap<>();
    private volatile boolean stopped;

    /** The change of the rules that is under way. */
    private volatile @Nullable FirewallRollout rules;

    private boolean rolledBack;

    /** The number of stages that have begun. */
    private int begun;

    /**
     * How changes of the rules are secured.
     *
     * @param confirmSeconds the time after which a droplet restores its old rules if the run has not confirmed the new
     *     ones
     * @param port memcached's port, on which every connection between droplets that worked must work with the new
     *     rules; empty when rules are removed, because then only the droplets' own rules decide
     */
    public record RuleSafety(int confirmSeconds, OptionalInt port) {
        /** Returns the default for a port. */
        public static RuleSafety of(int port) {
            return new RuleSafety(30, OptionalInt.of(port));
        }
    }

    /**
     * Creates the rollout of one plan.
     *
     * @param isLost returns true if another run has taken the lease of a droplet over; called before each change
     */
    public Rollout(Fleet fleet, Plan plan, PlanSource planner, RuleSafety safety, Predicate<Droplet> isLost) {
        this.safety = safety;
        this.fleet = fleet;
        this.planner = planner;
        this.isLost = isLost;
        plan.droplets().forEach(p -> rolloutByDroplet.put(p.droplet(), new RolloutProgress(p)));
    }

    /**
     * Begins no further change. Running changes are finished, but a change of the rules that is not confirmed is rolled
     * back. Thread-safe.
     */
    public void stop() {
        stopped = true;
        FirewallRollout changing = rules;
        if (changing != null) {
            changing.revert();
        }
    }

    /** Returns true while a change of the rules may still be rolled back. Thread-safe. */
    public boolean isChangingRules() {
        FirewallRollout changing = rules;
        return changing != null && !changing.isConfirmed();
    }

    /** Returns true if a change of the rules was rolled back. */
    public boolean isRolledBack() {
        return rolledBack;
    }

    /** Returns true if {@link #stop} was called. */
    public boolean stopped() {
        return stopped;
    }

    /**
     * Runs all stages, or stops after the stage in which a change failed. Droplets are inspected again after the
     * installation of packages and at the end.
     */
    public void run() {
        for (Stage stage : Stage.values()) {
            if (mayContinue() && stage != Stage.NARROW_FIREWALL) {
                begin(stage);
            }
        }
        if (mayContinue()) {
            narrowRules();
        }
    }

    private void begin(Stage stage) {
        announce(stage);
        if (stage == Stage.FIREWALL) {
            changeRules(planned(stage), planned(stage));
            return;
        }
        if (stage == Stage.WEB) {
            testServers();
            if (!mayContinue()) {
                return;
            }
        }
        List<Droplet> changed = run(stage);
        if (stage == Stage.PACKAGES && mayContinue()) {
            inspectAgain(changed, this::replan);
        }
    }

    /**
     * Tests that each droplet whose PHP gets a further server reaches all: its pages would wait for one that does not
     * answer. A server that is closed until it is filled refuses, which is an answer.
     */
    private void testServers() {
        List<Droplet> members = rolloutByDroplet.keySet().stream()
                .filter(droplet -> !droplet.leaving())
                .toList();
        Set<String> changed = members.stream()
                .filter(droplet -> progressOf(droplet).remaining(Stage.WEB).stream()
                        .anyMatch(change -> change instanceof Configure configure && configure.addsServers()))
                .map(Droplet::name)
                .collect(Collectors.toSet());
        if (changed.isEmpty() || safety.port().isEmpty()) {
            return;
        }
        int port = safety.port().getAsInt();
        Predicate<PortProbe> isLost = probe -> probe.isDropped() && changed.contains(probe.from());
        List<PortProbe> probes = fleet.testPortsBetween(members, port);
        for (PortProbe probe : fleet.explain(probes, members, port, isLost)) {
            if (isLost.test(probe)) {
                members.stream()
                        .filter(droplet -> droplet.name().equals(probe.from()))
                        .forEach(droplet -> progressOf(droplet)
                                .fail("reach memcached on " + probe.to().name(), probe.reason() + "; then run again"));
            }
        }
    }

    /** Reports that a stage begins, unless there is nothing to change in it. */
    private void announce(Stage stage) {
        if (isNeeded(stage)) {
            begun++;
            int later = (int) Arrays.stream(Stage.values())
                    .filter(s -> s.compareTo(stage) > 0 && isNeeded(s))
                    .count();
            fleet.progress().stage(begun, begun + later, stage.toString());
        }
    }

    private boolean isNeeded(Stage stage) {
        return rolloutByDroplet.values().stream()
                .anyMatch(progress -> !progress.remaining(stage).isEmpty());
    }

    /** Returns the changes of the rules in a stage. */
    private Map<Droplet, FirewallChange> planned(Stage stage) {
        Map<Droplet, FirewallChange> changes = new LinkedHashMap<>();
        rolloutByDroplet.forEach((droplet, progress) ->
                progress.remaining(stage).forEach(change -> changes.put(droplet, (FirewallChange) change)));
        return changes;
    }

    /**
     * Changes the rules of all these droplets, or of none.
     *
     * @param planned the changes as the plan shows them
     */
    private void changeRules(Map<Droplet, FirewallChange> planned, Map<Droplet, FirewallChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        String id = Long.toHexString(System.currentTimeMillis()) + "-"
                + ProcessHandle.current().pid();
        FirewallRollout changing =
                new FirewallRollout(fleet, new ConfirmOrRevert(id, safety.confirmSeconds()), changes, isLost);
        rules = changing;
        if (!stopped) {
            planned.forEach((droplet, change) -> {
                if (changes.containsKey(droplet)) {
                    fleet.progress().beginChange(droplet, change.describe());
                }
            });
            // Sooner or later, the rules close the port to a leaving droplet.
            List<Droplet> pool = rolloutByDroplet.keySet().stream()
                    .filter(droplet -> safety.port().isPresent() && !droplet.leaving())
                    .toList();
            rolledBack = !changing.run(pool, safety.port().orElse(0));
            changing.outcomes().forEach(outcome -> {
                FirewallChange change = planned.get(outcome.droplet());
                if (change != null) {
                    progressOf(outcome.droplet()).record(change, outcome);
                    boolean done = outcome instanceof DropletOutcome.Done;
                    fleet.progress().endChange(outcome.droplet(), change.describe(), done);
                }
            });
        }
        rules = null;
    }

    /**
     * Inspects the changed droplets, checks that they need nothing more, and closes the memcached port to droplets that
     * have left. The guard has changed the rules since the plan was made, so the change is computed again.
     */
    private void narrowRules() {
        Map<Droplet, FirewallChange> planned = planned(Stage.NARROW_FIREWALL);
        Map<Droplet, FirewallChange> changes = new ConcurrentHashMap<>();
        List<Droplet> changed = rolloutByDroplet.values().stream()
                .filter(progress -> progress.changed() || planned.containsKey(progress.droplet()))
                .map(RolloutProgress::droplet)
                .toList();
        inspectAgain(changed, (progress, facts) -> {
            DropletPlan rest = planner.finalPlan(progress.droplet(), facts);
            for (Change change : rest.changes()) {
                if (change instanceof FirewallChange narrow && planned.containsKey(progress.droplet())) {
                    changes.put(progress.droplet(), narrow);
                } else {
                    progress.fail(change.describe(), UNSETTLED);
                    return;
                }
            }
        });
        if (mayContinue()) {
            announce(Stage.NARROW_FIREWALL);
            planned.forEach((droplet, change) -> {
                if (!changes.containsKey(droplet)) {
                    progressOf(droplet).end(new ChangeResult.Done(change));
                }
            });
            changeRules(planned, changes);
        }
    }

    private boolean mayContinue() {
        return !stopped && rolloutByDroplet.values().stream().noneMatch(RolloutProgress::failed);
    }

    /**
     * Returns the outcomes so far, one for each droplet in the plan's order. It may be called while the rollout runs.
     */
    public List<DropletOutcome> outcomes() {
        return rolloutByDroplet.values().stream().map(RolloutProgress::outcome).toList();
    }

    /** Returns the changes that run now, each with its droplet. */
    public List<String> runningChanges() {
        return rolloutByDroplet.values().stream()
                .flatMap(t -> t.runningChanges().stream())
                .toList();
    }

    private List<Droplet> run(Stage stage) {
        Map<Droplet, List<Change>> concerned = new LinkedHashMap<>();
        rolloutByDroplet.forEach((droplet, progress) -> {
            if (!progress.remaining(stage).isEmpty()) {
                concerned.put(droplet, progress.remaining(stage));
            }
        });
        for (Waves.Wave<Droplet> wave : Waves.of(concerned)) {
            // After a failure the other droplets finish the stage, except for droplets that need their peers during the
            // change.
            if (wave.needsOthers() ? mayContinue() : !stopped) {
                fleet.onAll(wave.droplets(), droplet -> applyStage(droplet, stage), (droplet, why) -> {
                    progressOf(droplet).fail(INSPECTION, why);
                    return false;
                });
            }
        }
        return List.copyOf(concerned.keySet());
    }

    private boolean applyStage(Droplet droplet, Stage stage) {
        RolloutProgress progress = progressOf(droplet);
        for (Change change : progress.remaining(stage)) {
            if (stopped) {
                return false;
            }
            progress.begin(change);
            fleet.progress().beginChange(droplet, change.describe());
            fleet.progress().begin(droplet, change.describe());
            ChangeResult result = apply(droplet, change);
            progress.end(result);
            boolean done = result instanceof ChangeResult.Done;
            reportEnd(droplet, change.describe(), done);
            fleet.progress().endChange(droplet, change.describe(), done);
            if (!done) {
                return false;
            }
        }
        return true;
    }

    private void reportEnd(Droplet droplet, String what, boolean done) {
        if (done) {
            fleet.progress().end(droplet, what);
        } else {
            fleet.progress().fail(droplet, "failed");
        }
    }

    private ChangeResult apply(Droplet droplet, Change change) {
        try {
            return isLost.test(droplet)
                    ? new ChangeResult.Failed(change, TAKEN_OVER, "")
                    : Applier.apply(fleet.shell(droplet), change);
        } catch (SshFailure e) {
            return new ChangeResult.Failed(change, e.sentence(), "");
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return new ChangeResult.Failed(change, InternalFailure.of(e), "");
        }
    }

    /** Uses the current facts of a droplet. */
    @FunctionalInterface
    private interface Check {
        void check(RolloutProgress progress, DropletFacts facts) throws UnsupportedDropletException;
    }

    private void replan(RolloutProgress progress, DropletFacts facts) throws UnsupportedDropletException {
        progress.replan(planner.plan(progress.droplet(), facts));
    }

    /** Inspects droplets again. A droplet that cannot be inspected or checked has failed. */
    private void inspectAgain(List<Droplet> droplets, Check check) {
        fleet.inspect(droplets).forEach((droplet, answer) -> {
            RolloutProgress progress = progressOf(droplet);
            Optional<String> why = answer.fold(
                    facts -> fault(progress, facts, check), failure -> Optional.of(failure.sentence()), Optional::of);
            why.ifPresent(reason -> progress.fail(INSPECTION, reason));
        });
    }

    /** Returns the reason why the check of a droplet could not be completed; empty if it was. */
    private static Optional<String> fault(RolloutProgress progress, DropletFacts facts, Check check) {
        try {
            check.check(progress, facts);
            return Optional.empty();
        } catch (UnsupportedDropletException e) {
            return Optional.of(e.sentence());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return Optional.of(InternalFailure.of(e));
        }
    }

    private RolloutProgress progressOf(Droplet droplet) {
        return Objects.requireNonNull(rolloutByDroplet.get(droplet), () -> droplet + " is not in this plan");
    }
}
