package sessionctl.health;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.Vitals;

/** Sessions end by the clock: PHP writes the end by its own, memcached forgets them by its own. */
final class ClockFindings {
    private static final double ERROR = 60;
    private static final double WARNING = 5;

    private final Cluster cluster;
    private final Remedies remedies;

    ClockFindings(Cluster cluster, Remedies remedies) {
        this.cluster = cluster;
        this.remedies = remedies;
    }

    List<Finding> findings(Map<Droplet, Vitals.Clock> clocks) {
        List<Finding> findings = new ArrayList<>();
        double others = middle(clocks.values());
        clocks.forEach((droplet, clock) -> {
            double ahead = clock.ahead() - others;
            double surely = Math.abs(ahead) - clock.tolerance();
            double much = Math.min(ERROR, cluster.sessions().lifetime().value() / 10.0);
            if (surely > Math.min(WARNING, much) && clocks.size() > 1) {
                String what = "its clock is " + time(Math.abs(ahead)) + (ahead > 0 ? " ahead of" : " behind")
                        + " the others', and sessions end by the clock";
                findings.add(new Finding(
                        surely > much ? Severity.ERROR : Severity.WARNING,
                        droplet.name(),
                        what,
                        remedies.on(droplet, List.of("timedatectl", "set-ntp", "true"))));
            }
        });
        return findings;
    }

    /** What most clocks say; that of the machine that asks is one of them, and may be wrong like any other. */
    static double middle(Collection<Vitals.Clock> clocks) {
        List<Double> all = new ArrayList<>(List.of(0.0));
        clocks.forEach(clock -> all.add(clock.ahead()));
        all.sort(null);
        return all.get((all.size() - 1) / 2);
    }

    private static String time(double seconds) {
        return seconds < 120
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : String.format(Locale.ROOT, "%.0f min", seconds / 60);
    }
}
