package sessionctl.inventory;

import java.util.List;

/**
 * The firewall settings, from {@code firewall:} in the inventory.
 *
 * @param allow the public TCP ports that stay open in mode {@code full}, in addition to ssh
 */
public record Firewall(Mode mode, List<Integer> allow) {
    /** The traffic that the rules cover. */
    public enum Mode {
        /** Only connections to the memcached port. */
        POOL,
        /** All connections, as in the tutorial. */
        FULL,
        /** None: the rules are left to another tool. */
        NONE
    }

    /** The defaults. */
    public static Firewall defaults() {
        return new Firewall(Mode.POOL, List.of(80, 443));
    }

    public Firewall {
        allow = List.copyOf(allow);
    }
}
