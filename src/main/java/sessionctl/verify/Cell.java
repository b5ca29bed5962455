package sessionctl.verify;

import sessionctl.inventory.Droplet;

/**
 * One knock.
 *
 * @param from a droplet's name, or {@code outside} for the machine that sessionctl runs on
 * @param address the address knocked at
 * @param mayEnter whether the port must open; otherwise it must not
 */
public record Cell(String from, Droplet to, String address, boolean mayEnter, Answer answer) {
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
