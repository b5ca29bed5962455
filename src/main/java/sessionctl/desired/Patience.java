package sessionctl.desired;

import sessionctl.inventory.Seconds;

/**
 * How long PHP waits for a server that is silent, and how many items can be looked at meanwhile: while its port opens, a
 * memcached is silent, and its guard looks at all that a peer holds, which takes 0.10 to 0.17 s for 100,000. The guard's
 * $LATE says when it gives up, since TCP sends what was held back again 0.2, 0.4 and 0.8 s later.
 */
enum Patience {
    /** Less than TCP takes to send again twice: the guard has 0.18 s. */
    SHORT(700, 50_000, "write 0.7 or more in the inventory"),
    /** The guard has 0.38 s. */
    MEDIUM(1000, 125_000, "write 1 or more in the inventory"),
    /** The guard has 0.5 s, however long PHP waits. */
    LONG(
            Integer.MAX_VALUE,
            250_000,
            "keep fewer copies (sessions.copies in the inventory) or a shorter sessions.lifetime");

    private final int below;
    private final long items;
    private final String remedy;

    Patience(int below, long items, String remedy) {
        this.below = below;
        this.items = items;
        this.remedy = remedy;
    }

    /** The patience of this time-out. */
    static Patience of(Seconds timeout) {
        for (Patience patience : values()) {
            if (timeout.milliseconds() < patience.below) {
                return patience;
            }
        }
        return LONG;
    }

    /** What is to be said where it may not do for as many items; empty where it does. */
    String lacking(long stored) {
        if (stored < items) {
            return "";
        }
        return this == LONG
                ? "and " + stored + " sessions and locks are stored, so that pages may wait while a memcached is opened"
                        + " again; " + remedy
                : "too short to open a memcached again in time now that " + stored + " sessions and locks are stored; "
                        + remedy;
    }
}
