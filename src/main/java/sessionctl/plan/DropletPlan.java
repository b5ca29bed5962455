package sessionctl.plan;

import java.util.List;
import sessionctl.inventory.Droplet;

/**
 * What one droplet needs.
 *
 * @param changes in the order of their stages
 * @param warnings what the operator should know before saying yes
 */
public record DropletPlan(Droplet droplet, List<Change> changes, List<String> warnings) {
    /** Copies the lists. */
    public DropletPlan {
        changes = List.copyOf(changes);
        warnings = List.copyOf(warnings);
    }

    /** The changes of one stage. */
    public List<Change> in(Stage stage) {
        return changes.stream().filter(c -> c.stage() == stage).toList();
    }

    /** Whether the droplet is as it should be. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** The same changes, those of a service that is to be installed as free of risk as they were before it was there. */
    public DropletPlan withRisksOf(DropletPlan first) {
        List<Change> same = changes.stream()
                .map(change -> change instanceof Configure now && first.promisesNoRisk(now.service())
                        ? now.withoutRisk()
                        : change)
                .toList();
        return new DropletPlan(droplet, same, warnings);
    }

    private boolean promisesNoRisk(String service) {
        return changes.stream()
                .anyMatch(c -> c instanceof Configure planned
                        && planned.service().equals(service)
                        && planned.risk() == Risk.NONE);
    }
}
