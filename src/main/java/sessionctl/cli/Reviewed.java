package sessionctl.cli;

import java.util.List;
import sessionctl.plan.SavedPlan;
import sessionctl.report.Entry;
import sessionctl.report.Status;

/** Holds what is planned now against what was reviewed. */
record Reviewed(SavedPlan saved, Recording plans, Voice voice) {
    /** The same entries, but for droplets of which something else was reviewed: those have failed. */
    List<Entry> of(List<Entry> entries) {
        if (entries.stream().allMatch(e -> e.changes().isEmpty())) {
            if (!saved.isEmpty()) {
                voice.remark("This plan was already applied.");
            }
            return entries;
        }
        return entries.stream().map(this::of).toList();
    }

    private Entry of(Entry entry) {
        return saved.changedSince(plans.part(entry.droplet()))
                .map(what -> Entry.failed(
                        entry.droplet(), Status.FAILED, what + "; review a new one with --dry-run --save-plan"))
                .orElse(entry);
    }
}
