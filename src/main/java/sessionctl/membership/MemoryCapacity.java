package sessionctl.membership;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Seconds;
import sessionctl.state.DropletFacts;
import sessionctl.state.MemcachedStats;

/** The amount of data that the servers store, and the limits that it sets on changes of a server. */
final class MemoryCapacity {
    private static final long MEGABYTE = 1 << 20;

    private final Cluster cluster;

    /**
     * The stats of the server that stores the most bytes. Unless replicas are partial, every server holds every
     * session.
     */
    private MemcachedStats largest = MemcachedStats.NOTHING;

    /** Servers that have evicted items and are still full, by address. */
    private final Map<String, DropletFacts> fullServers = new LinkedHashMap<>();

    MemoryCapacity(Cluster cluster, Map<Droplet, DropletFacts> inspected) {
        this.cluster = cluster;
        inspected.forEach((droplet, facts) -> {
            MemcachedStats stats = facts.stats();
            if (stats.bytes() > largest.bytes()) {
                largest = stats;
            }
            if (stats.evictions() > 0 && !stats.fits(stats.limit())) {
                fullServers.put(droplet.privateIp().text(), facts);
            }
        });
    }

    MemcachedStats largest() {
        return largest;
    }

    /**
     * Returns the bytes of memory that a droplet's memcached will have. If the inventory sets no memory, a running
     * memcached keeps its own limit.
     */
    private long futureMemory(DropletFacts facts) {
        boolean kept = !cluster.memcached().memory().given() && facts.stats().limit() > 0;
        return kept ? facts.stats().limit() : cluster.memcached().memory().value() * MEGABYTE;
    }

    private static String megabytes(long bytes) {
        return (bytes + MEGABYTE - 1) / MEGABYTE + " MB";
    }

    /** Returns the reason why a server cannot be filled again after a start; empty if its memory is large enough. */
    String whyTooSmall(DropletFacts facts) {
        return largest.fits(futureMemory(facts))
                ? ""
                : "its memory of " + megabytes(futureMemory(facts)) + " is too small for the "
                        + megabytes(largest.bytes()) + " that are stored";
    }

    /**
     * Returns the reason why a server cannot push its sessions to its peers before it stops; empty if it can.
     *
     * @param peers addresses of the peers
     */
    String whyCannotPush(DropletFacts facts, List<String> peers) {
        if (facts.stats().items() == 0) {
            return "";
        }
        for (String peer : peers) {
            DropletFacts fullPeer = fullServers.get(peer);
            if (fullPeer != null) {
                return peer
                        + " has evicted sessions and has no memory for those that only this server holds; "
                        + remedy(fullPeer);
            }
        }
        return "";
    }

    private boolean isRaised(DropletFacts facts) {
        return futureMemory(facts) > facts.stats().limit();
    }

    /** Names the remedy for a full peer: more memory, which needs a restart of every server. */
    private String remedy(DropletFacts fullPeer) {
        return isRaised(fullPeer)
                ? "the remedy is more memory, which the inventory gives it now, so accept the loss once"
                        + " (--accept-session-loss)"
                : "the remedy is more memory: raise memcached.memory in the inventory";
    }

    /**
     * Returns warnings about the stored data, one sentence each: evicted items are lost, data that does not fit will be
     * evicted, and with too many items a server may not open within the timeout.
     */
    List<String> warnings(DropletFacts facts) {
        List<String> warnings = new ArrayList<>();
        if (facts.stats().evictions() > 0) {
            warnings.add("memcached has evicted " + facts.stats().evictions() + " items from its "
                    + megabytes(facts.stats().limit()) + " since it started, so sessions were lost;"
                    + (isRaised(facts)
                            ? " the inventory gives it " + megabytes(futureMemory(facts)) + " now"
                            : " raise memcached.memory in the inventory"));
        }
        if (!whyTooSmall(facts).isEmpty()) {
            warnings.add((cluster.hasPartialReplicas() ? "a server holds " : "every server holds every session, ")
                    + megabytes(largest.bytes()) + " now, which is more than " + megabytes(futureMemory(facts))
                    + " hold without evicting some; raise memcached.memory in the inventory");
        }
        Seconds timeout = cluster.sessions().serverTimeout().value();
        String late = PortOpeningLimit.of(timeout).warningFor(largest.items());
        if (!late.isEmpty()) {
            warnings.add("sessions.server_timeout is " + timeout + ", " + late);
        }
        return warnings;
    }
}
