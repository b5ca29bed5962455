package sessionctl.state;

/**
 * A line of a droplet's log of runs.
 *
 * @param outcome one or two words, as in {@code done}
 * @param changes the number of applied changes; -1 if unknown
 */
public record RunLogEntry(RunInfo stamp, String outcome, int changes) {
    /** The outcome of a run that has not ended. */
    public static final String RUNNING = "running";

    /** The outcome of a run that ended without reporting it. */
    public static final String LOST = "lost";
}
