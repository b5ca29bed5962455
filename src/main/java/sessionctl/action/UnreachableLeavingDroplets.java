package sessionctl.action;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import sessionctl.fleet.ProbeResult;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.GuardChange;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.ssh.SshFailure;

/**
 * The leaving droplets that a run could not reach. The run continues without them, because the others no longer need
 * them.
 */
final class UnreachableLeavingDroplets {
    private static final Set<SshFailure.Kind> DOWN = Set.of(SshFailure.Kind.UNREACHABLE, SshFailure.Kind.LOST);

    private final Cluster cluster;
    private final boolean deletes;
    private final Map<Droplet, SshFailure> failures = new ConcurrentHashMap<>();

    /** @param deletes true if the command itself deletes a droplet that has left from the inventory */
    UnreachableLeavingDroplets(Cluster cluster, boolean deletes) {
        this.cluster = cluster;
        this.deletes = deletes;
    }

    /** Returns the next step for each droplet that has left in this run. */
    List<String> notesAboutLeft(List<DropletReport> results) {
        return results.stream()
                .filter(e -> e.changes().stream().anyMatch(UnreachableLeavingDroplets::isDecommission))
                .map(e -> e.droplet().name() + " has left the cluster."
                        + (deletes ? "" : " Delete it from the inventory."))
                .toList();
    }

    private static boolean isDecommission(Change change) {
        return change instanceof GuardChange step && step.order() == GuardChange.Order.DECOMMISSION;
    }

    /**
     * Inspects these droplets. A leaving one that was not reached is not asked again in this run: the run holds no
     * lease on it, so it must not change it.
     *
     * @param question gathers the facts of some droplets
     * @param possible whether the run can continue without a leaving droplet; if not, none is recorded as unreachable
     * @return the answers, in the order of the droplets
     */
    <T> Map<Droplet, ProbeResult<T>> inspect(
            List<Droplet> droplets, Function<List<Droplet>, Map<Droplet, ProbeResult<T>>> question, boolean possible) {
        Map<Droplet, ProbeResult<T>> found = question.apply(
                droplets.stream().filter(d -> !failures.containsKey(d)).toList());
        found.forEach((droplet, answer) -> {
            if (possible && droplet.leaving() && answer instanceof ProbeResult.Unreached<T> unreached) {
                failures.put(droplet, unreached.failure());
            }
        });
        Map<Droplet, ProbeResult<T>> answers = new LinkedHashMap<>();
        for (Droplet droplet : droplets) {
            SshFailure failure = failures.get(droplet);
            ProbeResult<T> answer = failure == null ? found.get(droplet) : new ProbeResult.Unreached<>(failure);
            if (answer != null) {
                answers.put(droplet, answer);
            }
        }
        return answers;
    }

    /** Returns the droplets that are down and not leaving, so that the others' PHP waits for them on every page. */
    static <T> Stream<Droplet> down(Map<Droplet, ProbeResult<T>> answers) {
        return answers.keySet().stream()
                .filter(d -> !d.leaving()
                        && answers.get(d) instanceof ProbeResult.Unreached<T> unreached
                        && DOWN.contains(unreached.failure().kind()));
    }

    /** Returns the droplets without the unreachable leavers. */
    List<Droplet> reachable(List<Droplet> droplets) {
        return droplets.stream().filter(d -> !failures.containsKey(d)).toList();
    }

    /** Returns the entries without those of the unreachable leavers. */
    List<DropletReport> withoutUnreachable(List<DropletReport> entries) {
        return entries.stream().filter(e -> !failures.containsKey(e.droplet())).toList();
    }

    /** Returns the entries and those of the unreachable leavers, in the inventory's order. */
    List<DropletReport> withUnreachable(List<DropletReport> entries) {
        Map<Droplet, DropletReport> all = new LinkedHashMap<>();
        failures.forEach((droplet, failure) ->
                all.put(droplet, DropletReport.failed(droplet, DropletStatus.UNREACHABLE, failure.sentence())));
        entries.forEach(e -> all.put(e.droplet(), e));
        return cluster.droplets().stream()
                .flatMap(d -> Stream.ofNullable(all.get(d)))
                .toList();
    }

    /**
     * Returns a remark about each unreachable leaver.
     *
     * @param done whether the others no longer use it, so that it can be deleted from the inventory
     */
    List<String> notes(boolean done) {
        return cluster.droplets().stream()
                .filter(failures::containsKey)
                .map(d ->
                        d.name() + " is leaving but could not be reached, so it was not touched. Make sure that it gets"
                                + " no more traffic"
                                + (done && !deletes ? "; then delete it from the inventory." : "."))
                .toList();
    }
}
