package sessionctl.health;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.Vitals;

/** Says what a droplet that is down costs every page, and how that ends. */
public final class AbsenceFindings {
    private final Cluster cluster;
    private final Remedies remedies;

    /** Of this cluster. */
    public AbsenceFindings(Cluster cluster, Remedies remedies) {
        this.cluster = cluster;
        this.remedies = remedies;
    }

    /** From what the other droplets have measured; of one that costs no page anything, nothing. */
    public List<Finding> measured(List<Checked> droplets) {
        return droplets.stream()
                .filter(Checked::unreached)
                .map(down -> waiting(down.droplet(), droplets))
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    /** From its silence alone. */
    public Finding unreached(Droplet droplet) {
        String cost = "if it is down, every page on the other droplets waits up to " + seconds() + " s for it";
        return new Finding(Severity.ERROR, droplet.name(), cost + end(droplet), remedies.both());
    }

    private @Nullable Finding waiting(Droplet down, List<Checked> droplets) {
        String address = down.privateIp().text();
        List<String> waiting = droplets.stream()
                .filter(c -> c.seen() != null && !c.droplet().leaving())
                .filter(c ->
                        c.seen() != null && c.seen().vitals().trips().stream().anyMatch(t -> silent(t, address)))
                .map(Checked::name)
                .toList();
        if (waiting.isEmpty()) {
            return null;
        }
        String what = "every page on " + list(waiting) + " waits " + seconds() + " s for it";
        return new Finding(Severity.ERROR, down.name(), what + end(down), remedies.both());
    }

    private static boolean silent(Vitals.Trip trip, String address) {
        return trip.address().equals(address) && trip.outcome().equals("silent");
    }

    private String end(Droplet droplet) {
        return droplet.leaving()
                ? ""
                : ". If it does not come back, set \"leaving: true\" for it in " + remedies.file()
                        + " or give this name a new address";
    }

    /** As long as PHP waits for a server that does not answer. */
    private String seconds() {
        return cluster.sessions().serverTimeout().value().toString();
    }

    private static String list(List<String> names) {
        int last = names.size() - 1;
        return last == 0
                ? names.get(0)
                : names.stream().limit(last).collect(Collectors.joining(", ")) + " and " + names.get(last);
    }
}
