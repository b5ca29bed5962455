package sessionctl.health;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.Vitals;
import sessionctl.verify.Cell;
import sessionctl.verify.Cells;

/**
 * A cluster at a glance.
 *
 * @param matrix who reaches whose memcached port
 * @param findings what is wrong, the worst first
 */
public record Overview(Cluster cluster, List<Checked> droplets, List<Cell> matrix, List<Finding> findings) {
    /** Copies the lists. */
    public Overview {
        droplets = List.copyOf(droplets);
        matrix = Cells.copyOf(matrix);
        findings = List.copyOf(findings);
    }

    /**
     * Derives the findings from what was found.
     *
     * @param others findings about more than one droplet, and about files that are not sessionctl's
     */
    public static Overview of(
            Cluster cluster, List<Checked> droplets, List<Finding> others, List<Cell> matrix, Remedies remedies) {
        List<Finding> findings = new ArrayList<>(others);
        findings.addAll(new AbsenceFindings(cluster, remedies).measured(droplets));
        int port = cluster.memcached().port();
        droplets.stream().filter(c -> !c.trouble().isEmpty()).forEach(c -> findings.add(trouble(c)));
        List<DriftFindings> drift =
                droplets.stream().map(c -> new DriftFindings(c, remedies)).toList();
        drift.forEach(d -> findings.addAll(d.exposure(port)));
        drift.forEach(d -> findings.addAll(d.findings()));
        findings.addAll(new PathFindings(droplets, port, remedies).findings(matrix));
        drift.forEach(d -> findings.addAll(d.firewall(port)));
        findings.addAll(new ClockFindings(cluster, remedies).findings(clocks(droplets)));
        findings.addAll(new SessionFindings(cluster, droplets, remedies).findings());
        findings.sort(Comparator.comparing(Finding::severity));
        return new Overview(cluster, droplets, matrix, findings);
    }

    private static Finding trouble(Checked checked) {
        return missing(checked)
                ? new Finding(
                        Severity.WARNING,
                        checked.name(),
                        checked.trouble() + ". It is leaving: delete its line once it gets no more traffic",
                        "")
                : new Finding(Severity.ERROR, checked.name(), checked.trouble(), "");
    }

    /** Whether it leaves and was not reached: the others can do without it. */
    private static boolean missing(Checked checked) {
        return checked.unreached() && checked.droplet().leaving();
    }

    private static Map<Droplet, Vitals.Clock> clocks(List<Checked> droplets) {
        Map<Droplet, Vitals.Clock> clocks = new LinkedHashMap<>();
        for (Checked checked : droplets) {
            if (checked.seen() != null) {
                clocks.put(checked.droplet(), checked.seen().vitals().clock());
            }
        }
        return clocks;
    }

    /** Whether some droplet that stays could not be reached. */
    public boolean unreached() {
        return droplets.stream().anyMatch(c -> c.unreached() && !missing(c));
    }

    /** Whether a promise is broken. */
    public boolean broken() {
        return findings.stream().anyMatch(f -> f.severity() == Severity.ERROR);
    }

    /** Seconds that a droplet's clock is ahead of the others'. */
    public double ahead(Checked checked) {
        if (checked.seen() == null) {
            return 0;
        }
        List<Vitals.Clock> clocks = droplets.stream()
                .flatMap(c -> Stream.ofNullable(c.seen()))
                .map(seen -> seen.vitals().clock())
                .toList();
        return checked.seen().vitals().clock().ahead() - ClockFindings.middle(clocks);
    }
}
