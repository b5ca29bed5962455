package sessionctl.state;

/**
 * A line of a droplet's log of runs.
 *
 * @param outcome one word or two, as in {@code done}
 * @param changes how many were carried out; -1 where nobody knows
 */
public record LoggedRun(RunStamp stamp, String outcome, int changes) {
    /** Still under way. */
    public static final String RUNNING = "running";

    /** Ended without saying how. */
    public static final String LOST = "lost";
}
