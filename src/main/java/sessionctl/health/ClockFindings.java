package sessionctl.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.HealthMetrics;

/**
 * Findings about clocks that differ: PHP computes a session's expiry by the droplet's clock, and memcached expires it
 * by its own.
 */
final class ClockFindings {
    private static final double ERROR_SECONDS = 60;
    private static final double WARNING_SECONDS = 5;

    private final Cluster cluster;
    private final Remedies remedies;

    ClockFindings(Cluster cluster, Remedies remedies) {
        this.cluster = cluster;
        this.remedies = remedies;
    }

    List<Finding> findings(Map<Droplet, HealthMetrics.Clock> clocks) {
        List<Finding> findings = new ArrayList<>();
        double others = median(clocks.values());
        clocks.forEach((droplet, clock) -> {
            double ahead = clock.ahead() - others;
            double certain = Math.abs(ahead) - clock.tolerance();
            double errorLimit =
                    Math.min(ERROR_SECONDS, cluster.sessions().lifetime().value() / 10.0);
            if (certain > Math.min(WARNING_SECONDS, errorLimit) && clocks.size() > 1) {
                String what = "its clock is " + format(Math.abs(ahead)) + (ahead > 0 ? " ahead of" : " behind")
                        + " the others', and sessions expire by the clock";
                findings.add(new Finding(
                        certain > errorLimit ? Severity.ERROR : Severity.WARNING,
                        droplet.name(),
                        what,
                        remedies.onDroplet(droplet, List.of("timedatectl", "set-ntp", "true"))));
            }
        });
        return findings;
    }

    /**
     * Returns the median of the clocks, in seconds ahead of this machine. This machine's clock counts as one of them,
     * because it may be wrong, too.
     */
    static double median(Collection<HealthMetrics.Clock> clocks) {
        List<Double> all = new ArrayList<>(List.of(0.0));
        clocks.forEach(clock -> all.add(clock.ahead()));
        all.sort(null);
        return all.get((all.size() - 1) / 2);
    }

    private static String format(double seconds) {
        return seconds < 120
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : String.format(Locale.ROOT, "%.0f min", seconds / 60);
    }
}
