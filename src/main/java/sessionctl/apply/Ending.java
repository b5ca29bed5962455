package sessionctl.apply;

/**
 * What became of a run on one droplet, for its log.
 *
 * @param outcome one word or two, as in {@code done}
 * @param changes how many were carried out
 */
public record Ending(String outcome, int changes) {
    /** Nothing was tried there, so that nothing is logged. */
    public static final Ending NOTHING = new Ending("-", 0);
}
