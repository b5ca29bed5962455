package sessionctl.state;

import java.util.List;
import java.util.Map;

/**
 * The conditions under which services start and files can be written on a droplet.
 *
 * @param masked units that systemd does not start, without a suffix: masked, or masked-runtime until the next boot
 * @param starts lines of other files that decide how memcached starts, in the order in which they apply
 * @param space the free space of the file systems that a run writes to
 * @param readOnly folders that a run writes to and that are on a read-only file system
 */
public record RunConditions(
        Map<String, String> masked, List<StartLine> starts, List<FreeSpace> space, List<String> readOnly) {
    /** Conditions that stop no run. */
    public static final RunConditions GOOD = new RunConditions(Map.of(), List.of(), List.of(), List.of());

    public RunConditions {
        masked = Map.copyOf(masked);
        starts = List.copyOf(starts);
        space = List.copyOf(space);
        readOnly = List.copyOf(readOnly);
    }

    /**
     * A line that decides how memcached starts.
     *
     * @param text the line, such as {@code ExecStart=/usr/bin/memcached}
     */
    public record StartLine(String file, int line, String text) {}

    /**
     * The free space of a file system.
     *
     * @param kilobytes what programs may write; negative if unknown
     * @param inodes files that can be created; negative if unknown
     */
    public record FreeSpace(String mountPoint, long kilobytes, long inodes) {}
}
