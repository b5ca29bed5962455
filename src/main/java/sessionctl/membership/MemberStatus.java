package sessionctl.membership;

import java.util.List;
import sessionctl.state.GuardState;
import sessionctl.state.MemcachedStats;

/**
 * The status of one droplet's memcached in its cluster: the cost of a change, and the peers that can help with it.
 *
 * @param whyUnguarded the reason why a start of memcached loses sessions; empty if the guard can prevent that
 * @param guardState the fence of its port and the peers that it blocks
 * @param stats the amount of data that it stores
 * @param peers addresses of the other servers that PHP's lists name, that stay and that are not cordoned; empty for a
 *     leaving server that no other list names
 * @param open addresses of those peers whose memcached runs and is not fenced
 * @param blocks the blocks towards servers that leave or rejoin
 * @param change whether PHP's lists change, and how many replicas sessions have during that time
 */
public record MemberStatus(
        Role role,
        String whyUnguarded,
        GuardState guardState,
        MemcachedStats stats,
        List<String> peers,
        List<String> open,
        PeerBlocks blocks,
        MembershipChange change) {
    public MemberStatus {
        peers = List.copyOf(peers);
        open = List.copyOf(open);
    }

    /** Returns true if PHP may look for a session on a server without a replica while servers join or leave. */
    public boolean hasPartialReplicas() {
        return change == MembershipChange.PARTIAL_REPLICAS;
    }

    /** Returns the reason why this change loses sessions; empty if there is none. */
    public String whyLosesSessions() {
        if (hasPartialReplicas()) {
            return "PHP keeps fewer copies than there are servers, and looks for some sessions on a server without a"
                    + " copy when servers join or leave; to keep them, provision without sessions.copies, first with"
                    + " the old servers, then with these, then set sessions.copies again";
        }
        return blocks.whyUnblocked().isEmpty() ? whyUnguarded : blocks.whyUnblocked();
    }

    /** Returns true if the guard can keep the sessions over a start of memcached. */
    public boolean isGuarded() {
        return whyUnguarded.isEmpty();
    }
}
