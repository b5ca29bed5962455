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
    private Outcome.@Nullable Failed failed;

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
        if (applied instanceof Applied.Failed failure) {
            fail(failure.change().describe(), failure.why(), failure.output());
        } else {
            done.add(applied.change());
        }
    }

    private void fail(String change, String why, String output) {
        failed = new Outcome.Failed(plan.droplet(), List.copyOf(done), change, why, output);
    }

    /** What was planned before the packages were there is planned anew, at the risk that was shown. */
    synchronized void replan(DropletPlan fresh) {
        plan = fresh.withRisksOf(plan);
    }

    synchronized void notSettled(Change change) {
        String why = "after everything was done it still needs this; does something else on the droplet undo it?";
        fail(change.describe(), why, "");
    }

    synchronized void lost(String why) {
        fail("look at it again", why, "");
    }

    synchronized boolean changed() {
        return !done.isEmpty();
    }

    synchronized boolean failed() {
        return failed != null;
    }

    synchronized List<String> underWay() {
        return running == null ? List.of() : List.of(plan.droplet().name() + ": " + running.describe());
    }

    synchronized Outcome outcome() {
        if (failed != null) {
            return failed;
        }
        List<Change> left =
                plan.changes().stream().filter(c -> !done.contains(c)).toList();
        return left.isEmpty()
                ? new Outcome.Done(plan.droplet(), List.copyOf(done))
                : new Outcome.NotReached(plan.droplet(), List.copyOf(done), left);
    }
}
