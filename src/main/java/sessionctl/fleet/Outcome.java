package sessionctl.fleet;

import java.util.List;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;

/** How a run ended for one droplet. */
public sealed interface Outcome {
    /** Which droplet. */
    Droplet droplet();

    /** What was carried out there. */
    List<Change> done();

    /** Everything it needed was done, also when that was nothing. */
    record Done(Droplet droplet, List<Change> done) implements Outcome {}

    /**
     * A change failed.
     *
     * @param left what it still needs, the failed change too
     * @param what what failed and why
     */
    record Failed(Droplet droplet, List<Change> done, List<Change> left, Failure what) implements Outcome {}

    /**
     * What went wrong on a droplet.
     *
     * @param change what failed, in words
     * @param why one sentence without the droplet's name
     * @param output what the droplet's programs said
     */
    record Failure(String change, String why, String output) {}

    /**
     * What was changed was taken back, for a reason that lies elsewhere.
     *
     * @param left what it still needs
     */
    record RolledBack(Droplet droplet, List<Change> left) implements Outcome {
        @Override
        public List<Change> done() {
            return List.of();
        }
    }

    /**
     * The run stopped before everything was done, for a reason that lies elsewhere.
     *
     * @param left what it still needs
     */
    record NotReached(Droplet droplet, List<Change> done, List<Change> left) implements Outcome {}
}
