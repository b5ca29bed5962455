package sessionctl.state;

import java.util.List;

/**
 * Where a droplet's memcached stands in its cluster: what a change of it would cost, and who can help.
 *
 * @param unguarded why its start cannot be kept from losing sessions; empty when it can
 * @param gate who may reach it
 * @param stored what it holds
 * @param peers addresses of the other servers that PHP's lists name and that stay
 * @param open those of the peers that were seen to let PHP in
 * @param ways to servers that leave
 * @param turnover whether servers come or leave, and how many copies of a session there are meanwhile
 */
public record Standing(
        Role role,
        String unguarded,
        Gate gate,
        Stored stored,
        List<String> peers,
        List<String> open,
        Ways ways,
        Turnover turnover) {
    /** Copies the lists. */
    public Standing {
        peers = List.copyOf(peers);
        open = List.copyOf(open);
    }

    /** The first server of a cluster that does not exist yet. */
    public static Standing founder() {
        return new Standing(
                Role.FOUNDER, "", Gate.NONE, Stored.NOTHING, List.of(), List.of(), Ways.NONE, Turnover.NONE);
    }

    /** Whether PHP looks for some sessions where there is no copy, while servers come or leave. */
    public boolean leavesGaps() {
        return turnover == Turnover.SPARSE;
    }

    /** Why sessions are lost where a change loses some. */
    public String whyLost() {
        if (leavesGaps()) {
            return "PHP keeps fewer copies than there are servers, and looks for some sessions on a server without a copy"
                    + " when others come or leave; to lose none, provision without sessions.copies,"
                    + " first with the servers as they were, then with these, and only then give sessions.copies again";
        }
        return ways.unshut().isEmpty() ? unguarded : ways.unshut();
    }

    /** Whether a start may go through the guard at all. */
    public boolean guarded() {
        return unguarded.isEmpty();
    }
}
