package sessionctl.action;

import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Stage;
import sessionctl.report.DropletReport;
import sessionctl.report.Elapsed;
import sessionctl.report.RunReport;

/** Describes at the end of a run what it did, how long that took, and what comes next. */
final class RunSummary {
    private final Cluster cluster;
    private final Remedies remedies;
    private final LongSupplier nanos;
    private long start;

    /**
     * Creates the summary of a run that begins now.
     *
     * @param nanos returns the time, as {@link System#nanoTime()} does
     */
    RunSummary(Cluster cluster, Remedies remedies, LongSupplier nanos) {
        this.cluster = cluster;
        this.remedies = remedies;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /** Sets the start of the run to now, so that the time before a person's answer does not count. */
    void restart() {
        start = nanos.getAsLong();
    }

    /**
     * Returns what was done, in a sentence.
     *
     * @param results the entries of the droplets that the run was to change
     * @param code the exit code without the findings that the run did not fix
     */
    String describe(List<DropletReport> results, int code) {
        String time = Elapsed.words(nanos.getAsLong() - start);
        int done = results.stream().mapToInt(DropletReport::done).sum();
        if (code != ExitCode.OK) {
            int all = results.stream().mapToInt(e -> e.changes().size()).sum();
            String end = code == ExitCode.INTERRUPTED
                    ? "Interrupted"
                    : code == ExitCode.ROLLED_BACK ? "Rolled back" : "Failed";
            return end + " after " + time + ": " + done + " of " + RunReport.count(all, "change") + " done.";
        }
        long droplets = results.stream().filter(e -> e.done() > 0).count();
        return "Done in " + time + ": " + RunReport.count(done, "change") + " on "
                + RunReport.count(droplets, "droplet") + ".";
    }

    /** Returns the next step after web servers were installed or joined; empty if none did. */
    Optional<String> nextStep(List<DropletReport> results) {
        List<Droplet> installed = results.stream()
                .filter(RunSummary::installsWebServer)
                .map(DropletReport::droplet)
                .toList();
        if (installed.isEmpty()) {
            return Optional.empty();
        }
        String addresses = installed.stream().map(d -> d.publicIp().text()).collect(Collectors.joining(", "));
        boolean first = installed.containsAll(cluster.staying());
        return Optional.of("Next: " + remedies.verify() + ", then "
                + (first
                        ? "point the load balancer at " + addresses + "."
                        : "add " + addresses + " to the load balancer."));
    }

    private static boolean installsWebServer(DropletReport entry) {
        List<Change> changes = entry.changes();
        // A droplet whose packages came with its image joins: its port opens after its web server got the list.
        boolean joins = changes.stream().anyMatch(change -> change.stage() == Stage.UNCORDON)
                && changes.stream().anyMatch(change -> change.stage() == Stage.WEB);
        return !entry.droplet().leaving() && (joins || changes.stream().anyMatch(RunSummary::installsWebServer));
    }

    private static boolean installsWebServer(Change change) {
        return change instanceof InstallPackages install
                && install.names().stream()
                        .anyMatch(name -> name.startsWith("apache2")
                                || name.startsWith("libapache2-mod-php")
                                || name.endsWith("-fpm"));
    }
}
