package sessionctl.state;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fence of one memcached, the state of its guard, and the peers that its droplet blocks.
 *
 * @param fenced true if the port is fenced: it refuses with a reset
 * @param cordoned true if the port stays fenced over restarts until it is uncordoned
 * @param blockedPeers addresses of the servers that the droplet blocks
 * @param guardStatus the last status of the guard, as in {@code open 1795502181 300 sessions from 10.1.1.1}; empty if
 *     the droplet has no guard
 */
public record GuardState(boolean fenced, boolean cordoned, Set<String> blockedPeers, String guardStatus) {
    /** The state of a droplet that never had a guard. */
    public static final GuardState NONE = new GuardState(false, false, Set.of(), "");

    private static final Pattern FAILED = Pattern.compile("failed \\d{1,12} (.*)");

    public GuardState {
        blockedPeers = Set.copyOf(blockedPeers);
    }

    /**
     * Returns the reason why the guard has not opened the port, without the command that earlier guards appended; empty
     * if there is none.
     */
    public String failure() {
        Matcher matcher = FAILED.matcher(guardStatus);
        return matcher.matches() ? matcher.group(1).replaceAll("; run: .*", "") : "";
    }
}
