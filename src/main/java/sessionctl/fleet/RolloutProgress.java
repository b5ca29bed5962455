package sessionctl.fleet;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.apply.ChangeResult;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.Stage;

/** The progress of a rollout on one droplet. One thread applies changes while another one reports them. */
final class RolloutProgress {
    private DropletPlan plan;
    private final List<Change> done = new ArrayList<>();
    private @Nullable Change running;
    private DropletOutcome.@Nullable Failure failure;
    private boolean rolledBack;

    RolloutProgress(DropletPlan plan) {
        this.plan = plan;
    }

    synchronized Droplet droplet() {
        return plan.droplet();
    }

    synchronized List<Change> remaining(Stage stage) {
        return plan.changesOf(stage).stream().filter(c -> !done.contains(c)).toList();
    }

    synchronized void begin(Change change) {
        running = change;
    }

    synchronized void end(ChangeResult result) {
        running = null;
        if (result instanceof ChangeResult.Failed failed) {
            failure = new DropletOutcome.Failure(failed.change().describe(), failed.why(), failed.output());
        } else {
            done.add(result.change());
        }
    }

    /**
     * Records the outcome of a change of the rules.
     *
     * @param planned the change as the plan shows it
     */
    synchronized void record(FirewallChange planned, DropletOutcome outcome) {
        if (outcome instanceof DropletOutcome.Failed failed) {
            failure = failed.failure();
        } else if (outcome instanceof DropletOutcome.Done) {
            done.add(planned);
        }
        rolledBack = outcome instanceof DropletOutcome.RolledBack;
    }

    /** Replaces the plan made before packages were installed, with the risks that the operator has seen. */
    synchronized void replan(DropletPlan fresh) {
        plan = fresh.withRisksOf(plan);
    }

    /**
     * Records a failure that is no failed change.
     *
     * @param step the description of the failed step
     */
    synchronized void fail(String step, String why) {
        failure = new DropletOutcome.Failure(step, why, "");
    }

    synchronized boolean changed() {
        return !done.isEmpty();
    }

    /** Returns true if a change failed or was rolled back, so that no further stage may begin. */
    synchronized boolean failed() {
        return failure != null || rolledBack;
    }

    synchronized List<String> runningChanges() {
        return running == null ? List.of() : List.of(plan.droplet().name() + ": " + running.describe());
    }

    synchronized DropletOutcome outcome() {
        List<Change> remaining =
                plan.changes().stream().filter(c -> !done.contains(c)).toList();
        if (failure != null) {
            return new DropletOutcome.Failed(plan.droplet(), List.copyOf(done), remaining, failure);
        }
        if (rolledBack) {
            return new DropletOutcome.RolledBack(plan.droplet(), List.copyOf(done), remaining);
        }
        return remaining.isEmpty()
                ? new DropletOutcome.Done(plan.droplet(), List.copyOf(done))
                : new DropletOutcome.NotReached(plan.droplet(), List.copyOf(done), remaining);
    }
}
