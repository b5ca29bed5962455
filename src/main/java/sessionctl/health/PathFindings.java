package sessionctl.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.ports.DropCause;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortState;
import sessionctl.state.SentinelState;

/** Findings about failed connections to memcached ports that no other finding explains. */
final class PathFindings {
    /** The limit of findings per source droplet: a droplet whose network is down reaches none of the others. */
    private static final int MAX_FINDINGS = 10;

    private final Map<String, DropletHealth> droplets = new LinkedHashMap<>();
    private final Remedies remedies;

    PathFindings(List<DropletHealth> checked, Remedies remedies) {
        checked.forEach(c -> droplets.put(c.name(), c));
        this.remedies = remedies;
    }

    List<Finding> findings(List<PortProbe> matrix) {
        List<Finding> findings = new ArrayList<>();
        Map<String, Integer> failed = new LinkedHashMap<>();
        Map<String, String> unknown = new LinkedHashMap<>();
        for (PortProbe probe : matrix) {
            DropletHealth to = droplets.get(probe.to().name());
            DropletHealth from = droplets.get(probe.from());
            if (!probe.isWrong() || to == null) {
                continue;
            }
            if (!probe.mustBeOpen()) {
                findings.add(outsideFinding(probe));
            } else if (from != null && from.statusFacts() != null) {
                findInside(probe, from, to, failed, unknown).ifPresent(findings::add);
            }
        }
        unknown.forEach((from, why) -> findings.add(
                Finding.error(from, "its connections to the memcached servers are not known: " + why, "")));
        failed.forEach((from, count) -> {
            if (count > MAX_FINDINGS) {
                String what = "it does not reach memcached on " + (count - MAX_FINDINGS) + " more droplets";
                findings.add(Finding.error(from, what, ""));
            }
        });
        return findings;
    }

    /** Returns the droplets whose memcached another droplet does not reach, by name: their sentinels fence them for that. */
    static Set<String> unreachedServers(List<PortProbe> matrix) {
        return matrix.stream()
                .filter(probe -> probe.mustBeOpen() && probe.isDropped())
                .map(probe -> probe.to().name())
                .collect(Collectors.toSet());
    }

    /**
     * Returns the finding for a failed connection between two droplets. Returns nothing if one finding covers all
     * connections of the source droplet, or if the target is not open or is blocked, which is a finding of its own.
     */
    private Optional<Finding> findInside(
            PortProbe probe,
            DropletHealth from,
            DropletHealth to,
            Map<String, Integer> failed,
            Map<String, String> unknown) {
        if (!probe.why().isEmpty()) {
            unknown.putIfAbsent(probe.from(), probe.why());
            return Optional.empty();
        }
        boolean reported =
                isUnexplained(probe, from, to) && failed.merge(probe.from(), 1, Integer::sum) <= MAX_FINDINGS;
        return reported ? Optional.of(pathFinding(probe, from, to)) : Optional.empty();
    }

    /** Returns true if a connection failed, and no other finding says why. */
    boolean isUnexplained(PortProbe probe) {
        DropletHealth to = droplets.get(probe.to().name());
        DropletHealth from = droplets.get(probe.from());
        return probe.isWrong()
                && probe.why().isEmpty()
                && to != null
                && from != null
                && from.statusFacts() != null
                && isUnexplained(probe, from, to);
    }

    private static boolean isUnexplained(PortProbe probe, DropletHealth from, DropletHealth to) {
        return probe.isDropped() ? to.servesItsAddress() : to.isOpen() && !blocks(from, to);
    }

    private static boolean blocks(DropletHealth from, DropletHealth to) {
        SentinelState sentinel = from.sentinel();
        String address = to.droplet().privateIp().text();
        return sentinel != null
                && sentinel.silent().stream().anyMatch(s -> s.address().equals(address));
    }

    private Finding outsideFinding(PortProbe probe) {
        return Finding.error(
                probe.to().name(),
                "its memcached answers hosts outside the cluster at " + probe.address(),
                remedies.provision());
    }

    private Finding pathFinding(PortProbe probe, DropletHealth from, DropletHealth to) {
        if (probe.state() == PortState.UNKNOWN) {
            String what = "its connection to memcached on " + to.name() + " is not known: its answer lacks it";
            return Finding.error(from.name(), what, "");
        }
        DropCause cause = probe.cause();
        Finding finding = ServerFindings.notReached(probe, remedies);
        boolean drifted = from.needsFirewall() || to.needsFirewall();
        return drifted && (cause == null || cause.isFixedByProvision())
                ? Finding.error(from.name(), finding.what(), remedies.provision())
                : finding;
    }
}
