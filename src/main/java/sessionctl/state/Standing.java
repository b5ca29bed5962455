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
 * @param sparse whether PHP may keep fewer copies of a session than the lists name servers
 */
public record Standing(
        Role role,
        String unguarded,
        Gate gate,
        Stored stored,
        List<String> peers,
        List<String> open,
        Ways ways,
        boolean sparse) {
    /** Copies the lists. */
    public Standing {
        peers = List.copyOf(peers);
        open = List.copyOf(open);
    }

    /** The first server of a cluster that does not exist yet. */
    public static Standing founder() {
        return new Standing(Role.FOUNDER, "", Gate.NONE, Stored.NOTHING, List.of(), List.of(), Ways.NONE, false);
    }

    /** Whether some of what a server that leaves holds is nowhere where PHP looks for it then. */
    public boolean leavesGaps() {
        return sparse && (role == Role.LEAVER || !ways.gone().isEmpty());
    }

    /** Why sessions are lost where a change loses some. */
    public String whyLost() {
        if (leavesGaps()) {
            return "PHP keeps fewer copies than there are servers, and looks for some sessions on a server without a copy"
                    + " once one is taken out; to lose none, first let every server hold every session: run"
                    + " sessionctl provision with all servers and without sessions.copies, then sessionctl restart";
        }
        return ways.unshut().isEmpty() ? unguarded : ways.unshut();
    }

    /** Whether a start may go through the guard at all. */
    public boolean guarded() {
        return unguarded.isEmpty();
    }
}
