package sessionctl.plan;

import java.util.List;
import sessionctl.inventory.Droplet;

/**
 * The changes of one droplet.
 *
 * @param changes in the order of their stages
 * @param warnings sentences that the operator should read before confirming
 */
public record DropletPlan(Droplet droplet, List<Change> changes, List<String> warnings) {
    public DropletPlan {
        changes = List.copyOf(changes);
        warnings = List.copyOf(warnings);
    }

    /** Returns the changes of one stage. */
    public List<Change> changesOf(Stage stage) {
        return changes.stream().filter(c -> c.stage() == stage).toList();
    }

    /** Returns true if the droplet needs no change. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /**
     * Returns the same changes. A service whose change had no risk in the first plan, because it was not installed,
     * keeps that risk after its packages are installed.
     */
    public DropletPlan withRisksOf(DropletPlan first) {
        List<Change> same = changes.stream()
                .map(change -> change instanceof Configure now && first.wasWithoutRisk(now.service())
                        ? now.withoutRisk()
                        : change)
                .toList();
        return new DropletPlan(droplet, same, warnings);
    }

    private boolean wasWithoutRisk(String service) {
        return changes.stream()
                .anyMatch(c -> c instanceof Configure planned
                        && planned.service().equals(service)
                        && planned.risk() == Risk.NONE);
    }
}
