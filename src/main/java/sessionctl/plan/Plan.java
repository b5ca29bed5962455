package sessionctl.plan;

import java.util.List;

/** The changes of a run, for each droplet. A dry run prints the plan and does not apply it. */
public record Plan(List<DropletPlan> droplets) {
    public Plan {
        droplets = List.copyOf(droplets);
    }

    /** Returns true if no droplet needs a change. */
    public boolean isEmpty() {
        return droplets.stream().allMatch(DropletPlan::isEmpty);
    }

    /** Returns true if a change loses sessions. */
    public boolean losesSessions() {
        return droplets.stream()
                .flatMap(d -> d.changes().stream())
                .anyMatch(c -> c.risk().losesSessions());
    }

    /** Returns the number of changes on all droplets. */
    public int size() {
        return droplets.stream().mapToInt(d -> d.changes().size()).sum();
    }
}
