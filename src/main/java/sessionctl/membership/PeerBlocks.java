package sessionctl.membership;

import java.util.List;

/**
 * The blocks of one droplet: OUTPUT rules towards servers that leave, and towards members that were about to leave and
 * now rejoin.
 *
 * @param leaving addresses that a list names, that are no members, and that no guard of their own fences
 * @param rejoining addresses of members that this droplet still blocks
 * @param ready true if all droplets that have a list can block the leaving servers at once, with nothing to install
 *     first
 * @param blockedByPeers true if some droplet blocks this one. It then lacks the sessions written during the block and
 *     holds sessions that have ended
 * @param whyUnblocked the reason why this droplet's PHP cannot be kept from a leaving server while lists differ; empty
 *     if it can be, or if no server leaves. A server of its list whose address is not known counts as leaving
 */
public record PeerBlocks(
        List<String> leaving, List<String> rejoining, boolean ready, boolean blockedByPeers, String whyUnblocked) {
    /** No server leaves, and none rejoins. */
    public static final PeerBlocks NONE = new PeerBlocks(List.of(), List.of(), false, false, "");

    public PeerBlocks {
        leaving = List.copyOf(leaving);
        rejoining = List.copyOf(rejoining);
    }
}
