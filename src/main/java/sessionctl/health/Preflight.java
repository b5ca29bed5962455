package sessionctl.health;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.Vitals;

/**
 * What would stop a first run, or get in its way.
 *
 * @param findings the worst first
 */
public record Preflight(Cluster cluster, List<Examined> droplets, List<Finding> findings) {
    /** Copies the lists. */
    public Preflight {
        droplets = List.copyOf(droplets);
        findings = List.copyOf(findings);
    }

    /**
     * What is to be said of what was found.
     *
     * @param removed findings about servers that the inventory does not name
     */
    public static Preflight of(Cluster cluster, List<Examined> found, List<Finding> removed, Remedies remedies) {
        Map<Droplet, Vitals.Clock> clocks = new LinkedHashMap<>();
        for (Examined one : found) {
            if (one.readiness() != null) {
                clocks.put(one.droplet(), one.readiness().clock());
            }
        }
        List<Finding> late = new ClockFindings(cluster, remedies).findings(clocks);
        List<Examined> droplets = new ArrayList<>();
        for (Examined one : found) {
            Map<Aspect, Finding> wrong = new LinkedHashMap<>(one.wrong());
            late.stream()
                    .filter(f -> f.droplet().equals(one.droplet().name()))
                    .forEach(f -> wrong.put(Aspect.CLOCK, f));
            droplets.add(new Examined(one.droplet(), one.readiness(), one.unreached(), wrong));
        }
        List<Finding> findings = new ArrayList<>(removed);
        droplets.forEach(d -> findings.addAll(d.wrong().values()));
        findings.sort(Comparator.comparing(Finding::severity));
        return new Preflight(cluster, droplets, findings);
    }

    /** Whether some droplet could not be reached. */
    public boolean unreached() {
        return droplets.stream().anyMatch(Examined::unreached);
    }

    /** Whether something would stop a run. */
    public boolean stops() {
        return findings.stream().anyMatch(f -> f.severity() == Severity.ERROR);
    }

    /** As in ok, warning, error; a dash where an aspect could not be looked at. */
    public static String mark(Examined examined, Aspect aspect) {
        @Nullable Finding finding = examined.wrong().get(aspect);
        if (finding != null) {
            return finding.severity() == Severity.ERROR ? "error" : "warning";
        }
        if (examined.readiness() != null) {
            return "ok";
        }
        boolean before = examined.wrong().keySet().stream().allMatch(stopped -> aspect.compareTo(stopped) < 0);
        return before ? "ok" : "-";
    }
}
