package sessionctl.report;

import java.util.List;
import sessionctl.health.Finding;
import sessionctl.inventory.Droplet;
import sessionctl.verify.Cell;
import sessionctl.verify.Cells;

/**
 * What a command found, planned and did, ready to be told in any form.
 *
 * @param dryRun whether nothing was to be carried out
 * @param exitCode what the process will end with
 * @param matrix who reached whose memcached port
 * @param findings what is wrong and the run did not fix
 */
public record Run(
        String command,
        String cluster,
        boolean dryRun,
        int exitCode,
        List<Entry> entries,
        List<Cell> matrix,
        List<Finding> findings) {
    /** Copies the entries. */
    public Run {
        entries = List.copyOf(entries);
        matrix = Cells.copyOf(matrix);
        findings = List.copyOf(findings);
    }

    /** A run that found nothing else. */
    public Run(String command, String cluster, boolean dryRun, int exitCode, List<Entry> entries, List<Cell> matrix) {
        this(command, cluster, dryRun, exitCode, entries, matrix, List.of());
    }

    /** A run that knocked at no port. */
    public Run(String command, String cluster, boolean dryRun, int exitCode, List<Entry> entries) {
        this(command, cluster, dryRun, exitCode, entries, List.of());
    }

    /** Whether something is wrong with a droplet that the run does not fix. */
    boolean finds(Droplet droplet) {
        return findings.stream().anyMatch(f -> f.droplet().equals(droplet.name()));
    }

    /** How many changes there are on all droplets together. */
    int changes() {
        return entries.stream().mapToInt(e -> e.changes().size()).sum();
    }

    /** How many droplets need any. */
    long concerned() {
        return entries.stream().filter(e -> !e.changes().isEmpty()).count();
    }

    /** As in "2 changes on 1 droplet". */
    String size() {
        return count(changes(), "change") + " on " + count(concerned(), "droplet");
    }

    /** A number with its noun. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** The droplets that are in this state. */
    List<Droplet> in(Status status) {
        return entries.stream()
                .filter(e -> e.status() == status)
                .map(Entry::droplet)
                .toList();
    }

    /** Whether all droplets are as they should be, but for those that it could do without. */
    boolean inSync() {
        int done = in(Status.IN_SYNC).size()
                + (exitCode == 0 ? in(Status.UNREACHABLE).size() : 0);
        return done == entries.size();
    }
}
