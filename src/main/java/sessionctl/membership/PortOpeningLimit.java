package sessionctl.membership;

import sessionctl.inventory.Seconds;

/**
 * The time that a guard has to open a port, and the number of items that it can compare in that time. Both depend on
 * PHP's timeout for a server that does not respond. While its port opens, memcached does not respond and the guard
 * compares it with a peer, which takes 0.10 to 0.17 s for 100,000 items. The guard gives up after $LATE seconds at
 * most, because TCP retransmits the held packets after 0.2, 0.4 and 0.8 s.
 */
enum PortOpeningLimit {
    /** The timeout is shorter than TCP's second retransmission needs: the guard has 0.18 s. */
    SHORT(700, 50_000, "write 0.7 or more in the inventory"),
    /** The guard has 0.38 s. */
    MEDIUM(1000, 125_000, "write 1 or more in the inventory"),
    /** The guard has 0.5 s, even if PHP waits longer. */
    LONG(
            Integer.MAX_VALUE,
            250_000,
            "keep fewer copies (sessions.copies in the inventory) or a shorter sessions.lifetime");

    private final int below;
    private final long items;
    private final String remedy;

    PortOpeningLimit(int below, long items, String remedy) {
        this.below = below;
        this.items = items;
        this.remedy = remedy;
    }

    /** Returns the window that a timeout allows. */
    static PortOpeningLimit of(Seconds timeout) {
        for (PortOpeningLimit window : values()) {
            if (timeout.milliseconds() < window.below) {
                return window;
            }
        }
        return LONG;
    }

    /**
     * Returns a warning for a number of stored items, without its subject; empty if the window is long enough for them.
     *
     * @param stored the number of items, locks included
     */
    String warningFor(long stored) {
        if (stored < items) {
            return "";
        }
        return this == LONG
                ? "and " + stored + " sessions and locks are stored, so pages may wait while a memcached is"
                        + " reopened; " + remedy
                : "too short to reopen a memcached in time now that " + stored + " sessions and locks are stored; "
                        + remedy;
    }
}
