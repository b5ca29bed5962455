package sessionctl.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import sessionctl.fleet.Look;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.Entry;
import sessionctl.report.Status;
import sessionctl.ssh.SshFailure;

/** The droplets of a run that leave and were not reached: the others do without them, so nobody waits for them. */
final class Absent {
    private static final Set<SshFailure.Kind> DOWN = Set.of(SshFailure.Kind.UNREACHABLE, SshFailure.Kind.LOST);

    private final Cluster cluster;
    private final Remedies remedies;
    private final Map<Droplet, SshFailure> failures = new ConcurrentHashMap<>();

    Absent(Cluster cluster, Remedies remedies) {
        this.cluster = cluster;
        this.remedies = remedies;
    }

    /** What is to be done once a droplet has left: until then the others' rules let its address in. */
    String left(Droplet droplet) {
        return droplet.name() + " has left the cluster. Delete it from the inventory, then run: " + remedies.firewall();
    }

    /**
     * Looks at these droplets. One that leaves and was not reached is not asked again: this run does not hold it, and must
     * not change it.
     *
     * @param question what they are asked
     * @param possible whether the others can do without one that leaves
     */
    <T> Map<Droplet, Look<T>> look(
            List<Droplet> droplets, Function<List<Droplet>, Map<Droplet, Look<T>>> question, boolean possible) {
        Map<Droplet, Look<T>> fresh = question.apply(
                droplets.stream().filter(d -> !failures.containsKey(d)).toList());
        fresh.forEach((droplet, look) -> {
            if (possible && droplet.leaving() && look instanceof Look.Unreached<T> unreached) {
                failures.put(droplet, unreached.failure());
            }
        });
        Map<Droplet, Look<T>> looks = new LinkedHashMap<>();
        for (Droplet droplet : droplets) {
            SshFailure failure = failures.get(droplet);
            Look<T> look = failure == null ? fresh.get(droplet) : new Look.Unreached<>(failure);
            if (look != null) {
                looks.put(droplet, look);
            }
        }
        return looks;
    }

    /** Those that do not answer, and that the others still wait for. */
    static <T> Stream<Droplet> down(Map<Droplet, Look<T>> looks) {
        return looks.keySet().stream()
                .filter(d -> !d.leaving()
                        && looks.get(d) instanceof Look.Unreached<T> unreached
                        && DOWN.contains(unreached.failure().kind()));
    }

    /** These droplets without them. */
    List<Droplet> others(List<Droplet> droplets) {
        return droplets.stream().filter(d -> !failures.containsKey(d)).toList();
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

    /**
     * What is to be known of them, a sentence each.
     *
     * @param done whether the others do without them now
     */
    List<String> remarks(boolean done) {
        return cluster.droplets().stream()
                .filter(failures::containsKey)
                .map(d ->
                        d.name() + " is leaving but could not be reached, so it was not touched. Make sure that it gets"
                                + " no more traffic"
                                + (done ? "; then delete it from the inventory and run: " + remedies.firewall() : "."))
                .toList();
    }
}
