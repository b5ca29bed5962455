package sessionctl.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import sessionctl.inventory.Cluster;
import sessionctl.state.HealthMetrics;
import sessionctl.state.MemcachedStats;
import sessionctl.state.StatusFacts;

/** Findings about the sessions: too little memory, locks without an owner, and missing or outdated replicas. */
final class SessionFindings {
    private static final long MEGABYTE = 1 << 20;

    /** The share of a sample that may be missing, because users may end sessions between two probes. */
    private static final double TOLERATED_SHARE = 0.05;

    private final Cluster cluster;
    private final List<DropletHealth> droplets;
    private final Remedies remedies;
    private final ObservedReplicas placement;
    private final long lockTimeout;

    /**
     * Findings for these droplets.
     *
     * @param lockTimeout the longest time for which any droplet's PHP waits for a session's lock, in seconds
     */
    SessionFindings(Cluster cluster, List<DropletHealth> droplets, long lockTimeout, Remedies remedies) {
        this.cluster = cluster;
        this.droplets = droplets;
        this.remedies = remedies;
        this.placement = ObservedReplicas.of(droplets);
        this.lockTimeout = lockTimeout;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (DropletHealth dropletHealth : droplets) {
            StatusFacts statusFacts = dropletHealth.statusFacts();
            if (statusFacts != null
                    && dropletHealth.runsMemcached()
                    && !dropletHealth.droplet().leaving()) {
                addMemoryFinding(dropletHealth, statusFacts.facts().stats(), findings);
            }
        }
        droplets.forEach(dropletHealth -> addFindings(dropletHealth, findings));
        if (!cluster.hasPartialReplicas()) {
            addOutdatedFindings(findings);
        }
        return findings;
    }

    private void addFindings(DropletHealth dropletHealth, List<Finding> findings) {
        HealthMetrics.Cache cache = dropletHealth.cache();
        if (cache == null && dropletHealth.isOpen()) {
            String what = "memcached runs, but does not answer";
            findings.add(Finding.error(dropletHealth.name(), what, remedies.restart(dropletHealth.droplet())));
        } else if (cache != null && !dropletHealth.droplet().leaving()) {
            addLockFinding(dropletHealth, cache, findings);
            StatusFacts statusFacts = dropletHealth.statusFacts();
            long limit = statusFacts == null ? 0 : statusFacts.facts().stats().limit();
            describeForeignKeys(cache, limit)
                    .ifPresent(what -> findings.add(Finding.warning(dropletHealth.name(), what, "")));
            addMissingFinding(dropletHealth, findings);
        }
    }

    private void addMemoryFinding(DropletHealth dropletHealth, MemcachedStats stats, List<Finding> findings) {
        long limit = stats.limit() / MEGABYTE;
        HealthMetrics.Cache cache = dropletHealth.cache();
        long others = cache == null ? 0 : cache.otherBytes() / MEGABYTE;
        String more = (others == 0 ? "" : ", and another program uses " + others + " MB")
                + "; set memcached.memory in the inventory to " + Math.max(64, 2 * limit) + " or more";
        if (stats.evictions() > 0) {
            String what = "memcached has evicted " + stats.evictions() + " items from its " + limit + " MB, so"
                    + " sessions are lost";
            findings.add(Finding.error(dropletHealth.name(), what + more, remedies.provision()));
        } else if (stats.limit() > 0 && !stats.fits(stats.limit())) {
            String what = "memcached will soon evict sessions: " + (long) (100.0 * stats.bytes() / stats.limit())
                    + " % of its " + limit + " MB are used";
            findings.add(Finding.warning(dropletHealth.name(), what + more, remedies.provision()));
        }
    }

    private void addLockFinding(DropletHealth dropletHealth, HealthMetrics.Cache cache, List<Finding> findings) {
        List<HealthMetrics.StaleLock> stale = cache.locks().stream()
                .filter(l -> l.left() < 0 || l.left() > lockTimeout || l.idle() > lockTimeout)
                .toList();
        if (!stale.isEmpty()) {
            String which = stale.size() == 1 ? "a session is" : stale.size() + " sessions are";
            String what = which + " locked (" + stale.get(0).session() + "…) by a request that ended without unlocking";
            findings.add(Finding.error(dropletHealth.name(), what, remedies.restart(dropletHealth.droplet())));
        }
    }

