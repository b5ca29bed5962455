package sessionctl.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.inventory.Droplet;
import sessionctl.state.RunInfo;
import sessionctl.state.RunLogEntry;

/**
 * The runs that changed a cluster, the latest last.
 *
 * @param runs one entry per run, even if it changed several droplets
 */
public record RunHistory(List<Run> runs) {
    public RunHistory {
        runs = List.copyOf(runs);
    }

    /**
     * One run.
     *
     * @param stamp the identity of the run, from the droplet with the latest entry
     * @param entries the outcome on each droplet
     */
    public record Run(RunInfo stamp, Map<Droplet, RunLogEntry> entries) {
        private Run withEntry(Droplet droplet, RunLogEntry logged) {
            Map<Droplet, RunLogEntry> all = new LinkedHashMap<>(entries);
            // A run whose lease was taken over may have resumed and logged its outcome later. The later entry replaces
            // the earlier one.
            all.put(droplet, logged);
            boolean later = logged.stamp().time().compareTo(stamp.time()) > 0;
            return new Run(later ? logged.stamp() : stamp, all);
        }

        /** Describes each outcome with its droplets, as in {@code done on lamp01, lamp03: 4 changes}. */
        public List<String> outcomes() {
            Map<String, Integer> changes = new LinkedHashMap<>();
            Map<String, List<String>> names = new LinkedHashMap<>();
            entries.forEach((droplet, logged) -> {
                changes.merge(logged.outcome(), logged.changes(), Integer::sum);
                names.computeIfAbsent(logged.outcome(), outcome -> new ArrayList<>())
                        .add(droplet.name());
            });
            List<String> outcomes = new ArrayList<>();
            names.forEach((outcome, droplets) -> {
                int all = changes.getOrDefault(outcome, -1);
                outcomes.add(TerminalSafe.line(outcome) + " on " + String.join(", ", droplets)
                        + (all < 0 ? "" : ": " + RunReport.count(all, "change")));
            });
            return outcomes;
        }
    }

    /**
     * Merges the logs of all droplets and keeps the latest runs.
     *
     * @param last the number of runs to keep
     */
    public static RunHistory of(Map<Droplet, List<RunLogEntry>> logs, int last) {
        Map<String, Run> byId = new LinkedHashMap<>();
        logs.forEach((droplet, log) -> log.forEach(logged -> byId.merge(
                logged.stamp().id(),
                new Run(logged.stamp(), Map.of(droplet, logged)),
                (known, more) -> known.withEntry(droplet, logged))));
        List<Run> runs = new ArrayList<>(byId.values());
        runs.sort(Comparator.comparing(p -> p.stamp().time()));
        return new RunHistory(runs.subList(Math.max(0, runs.size() - last), runs.size()));
    }
}
