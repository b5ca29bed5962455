package sessionctl.report;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;

/**
 * One droplet of a run.
 *
 * @param changes what it needs, or needed
 * @param done how many of them were carried out
 */
public record Entry(
        Droplet droplet,
        Status status,
        List<Change> changes,
        int done,
        @Nullable Failure failure,
        List<String> warnings) {
    /**
     * What went wrong.
     *
     * @param step the change or look that failed; empty where there is none to name
     * @param why one sentence
     * @param output what the droplet's programs said; may be empty
     */
    public record Failure(String step, String why, String output) {}

    /** Copies the lists. */
    public Entry {
        changes = List.copyOf(changes);
        warnings = List.copyOf(warnings);
    }

    /** A droplet that needs these changes, or none. */
    public static Entry planned(Droplet droplet, List<Change> changes, List<String> warnings) {
        Status status = changes.isEmpty() ? Status.IN_SYNC : Status.PLANNED;
        return new Entry(droplet, status, changes, 0, null, warnings);
    }

    /** A droplet of which nothing is known but why. */
    public static Entry failed(Droplet droplet, Status status, String why) {
        return new Entry(droplet, status, List.of(), 0, new Failure("", why, ""), List.of());
    }
}
