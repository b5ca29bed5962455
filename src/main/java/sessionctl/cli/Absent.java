package sessionctl.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.Entry;
import sessionctl.report.Status;
import sessionctl.ssh.SshFailure;
import sessionctl.state.Actual;

/** The droplets of a run that leave and were not reached: the others do without them, so nobody waits for them. */
final class Absent {
    private final Cluster cluster;
    private final Map<Droplet, SshFailure> failures = new ConcurrentHashMap<>();

    Absent(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Looks at every droplet of the cluster. One that leaves and was not reached is not asked again: this run does not hold
     * it, and must not change it.
     *
     * @param whole whether all droplets are to be changed; where some stay as they are, nobody can be done without
     */
    Map<Droplet, Look<Actual>> look(Fleet fleet, boolean whole) {
        Map<Droplet, Look<Actual>> fresh = fleet.look(cluster.droplets().stream()
                .filter(d -> !failures.containsKey(d))
                .toList());
        fresh.forEach((droplet, look) -> {
            if (whole && droplet.leaving() && look instanceof Look.Unreached<Actual> unreached) {
                failures.put(droplet, unreached.failure());
            }
        });
        Map<Droplet, Look<Actual>> looks = new LinkedHashMap<>();
        for (Droplet droplet : cluster.droplets()) {
            SshFailure failure = failures.get(droplet);
            Look<Actual> look = failure == null ? fresh.get(droplet) : new Look.Unreached<>(failure);
            if (look != null) {
                looks.put(droplet, look);
            }
        }
        return looks;
    }

    /** These entries without theirs. */
    List<Entry> without(List<Entry> entries) {
        return entries.stream().filter(e -> !failures.containsKey(e.droplet())).toList();
    }

    /** These entries and theirs, in the inventory's order. */
    List<Entry> with(List<Entry> entries) {
        Map<Droplet, Entry> all = new LinkedHashMap<>();
        failures.forEach(
                (droplet, failure) -> all.put(droplet, Entry.failed(droplet, Status.UNREACHABLE, failure.sentence())));
        entries.forEach(e -> all.put(e.droplet(), e));
        return cluster.droplets().stream()
                .flatMap(d -> Stream.ofNullable(all.get(d)))
                .toList();
    }

    /** What is to be known of them, a sentence each. */
    List<String> remarks() {
        return cluster.droplets().stream()
                .filter(failures::containsKey)
                .map(d ->
                        d.name() + " leaves and was not reached: it is left as it is, so let it serve no page any more;"
                                + " its line can be deleted from the inventory.")
                .toList();
    }
}
