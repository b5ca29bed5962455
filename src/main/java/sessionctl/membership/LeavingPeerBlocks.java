package sessionctl.membership;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Names;
import sessionctl.state.DropletFacts;

/** Servers that PHP's lists are about to drop, and how PHP is kept away from each of them while lists differ. */
final class LeavingPeerBlocks {
    /** The limit of servers in a message: a list may have any length. */
    private static final int MOST_SHOWN = 3;

    private final Set<String> members = new LinkedHashSet<>();

    /**
     * Addresses of leaving servers that no peer needs to block: their own guard fences them, or memcached has stopped.
     */
    private final Set<String> needNoBlock = new LinkedHashSet<>();

    /** Addresses that at least one droplet blocks. */
    private final Set<String> blocked = new LinkedHashSet<>();

    /**
     * True if every droplet that has a list can block the leaving servers now. All droplets must block them together,
     * because a droplet must not read from a server to which the others no longer write. At least one other server must
     * be open; before a fault is fixed there may be none.
     */
    private final boolean canBlock;

    LeavingPeerBlocks(Cluster cluster, Map<Droplet, DropletFacts> inspected, Set<Droplet> callableGuards) {
        cluster.staying().forEach(d -> members.add(d.privateIp().text()));
        inspected.forEach((droplet, facts) -> {
            blocked.addAll(facts.guardState().blockedPeers());
            if (droplet.leaving() && (facts.canHaveGuard() || !runsMemcached(facts))) {
                needNoBlock.add(droplet.privateIp().text());
            }
        });
        canBlock = isAnyOpen(inspected)
                && inspected.entrySet().stream()
                        .filter(entry -> !ServerList.of(entry.getValue()).isEmpty())
                        .filter(entry ->
                                !entry.getKey().leaving() || !entry.getValue().isDecommissioned())
                        .allMatch(entry -> callableGuards.contains(entry.getKey()));
    }

    private static boolean isAnyOpen(Map<Droplet, DropletFacts> inspected) {
        return inspected.entrySet().stream()
                .anyMatch(entry -> !entry.getKey().leaving()
                        && runsMemcached(entry.getValue())
                        && !entry.getValue().guardState().fenced()
                        && !ServerList.of(entry.getValue()).isEmpty());
    }

    private static boolean runsMemcached(DropletFacts facts) {
        return facts.state().service("memcached").running();
    }

    /**
     * Returns the blocks of one droplet.
     *
     * @param named ADDRESS:PORT of every server that any list names
     * @param own ADDRESS:PORT of every server that the droplet's own list names; empty if the droplet has no list
     */
    PeerBlocks blocksOf(Droplet droplet, DropletFacts facts, Set<String> named, Set<String> own) {
        String address = droplet.privateIp().text();
        List<String> gone = serversToBlock(named).stream()
                .filter(server -> !server.equals(address))
                .toList();
        List<String> rejoining = facts.guardState().blockedPeers().stream()
                .filter(members::contains)
                .sorted()
                .toList();
        boolean ready = canBlock && !own.isEmpty();
        return new PeerBlocks(gone, rejoining, ready, blocked.contains(address), whyUnblocked(facts, own));
    }

    /**
     * Returns the addresses of servers that are no members and must be blocked by the droplets. Loopback addresses are
     * left out: they are no servers of the cluster. So is a server whose address is not known.
     */
    private List<String> serversToBlock(Set<String> named) {
        return named.stream()
                .filter(ServerList::isAddress)
                .map(ServerList::host)
                .filter(address -> !members.contains(address) && !needNoBlock.contains(address))
                .filter(address -> !address.startsWith("127."))
                .distinct()
                .toList();
    }

    private String whyUnblocked(DropletFacts facts, Set<String> own) {
        List<String> unknown =
                own.stream().filter(server -> !ServerList.isAddress(server)).toList();
        if (unknown.isEmpty()) {
            return facts.canHaveGuard() ? "" : whyUnblocked(serversToBlock(own));
        }
        return "session.save_path names " + Names.some(unknown, MOST_SHOWN)
                + " instead of private addresses, so the sessions there are not found; to keep them, first"
                + " write addresses there, as in tcp://10.0.0.11:11211";
    }

    private static String whyUnblocked(List<String> gone) {
        if (gone.isEmpty()) {
            return "";
        }
        boolean one = gone.size() == 1;
        return String.join(", ", gone) + (one ? " is leaving" : " are leaving") + ", and PHP here cannot be blocked"
                + " from "
                + (one ? "it while some lists still name it" : "them while some lists still name them")
                + ": that needs systemd and memcached 1.5 or newer";
    }
}
