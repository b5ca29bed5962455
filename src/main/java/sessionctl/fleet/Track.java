package sessionctl.fleet;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.apply.Applied;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.Stage;

/** How far a rollout is on one droplet; read by the thread that reports while another one works. */
final class Track {
    private DropletPlan plan;
    private final List<Change> done = new ArrayList<>();
    private @Nullable Change running;
    private Outcome.@Nullable Failure failure;

    Track(DropletPlan plan) {
        this.plan = plan;
    }

    synchronized Droplet droplet() {
        return plan.droplet();
    }

    synchronized List<Change> left(Stage stage) {
        return plan.in(stage).stream().filter(c -> !done.contains(c)).toList();
    }

    synchronized void begin(Change change) {
        running = change;
    }

    synchronized void end(Applied applied) {
        running = null;
        if (applied instanceof Applied.Failed failed) {
            failure = new Outcome.Failure(failed.change().describe(), failed.why(), failed.output());
        } else {
            done.add(applied.change());
        }
    }

    /** What was planned before the packages were there is planned anew, at the risk that was shown. */
    synchronized void replan(DropletPlan fresh) {
        plan = fresh.withRisksOf(plan);
    }

    synchronized void notSettled(Change change) {
        String why = "after everything was done it still needs this; does something else on the droplet undo it?";
        failure = new Outcome.Failure(change.describe(), why, "");
    }

    synchronized void lost(String why) {
        failure = new Outcome.Failure("look at it again", why, "");
    }

    synchronized boolean changed() {
        return !done.isEmpty();
    }

    synchronized boolean failed() {
        return failure != null;
    }

    synchronized List<String> underWay() {
        return running == null ? List.of() : List.of(plan.droplet().name() + ": " + running.describe());
    }

    synchronized Outcome outcome() {
        List<Change> left =
                plan.changes().stream().filter(c -> !done.contains(c)).toList();
        if (failure != null) {
            return new Outcome.Failed(plan.droplet(), List.copyOf(done), left, failure);
        }
        return left.isEmpty()
                ? new Outcome.Done(plan.droplet(), List.copyOf(done))
                : new Outcome.NotReached(plan.droplet(), List.copyOf(done), left);
    }
}
