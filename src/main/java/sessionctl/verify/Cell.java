package sessionctl.verify;

import sessionctl.inventory.Droplet;

/**
 * One knock.
 *
 * @param from a droplet's name, or {@code outside} for the machine that sessionctl runs on
 * @param address the address knocked at
 * @param mayEnter whether the port must open; otherwise it must not
 * @param why why it was not tested, or what came instead of an answer; empty where there is nothing to be said
 */
public record Cell(String from, Droplet to, String address, boolean mayEnter, Answer answer, String why) {
    /** Why nothing was tested: an answer from there would not say which port it is of. */
    public static final String NO_ROUTE = "this machine has no route to";

    /** Why nothing was tested from outside. */
    public static final String INSIDE = "this machine is one of the droplets, so it is no other host to";

    /** Why nothing was tested from nor at a droplet. */
    public static final String UNREACHED = "there is no connection to";

    /** A knock that needs no words. */
    public Cell(String from, Droplet to, String address, boolean mayEnter, Answer answer) {
        this(from, to, address, mayEnter, answer, answer == Answer.NOT_TESTED ? NO_ROUTE : "");
    }

    /** A connection that was not tried. */
    static Cell untested(String from, Droplet to, String address, boolean mayEnter, String why) {
        return new Cell(from, to, address, mayEnter, Answer.NOT_TESTED, why);
    }

    /** Whether it is as it must be. A port that nobody listens at lets nobody in, but fails those who may. */
    public boolean right() {
        return tested() && !wrong();
    }

    /** Whether it is not as it must be. */
    public boolean wrong() {
        return tested() && (mayEnter != (answer == Answer.OPEN) || answer == Answer.UNKNOWN);
    }

    /** Whether a connection was tried, and its answer says something of the port. */
    public boolean tested() {
        return answer != Answer.NOT_TESTED && answer != Answer.LEFT;
    }
}
