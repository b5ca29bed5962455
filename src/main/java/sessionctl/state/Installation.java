package sessionctl.state;

import java.util.List;
import java.util.Map;

/**
 * The parts of sessionctl on a droplet. The log of its runs does not count.
 *
 * @param guard paths of the guard, its sentinel, its state and its part of memcached's unit
 * @param state the other paths, and the guard's chains as in {@code chain SESSIONCTL-GATE}
 * @param originals the files before sessionctl changed them first, by the path of the file now
 */
public record Installation(List<String> guard, List<String> state, Map<String, FileState> originals) {
    /** The folder on a droplet that holds the originals, below it the path of each file. */
    public static final String ORIGINALS = "/var/lib/sessionctl/original";

    public Installation {
        guard = List.copyOf(guard);
        state = List.copyOf(state);
        originals = Map.copyOf(originals);
    }
}
