package sessionctl.inventory;

import java.util.List;

/**
 * The firewall that the operator wants.
 *
 * @param allow public TCP ports that stay open in mode full, besides ssh
 */
public record Firewall(Mode mode, List<Integer> allow) {
    /** How much of a droplet's traffic the rules decide. */
    public enum Mode {
        /** Only the memcached port. */
        POOL,
        /** Everything, as in the tutorial. */
        FULL
    }

    /** What holds where the inventory is silent. */
    public static Firewall usual() {
        return new Firewall(Mode.POOL, List.of(80, 443));
    }

    /** Copies the ports. */
    public Firewall {
        allow = List.copyOf(allow);
    }
}