    /**
     * Describes keys of other programs: neither the guard nor {@code restart} keeps them. Empty if there are none.
     *
     * @param limit the memory of memcached in bytes
     */
    static Optional<String> describeForeignKeys(HealthMetrics.Cache cache, long limit) {
        if (cache.others() <= 0) {
            return Optional.empty();
        }
        String size = cache.otherBytes() < MEGABYTE
                ? ""
                : " (" + cache.otherBytes() / MEGABYTE + " of " + limit / MEGABYTE + " MB)";
        return Optional.of("its memcached also holds " + (cache.others() == 1 ? "a key" : cache.others() + " keys")
                + size + " of another program: they take memory from sessions, and are lost when memcached restarts");
    }

    /** Reports servers whose replicas are older than a peer's: the server was unreachable while PHP wrote. */
    private void addOutdatedFindings(List<Finding> findings) {
        Map<String, List<Long>> delays = delays();
        for (DropletHealth dropletHealth : droplets) {
            List<Long> behind = delays.getOrDefault(dropletHealth.name(), List.of());
            long older = behind.stream().filter(seconds -> seconds > 0).count();
            // PHP may write the replicas of one write in two different seconds.
            boolean several = older > 1 && older > TOLERATED_SHARE * behind.size();
            if (several || behind.stream().anyMatch(seconds -> seconds > 1)) {
                String what = older + " of " + behind.size() + " sampled sessions are older on " + dropletHealth.name()
                        + " than on its peers, so pages may show old data";
                findings.add(Finding.error(dropletHealth.name(), what, remedies.restart(dropletHealth.droplet())));
            }
        }
    }

    /**
     * Returns the replicas of each sampled session by droplet. Leaves out sessions that are being written, and servers
     * that are not open.
     */
    private Collection<Map<String, HealthMetrics.Copy>> settledCopies() {
        Map<String, Map<String, HealthMetrics.Copy>> byMark = new TreeMap<>();
        for (DropletHealth dropletHealth : droplets) {
            HealthMetrics.Cache cache = dropletHealth.cache();
            if (cache != null
                    && dropletHealth.isOpen()
                    && !dropletHealth.droplet().leaving()) {
                cache.sample()
                        .forEach(copy -> byMark.computeIfAbsent(copy.mark(), m -> new TreeMap<>())
                                .put(dropletHealth.name(), copy));
            }
        }
        byMark.values()
                .removeIf(
                        copies -> copies.size() < 2 || !copies.values().stream().allMatch(HealthMetrics.Copy::settled));
        return byMark.values();
    }

    /** Returns, for each droplet, the seconds between the last write of its replicas and the session's latest write. */
    private Map<String, List<Long>> delays() {
        Map<String, List<Long>> delays = new HashMap<>();
        for (Map<String, HealthMetrics.Copy> copies : settledCopies()) {
            long newest = copies.values().stream()
                    .mapToLong(HealthMetrics.Copy::expiry)
                    .max()
                    .orElse(0);
            copies.forEach((droplet, copy) ->
                    delays.computeIfAbsent(droplet, d -> new ArrayList<>()).add(newest - copy.expiry()));
        }
        return delays;
    }

    private void addMissingFinding(DropletHealth dropletHealth, List<Finding> findings) {
        if (!dropletHealth.isOpen() || cluster.hasPartialReplicas()) {
            return;
        }
        Set<String> lacking = new HashSet<>(placement.settled());
        lacking.removeAll(placement.marksOn(dropletHealth.name()));
        int known = placement.settled().size();
        if (lacking.size() > 1 && lacking.size() > TOLERATED_SHARE * known) {
            String what =
                    "its memcached lacks " + lacking.size() + " of " + known + " sampled sessions that its peers hold";
            findings.add(Finding.warning(dropletHealth.name(), what, remedies.restart(dropletHealth.droplet())));
        }
    }
}
