package sessionctl.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sessionctl.inventory.Cluster;
import sessionctl.state.FileState;
import sessionctl.state.PhpLayout;
import sessionctl.state.Sighting;
import sessionctl.state.Stored;
import sessionctl.state.Vitals;

/** What is wrong with the sessions themselves: no room for them, locks without an owner, copies that lack. */
final class SessionFindings {
    private static final Pattern LOCK_TIMEOUT =
            Pattern.compile("(?m)^[ \\t]*+memcache[.]lock_timeout[ \\t]*+=[ \\t]*+\"?(\\d{1,9})");
    private static final long MEGABYTE = 1 << 20;

    /** Of a sample, as many may lack: those that somebody ended between two looks. */
    private static final double MAY_LACK = 0.05;

    private final Cluster cluster;
    private final List<Checked> droplets;
    private final Remedies remedies;
    private final Placement placement;
    private final long patience;

    SessionFindings(Cluster cluster, List<Checked> droplets, Remedies remedies) {
        this.cluster = cluster;
        this.droplets = droplets;
        this.remedies = remedies;
        this.placement = Placement.of(droplets);
        this.patience = patience();
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Checked checked : droplets) {
            Sighting seen = checked.seen();
            if (seen != null && checked.serves() && !checked.droplet().leaving()) {
                memory(checked, seen.actual().stored(), findings);
            }
        }
        droplets.forEach(checked -> held(checked, findings));
        if (!cluster.sparse()) {
            older(findings);
        }
        return findings;
    }

    private void held(Checked checked, List<Finding> findings) {
        Vitals.Cache cache =
                checked.seen() == null ? null : checked.seen().vitals().cache();
        if (cache == null && checked.open()) {
            String what = "memcached runs, but does not answer";
            findings.add(new Finding(Severity.ERROR, checked.name(), what, remedies.refill(checked.droplet())));
        } else if (cache != null && !checked.droplet().leaving()) {
            locks(checked, cache, findings);
            copies(checked, findings);
        }
    }

    private void memory(Checked checked, Stored stored, List<Finding> findings) {
        long limit = stored.limit() / MEGABYTE;
        String more = "; set memcached.memory in the inventory to " + Math.max(64, 2 * limit) + " or more";
        if (stored.evictions() > 0) {
            String what = "memcached has pushed " + stored.evictions() + " items out of its " + limit
                    + " MB, so that sessions are lost";
            findings.add(new Finding(Severity.ERROR, checked.name(), what + more, remedies.provision()));
        } else if (stored.limit() > 0 && !stored.fits(stored.limit())) {
            String what = "memcached will push sessions out before long: "
                    + (long) (100.0 * stored.bytes() / stored.limit()) + " % of its " + limit + " MB are taken";
            findings.add(new Finding(Severity.WARNING, checked.name(), what + more, remedies.provision()));
        }
    }

    private void locks(Checked checked, Vitals.Cache cache, List<Finding> findings) {
        List<Vitals.StaleLock> stale = cache.locks().stream()
                .filter(l -> l.left() < 0 || l.left() > patience || l.idle() > patience)
                .toList();
        if (!stale.isEmpty()) {
            String which = stale.size() == 1 ? "a session is" : stale.size() + " sessions are";
            String what = which + " locked (" + stale.get(0).session() + "…) by a request that ended without unlocking";
            findings.add(new Finding(Severity.ERROR, checked.name(), what, remedies.refill(checked.droplet())));
        }
    }

    /** The longest that any droplet's PHP lets a lock stand. */
    private long patience() {
        long longest = cluster.sessions().lockTimeout().value();
        for (Checked checked : droplets) {
            Sighting seen = checked.seen();
            PhpLayout php = seen == null ? null : seen.actual().state().php();
            if (seen != null
                    && php != null
                    && seen.actual().state().file(php.memcacheIni()) instanceof FileState.Present ini) {
                Matcher matcher = LOCK_TIMEOUT.matcher(ini.content());
                while (matcher.find()) {
                    longest = Math.max(longest, Long.parseLong(matcher.group(1)));
                }
            }
        }
        return longest;
    }

    /** Servers whose copies are of an earlier write than a peer's: they were cut off while PHP wrote. */
    private void older(List<Finding> findings) {
        Map<String, List<Long>> delays = delays();
        for (Checked checked : droplets) {
            List<Long> behind = delays.getOrDefault(checked.name(), List.of());
            long older = behind.stream().filter(seconds -> seconds > 0).count();
            // PHP may write the copies of one write in two different seconds.
            boolean several = older > 1 && older > MAY_LACK * behind.size();
            if (several || behind.stream().anyMatch(seconds -> seconds > 1)) {
                String what = older + " of " + behind.size() + " sampled sessions are older on " + checked.name()
                        + " than on its peers, so pages may show old data";
                findings.add(new Finding(Severity.ERROR, checked.name(), what, remedies.refill(checked.droplet())));
            }
        }
    }

    /** The copies of each sampled session by droplet, where no server is being written to or filled at this moment. */
    private Collection<Map<String, Vitals.Copy>> settledCopies() {
        Map<String, Map<String, Vitals.Copy>> byMark = new TreeMap<>();
        for (Checked checked : droplets) {
            Vitals.Cache cache =
                    checked.seen() == null ? null : checked.seen().vitals().cache();
            if (cache != null && checked.open() && !checked.droplet().leaving()) {
                cache.sample()
                        .forEach(copy -> byMark.computeIfAbsent(copy.mark(), m -> new TreeMap<>())
                                .put(checked.name(), copy));
            }
        }
        byMark.values()
                .removeIf(
                        copies -> copies.size() < 2 || !copies.values().stream().allMatch(Vitals.Copy::settled));
        return byMark.values();
    }

    /** Of each droplet's sampled sessions, the seconds between the write of its copy and the last one. */
    private Map<String, List<Long>> delays() {
        Map<String, List<Long>> delays = new HashMap<>();
        for (Map<String, Vitals.Copy> copies : settledCopies()) {
            long newest = copies.values().stream()
                    .mapToLong(Vitals.Copy::expiry)
                    .max()
                    .orElse(0);
            copies.forEach((droplet, copy) ->
                    delays.computeIfAbsent(droplet, d -> new ArrayList<>()).add(newest - copy.expiry()));
        }
        return delays;
    }

    private void copies(Checked checked, List<Finding> findings) {
        if (!checked.open() || cluster.sparse()) {
            return;
        }
        Set<String> lacking = new HashSet<>(placement.settled());
        lacking.removeAll(placement.held(checked.name()));
        int known = placement.settled().size();
        if (lacking.size() > 1 && lacking.size() > MAY_LACK * known) {
            String what = "its memcached lacks " + lacking.size() + " of " + known
                    + " sessions that were looked for, which its peers hold";
            findings.add(new Finding(Severity.WARNING, checked.name(), what, remedies.refill(checked.droplet())));
        }
    }
}
