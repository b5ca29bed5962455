package sessionctl.apply;

import sessionctl.plan.Change;

/** How one change ended. */
public sealed interface Applied {
    /** The change that was carried out, or not. */
    Change change();

    /** Carried out whole. */
    record Done(Change change) implements Applied {}

    /**
     * Not carried out.
     *
     * @param why one sentence without the droplet's name: what is so, what to do
     * @param output what the droplet's programs said, at most a few lines
     */
    record Failed(Change change, String why, String output) implements Applied {}
}
