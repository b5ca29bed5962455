package sessionctl.health;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortProbes;
import sessionctl.state.HealthMetrics;

/**
 * The state of a cluster, as {@code status} reports it.
 *
 * @param matrix the result of probing each memcached port from each droplet and from this machine
 * @param findings the faults, errors first
 */
public record ClusterHealth(
        Cluster cluster, List<DropletHealth> droplets, List<PortProbe> matrix, List<Finding> findings) {
    public ClusterHealth {
        droplets = List.copyOf(droplets);
        matrix = PortProbes.copyOf(matrix);
        findings = List.copyOf(findings);
    }

    /**
     * Derives the findings from the facts.
     *
     * @param others findings about several droplets, and about files that sessionctl does not manage
     * @param lockTimeout the longest time for which any droplet's PHP waits for a session's lock, in seconds
     */
    public static ClusterHealth of(
            Cluster cluster,
            List<DropletHealth> droplets,
            List<Finding> others,
            List<PortProbe> matrix,
            long lockTimeout,
            Remedies remedies) {
        List<Finding> findings = new ArrayList<>(others);
        List<Finding> absences = new AbsenceFindings(cluster, remedies).fromMeasurements(droplets);
        findings.addAll(absences);
        Set<String> unreached = PathFindings.unreachedServers(matrix);
        Set<String> explained = absences.stream().map(Finding::droplet).collect(Collectors.toSet());
        explained.addAll(unreached);
        List<Finding> blocks = new SentinelFindings(cluster, droplets, remedies).findings(explained);
        Set<String> absent = droplets.stream()
                .filter(DropletHealth::unreached)
                .map(DropletHealth::name)
                .collect(Collectors.toSet());
        // The remedy for a droplet that is gone comes before the reason why it was not reached.
        blocks.stream().filter(b -> absent.contains(b.droplet())).forEach(findings::add);
        int port = cluster.memcached().port();
        droplets.stream().filter(c -> !c.problem().isEmpty()).forEach(c -> findings.add(problemFinding(c)));
        List<DriftFindings> drift = droplets.stream()
                .flatMap(c -> Stream.ofNullable(c.statusFacts()).map(facts -> new DriftFindings(c, facts, remedies)))
                .toList();
        drift.forEach(d -> findings.addAll(d.exposureFindings(cluster)));
        drift.forEach(d -> findings.addAll(d.findings(unreached)));
        blocks.stream().filter(b -> !absent.contains(b.droplet())).forEach(findings::add);
        findings.addAll(new PathFindings(droplets, remedies).findings(matrix));
        drift.forEach(d -> findings.addAll(d.firewallFindings(port)));
        findings.addAll(new ClockFindings(cluster, remedies).findings(clocks(droplets)));
        findings.addAll(new SessionFindings(cluster, droplets, lockTimeout, remedies).findings());
        findings.sort(Comparator.comparing(Finding::severity));
        return new ClusterHealth(cluster, droplets, matrix, findings);
    }

    /** Returns a test for failed connections that no fact about these droplets explains. */
    public static Predicate<PortProbe> unexplained(List<DropletHealth> droplets, Remedies remedies) {
        return new PathFindings(droplets, remedies)::isUnexplained;
    }

    private static Finding problemFinding(DropletHealth dropletHealth) {
        return isMissingLeaver(dropletHealth)
                ? Finding.warning(
                        dropletHealth.name(),
                        dropletHealth.problem() + ". It is leaving: delete its line once it gets no more traffic",
                        "")
                : Finding.error(dropletHealth.name(), dropletHealth.problem(), "");
    }

    /** Returns true if the droplet is leaving and was not reached. The cluster works without it. */
    private static boolean isMissingLeaver(DropletHealth dropletHealth) {
        return dropletHealth.unreached() && dropletHealth.droplet().leaving();
    }

    private static Map<Droplet, HealthMetrics.Clock> clocks(List<DropletHealth> droplets) {
        Map<Droplet, HealthMetrics.Clock> clocks = new LinkedHashMap<>();
        for (DropletHealth dropletHealth : droplets) {
            if (dropletHealth.statusFacts() != null) {
                clocks.put(
                        dropletHealth.droplet(),
                        dropletHealth.statusFacts().metrics().clock());
            }
        }
        return clocks;
    }

    /** Returns true if a droplet that is not leaving could not be reached. */
    public boolean hasUnreached() {
        return droplets.stream().anyMatch(c -> c.unreached() && !isMissingLeaver(c));
    }

    /** Returns true if a finding is an error. */
    public boolean hasErrors() {
        return findings.stream().anyMatch(f -> f.severity() == Severity.ERROR);
    }

    /**
     * Returns the seconds by which a droplet's clock is ahead of the cluster's median; 0 if the droplet was not probed.
     */
    public double secondsAhead(DropletHealth dropletHealth) {
        Map<Droplet, HealthMetrics.Clock> clocks = clocks(droplets);
        HealthMetrics.Clock own = clocks.get(dropletHealth.droplet());
        return own == null ? 0 : own.ahead() - ClockFindings.median(clocks.values());
    }
}
