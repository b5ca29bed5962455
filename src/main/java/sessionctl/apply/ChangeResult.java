package sessionctl.apply;

import sessionctl.plan.Change;

/** The result of one change. */
public sealed interface ChangeResult {
    /** Returns the change. */
    Change change();

    /** The change was applied completely. */
    record Done(Change change) implements ChangeResult {}

    /**
     * The change was not applied.
     *
     * @param why the fault and the remedy in one sentence, without the droplet's name
     * @param output the last lines of the command's output
     */
    record Failed(Change change, String why, String output) implements ChangeResult {}
}
