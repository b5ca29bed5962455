package sessionctl.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.inventory.Droplet;
import sessionctl.state.LoggedRun;
import sessionctl.state.RunStamp;

/**
 * Who changed what on a cluster, the latest last.
 *
 * @param runs each of them once, on however many droplets it was
 */
public record History(List<Past> runs) {
    /** Copies the runs. */
    public History {
        runs = List.copyOf(runs);
    }

    /**
     * One run.
     *
     * @param stamp that of the droplet where it ended last
     * @param parts what came of it on each droplet
     */
    record Past(RunStamp stamp, Map<Droplet, LoggedRun> parts) {
        private Past with(Droplet droplet, LoggedRun logged) {
            Map<Droplet, LoggedRun> all = new LinkedHashMap<>(parts);
            // A run that was given up for lost may have come back and told its end; it stands behind.
            all.put(droplet, logged);
            boolean later = logged.stamp().time().compareTo(stamp.time()) > 0;
            return new Past(later ? logged.stamp() : stamp, all);
        }

        /** Each outcome with its droplets, as in {@code done on lamp01, lamp03: 4 changes}. */
        List<String> outcomes() {
            Map<String, Integer> changes = new LinkedHashMap<>();
            Map<String, List<String>> names = new LinkedHashMap<>();
            parts.forEach((droplet, logged) -> {
                changes.merge(logged.outcome(), logged.changes(), Integer::sum);
                names.computeIfAbsent(logged.outcome(), outcome -> new ArrayList<>())
                        .add(droplet.name());
            });
            List<String> outcomes = new ArrayList<>();
            names.forEach((outcome, droplets) -> {
                int all = changes.getOrDefault(outcome, -1);
                outcomes.add(Legible.line(outcome) + " on " + String.join(", ", droplets)
                        + (all < 0 ? "" : ": " + Run.count(all, "change")));
            });
            return outcomes;
        }
    }

    /** Puts the logs of all droplets together and keeps the last runs. */
    public static History of(Map<Droplet, List<LoggedRun>> logs, int last) {
        Map<String, Past> byId = new LinkedHashMap<>();
        logs.forEach((droplet, log) -> log.forEach(logged -> byId.merge(
                logged.stamp().id(),
                new Past(logged.stamp(), Map.of(droplet, logged)),
                (known, more) -> known.with(droplet, logged))));
        List<Past> runs = new ArrayList<>(byId.values());
        runs.sort(Comparator.comparing(p -> p.stamp().time()));
        return new History(runs.subList(Math.max(0, runs.size() - last), runs.size()));
    }
}
