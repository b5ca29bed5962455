package sessionctl.desired;

import java.util.List;
import sessionctl.state.DropletState;

/**
 * What one droplet should be.
 *
 * @param warnings what the operator should know first
 */
public record Wanted(DropletState state, List<String> warnings) {
    /** Copies the warnings. */
    public Wanted {
        warnings = List.copyOf(warnings);
    }
}
