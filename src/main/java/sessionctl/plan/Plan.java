package sessionctl.plan;

import java.util.List;

/** What a run would do; a dry run is a plan that nobody carried out. */
public record Plan(List<DropletPlan> droplets) {
    /** Copies the droplets. */
    public Plan {
        droplets = List.copyOf(droplets);
    }

    /** Whether every droplet is as it should be. */
    public boolean isEmpty() {
        return droplets.stream().allMatch(DropletPlan::isEmpty);
    }

    /** How many changes there are on all droplets together. */
    public int size() {
        return droplets.stream().mapToInt(d -> d.changes().size()).sum();
    }
}
