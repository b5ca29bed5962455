package sessionctl.health;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.HealthMetrics;

/** Findings about unreachable droplets: the delay that each one adds to every page, and the remedy. */
public final class AbsenceFindings {
    private static final int MAX_NAMES = 5;

    private final Cluster cluster;
    private final Remedies remedies;

    /** Findings for this cluster. */
    public AbsenceFindings(Cluster cluster, Remedies remedies) {
        this.cluster = cluster;
        this.remedies = remedies;
    }

    /**
     * Returns a finding for each unreachable droplet that other droplets' PHP waits for, according to their
     * measurements.
     */
    public List<Finding> fromMeasurements(List<DropletHealth> droplets) {
        Map<String, Set<String>> waiting = new HashMap<>();
        droplets.forEach(c -> unansweredAddresses(c)
                .forEach(address -> waiting.computeIfAbsent(address, a -> new LinkedHashSet<>())
                        .add(c.name())));
        return droplets.stream()
                .filter(DropletHealth::unreached)
                .flatMap(c -> Stream.ofNullable(
                                waiting.get(c.droplet().privateIp().text()))
                        .map(names -> finding(c.droplet(), List.copyOf(names))))
                .toList();
    }

    /** The addresses from which this droplet got no answer within PHP's timeout. */
    private static Stream<String> unansweredAddresses(DropletHealth dropletHealth) {
        return dropletHealth.statusFacts() == null || dropletHealth.droplet().leaving()
                ? Stream.of()
                : dropletHealth.statusFacts().metrics().trips().stream()
                        .filter(trip -> trip.outcome().equals("silent"))
                        .map(HealthMetrics.Trip::address);
    }

    /** Returns the finding for a droplet that did not answer, if no measurements exist. */
    public Finding unreached(Droplet droplet) {
        return finding(droplet, "if it is down, every page on the other droplets waits up to " + seconds());
    }

    private Finding finding(Droplet down, List<String> waiting) {
        return finding(down, "every page on " + join(waiting) + " waits " + seconds());
    }

    private Finding finding(Droplet down, String cost) {
        return removable(down, cost + " s for it");
    }

    /** Returns the finding for a droplet that is down, with the remedy if it stays down. */
    Finding removable(Droplet down, String what) {
        // remove edits the inventory's file; there is none if it came from standard input.
        if (down.leaving() || remedies.readsStandardInput()) {
            return Finding.error(
                    down.name(),
                    what + (down.leaving() ? "" : ". If it does not come back, set \"leaving: true\" for it"),
                    remedies.provision());
        }
        return Finding.error(
                down.name(),
                what + ". If it does not come back, remove or replace it",
                remedies.removeDead(down.name()));
    }

    /** The time for which PHP waits for a server that does not answer. */
    private String seconds() {
        return cluster.sessions().serverTimeout().value().toString();
    }

    /** Joins at most five names: every other droplet may wait for each droplet that is down. */
    static String join(List<String> names) {
        int shown = names.size() > MAX_NAMES ? MAX_NAMES - 1 : names.size() - 1;
        if (shown == 0) {
            return names.get(0);
        }
        String last = names.size() > MAX_NAMES ? names.size() - shown + " more droplets" : names.get(shown);
        return names.stream().limit(shown).collect(Collectors.joining(", ")) + " and " + last;
    }
}
