package sessionctl.state;

import java.util.List;

/**
 * Where a droplet's memcached stands in its cluster: what a change of it would cost, and who can help.
 *
 * @param unguarded why a restart cannot be kept from losing sessions; empty when it can
 * @param gate who may reach it
 * @param stored what it holds
 * @param peers addresses of the other servers that PHP's lists name and that stay
 * @param gone addresses that a list names and the inventory does not
 */
public record Standing(Role role, String unguarded, Gate gate, Stored stored, List<String> peers, List<String> gone) {
    /** Copies the lists. */
    public Standing {
        peers = List.copyOf(peers);
        gone = List.copyOf(gone);
    }

    /** The first server of a cluster that does not exist yet. */
    public static Standing founder() {
        return new Standing(Role.FOUNDER, "", Gate.NONE, Stored.NOTHING, List.of(), List.of());
    }

    /** Whether a start may go through the guard at all. */
    public boolean guarded() {
        return unguarded.isEmpty();
    }
}
