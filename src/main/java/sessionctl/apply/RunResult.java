package sessionctl.apply;

/**
 * The result of a run on one droplet, for the droplet's log.
 *
 * @param outcome one or two words, as in {@code done}
 * @param changes the number of applied changes
 */
public record RunResult(String outcome, int changes) {
    /** No change was tried, so nothing is logged. */
    public static final RunResult NOTHING = new RunResult("-", 0);
}
