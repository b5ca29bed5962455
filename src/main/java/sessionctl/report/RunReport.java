package sessionctl.report;

import java.util.List;
import sessionctl.health.Finding;
import sessionctl.inventory.Droplet;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.Impact;
import sessionctl.plan.Plan;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortProbes;

/**
 * The findings, plan and results of a command, for any output format.
 *
 * @param dryRun true if no changes were to be applied
 * @param exitCode the exit code of the process
 * @param matrix the result of probing the memcached ports; empty if they were not probed
 * @param findings the faults that the run did not fix
 */
public record RunReport(
        String command,
        String cluster,
        boolean dryRun,
        int exitCode,
        List<DropletReport> entries,
        List<PortProbe> matrix,
        List<Finding> findings) {
    public RunReport {
        entries = List.copyOf(entries);
        matrix = PortProbes.copyOf(matrix);
        findings = List.copyOf(findings);
    }

    /** A report without findings. */
    public RunReport(
            String command,
            String cluster,
            boolean dryRun,
            int exitCode,
            List<DropletReport> entries,
            List<PortProbe> matrix) {
        this(command, cluster, dryRun, exitCode, entries, matrix, List.of());
    }

    /** A report without port probes. */
    public RunReport(String command, String cluster, boolean dryRun, int exitCode, List<DropletReport> entries) {
        this(command, cluster, dryRun, exitCode, entries, List.of());
    }

    /** Returns true if there is a finding on a droplet. */
    public boolean hasFinding(Droplet droplet) {
        return findings.stream().anyMatch(f -> f.droplet().equals(droplet.name()));
    }

    /** The number of changes on all droplets. */
    public int changes() {
        return entries.stream().mapToInt(e -> e.changes().size()).sum();
    }

    /** Returns true if the changes are not applied because a droplet could not be inspected or planned for. */
    public boolean isRefused() {
        return exitCode != 0
                && entries.stream()
                        .anyMatch(e -> e.failure() != null && e.changes().isEmpty());
    }

    /** Returns what the planned changes cost visitors. */
    public Impact impact() {
        return Impact.of(new Plan(entries.stream()
                .map(e -> new DropletPlan(e.droplet(), e.changes(), e.warnings()))
                .toList()));
    }

    /** The number of droplets with changes. */
    public long changedDroplets() {
        return entries.stream().filter(e -> !e.changes().isEmpty()).count();
    }

    /** Counts changes and droplets, as in "2 changes on 1 droplet". */
    public String size() {
        return count(changes(), "change") + " on " + count(changedDroplets(), "droplet");
    }

    /** Formats a number with its noun, in the plural unless it is 1. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** Returns the droplets with this status. */
    public List<Droplet> withStatus(DropletStatus status) {
        return entries.stream()
                .filter(e -> e.status() == status)
                .map(DropletReport::droplet)
                .toList();
    }

    /**
     * Returns true if every droplet is in sync. Ignores unreachable droplets if the exit code is 0, because the run did
     * not need them.
     */
    public boolean inSync() {
        int done = withStatus(DropletStatus.IN_SYNC).size()
                + (exitCode == 0 ? withStatus(DropletStatus.UNREACHABLE).size() : 0);
        return done == entries.size();
    }
}
