package sessionctl.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;

/**
 * One droplet in a run's report.
 *
 * @param changes the planned changes
 * @param done the number of changes that were applied
 * @param failure the failure; null if there was none
 */
public record DropletReport(
        Droplet droplet,
        DropletStatus status,
        List<Change> changes,
        int done,
        @Nullable Failure failure,
        List<String> warnings) {
    /**
     * A failure on a droplet.
     *
     * @param step the change or probe that failed; empty if unknown
     * @param why one sentence
     * @param output the output of the droplet's programs; may be empty
     */
    public record Failure(String step, String why, String output) {}

    public DropletReport {
        changes = List.copyOf(changes);
        warnings = List.copyOf(warnings);
    }

    /** A droplet with planned changes, or in sync if there are none. */
    public static DropletReport planned(Droplet droplet, List<Change> changes, List<String> warnings) {
        DropletStatus status = changes.isEmpty() ? DropletStatus.IN_SYNC : DropletStatus.PLANNED;
        return new DropletReport(droplet, status, changes, 0, null, warnings);
    }

    /** Returns this report with one change replaced. */
    public DropletReport replacing(Change old, Change fresh) {
        List<Change> replaced =
                changes.stream().map(change -> change == old ? fresh : change).toList();
        return new DropletReport(droplet, status, replaced, done, failure, warnings);
    }

    /** Returns this report with another warning. */
    public DropletReport warning(String sentence) {
        List<String> more = new ArrayList<>(warnings);
        more.add(sentence);
        return new DropletReport(droplet, status, changes, done, failure, more);
    }

    /** A droplet of which only a failure is known. */
    public static DropletReport failed(Droplet droplet, DropletStatus status, String why) {
        return new DropletReport(droplet, status, List.of(), 0, new Failure("", why, ""), List.of());
    }
}
