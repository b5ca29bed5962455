package sessionctl.health;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.HealthMetrics;

/**
 * The result of {@code preflight}: faults that would stop or hinder a first run.
 *
 * @param findings the faults, errors first
 */
public record Preflight(Cluster cluster, List<PreflightResult> droplets, List<Finding> findings) {
    public Preflight {
        droplets = List.copyOf(droplets);
        findings = List.copyOf(findings);
    }

    /**
     * Derives the findings from the results of all droplets.
     *
     * @param removed findings about servers that the inventory does not contain
     */
    public static Preflight of(Cluster cluster, List<PreflightResult> found, List<Finding> removed, Remedies remedies) {
        Map<Droplet, HealthMetrics.Clock> clocks = new LinkedHashMap<>();
        for (PreflightResult one : found) {
            if (one.facts() != null) {
                clocks.put(one.droplet(), one.facts().clock());
            }
        }
        List<Finding> clockFindings = new ClockFindings(cluster, remedies).findings(clocks);
        List<PreflightResult> droplets = new ArrayList<>();
        for (PreflightResult one : found) {
            Map<PreflightItem, Finding> failed = new LinkedHashMap<>(one.failed());
            clockFindings.stream()
                    .filter(f -> f.droplet().equals(one.droplet().name()))
                    .forEach(f -> failed.put(PreflightItem.CLOCK, f));
            droplets.add(new PreflightResult(one.droplet(), one.facts(), one.unreached(), failed));
        }
        List<Finding> findings = new ArrayList<>(removed);
        droplets.forEach(d -> findings.addAll(d.failed().values()));
        findings.sort(Comparator.comparing(Finding::severity));
        return new Preflight(cluster, droplets, findings);
    }

    /** Returns true if a droplet could not be reached. */
    public boolean hasUnreached() {
        return droplets.stream().anyMatch(PreflightResult::unreached);
    }

    /** Returns true if a finding is an error, which would stop a run. */
    public boolean hasErrors() {
        return findings.stream().anyMatch(f -> f.severity() == Severity.ERROR);
    }

    /**
     * Returns {@code ok}, {@code warning} or {@code error} for a check of a droplet. Returns a dash if the check was
     * skipped because an earlier one failed.
     */
    public static String mark(PreflightResult examined, PreflightItem check) {
        @Nullable Finding finding = examined.failed().get(check);
        if (finding != null) {
            return finding.severity() == Severity.ERROR ? "error" : "warning";
        }
        if (examined.facts() != null) {
            return "ok";
        }
        boolean before = examined.failed().keySet().stream().allMatch(stopped -> check.compareTo(stopped) < 0);
        return before ? "ok" : "-";
    }
}
