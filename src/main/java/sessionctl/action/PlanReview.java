package sessionctl.action;

import java.util.List;
import sessionctl.plan.SavedPlan;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;

/**
 * Compares the current plans with a saved plan that was reviewed.
 *
 * @param saved the reviewed plan
 * @param planner has made the current plans
 */
public record PlanReview(SavedPlan saved, ProvisionPlanner planner, Console console) {
    /**
     * Returns the entries; a droplet whose plan or facts differ from the reviewed ones is replaced by a failure. If no
     * entry has changes, returns them as they are and notes that the plan was already applied.
     */
    public List<DropletReport> review(List<DropletReport> entries) {
        if (entries.stream().allMatch(e -> e.changes().isEmpty())) {
            if (!saved.isEmpty()) {
                console.note("This plan was already applied.");
            }
            return entries;
        }
        return entries.stream().map(this::review).toList();
    }

    private DropletReport review(DropletReport entry) {
        return saved.changedSince(planner.part(entry.droplet()))
                .map(what -> DropletReport.failed(
                        entry.droplet(), DropletStatus.FAILED, what + "; review a new one with --dry-run --save-plan"))
                .orElse(entry);
    }
}
