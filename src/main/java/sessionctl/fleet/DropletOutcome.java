package sessionctl.fleet;

import java.util.List;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;

/** The outcome of a run for one droplet. */
public sealed interface DropletOutcome {
    Droplet droplet();

    /** Returns the changes that were applied. */
    List<Change> done();

    /** Returns the changes that were not applied. */
    List<Change> remaining();

    /** The droplet has no change left to apply. It may have needed none. */
    record Done(Droplet droplet, List<Change> done) implements DropletOutcome {
        @Override
        public List<Change> remaining() {
            return List.of();
        }
    }

    /**
     * A change failed.
     *
     * @param remaining the changes not applied, the failed one included
     * @param failure the failure
     */
    record Failed(Droplet droplet, List<Change> done, List<Change> remaining, Failure failure)
            implements DropletOutcome {}

    /**
     * A failure on a droplet.
     *
     * @param change a description of the failed step
     * @param reason one sentence without the droplet's name
     * @param output the output of the droplet's programs
     */
    record Failure(String change, String reason, String output) {}

    /**
     * The change of its rules was rolled back because of another droplet.
     *
     * @param remaining the changes not applied, the one that was rolled back included
     */
    record RolledBack(Droplet droplet, List<Change> done, List<Change> remaining) implements DropletOutcome {}

    /**
     * The run stopped before all changes were applied, because of another droplet or an interruption.
     *
     * @param remaining the changes not applied
     */
    record NotReached(Droplet droplet, List<Change> done, List<Change> remaining) implements DropletOutcome {}
}
