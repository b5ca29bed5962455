package sessionctl.health;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sessionctl.plan.InstallPackages;
import sessionctl.state.RunConditions;
import sessionctl.state.RunConditions.FreeSpace;

/** Compares the free space of a droplet with what a run writes. */
public final class DiskSpace {
    /** The least kilobytes for configuration files, their copies and logs. */
    private static final long MIN_KILOBYTES = 1024;

    private static final long MIN_INODES = 64;
    private static final FreeSpace UNKNOWN = new FreeSpace("/", -1, -1);

    private DiskSpace() {}

    /**
     * Returns a sentence about the first file system that is full or read-only; empty if a run can write its files.
     *
     * @param offered the answer of the droplet's apt about the installation; empty if there is none
     */
    public static Optional<String> shortage(RunConditions conditions, Map<String, String> offered) {
        if (!conditions.readOnly().isEmpty()) {
            return Optional.of(String.join(", ", conditions.readOnly())
                    + " is on a read-only file system; see there: dmesg | tail, then remount it writable");
        }
        return conditions.space().stream()
                .flatMap(s -> full(s).stream())
                .findFirst()
                .or(() -> tooSmall(conditions.space(), InstallPackages.needed(offered)));
    }

    private static Optional<String> full(FreeSpace space) {
        String at = space.mountPoint();
        if (space.kilobytes() >= 0 && space.kilobytes() < MIN_KILOBYTES) {
            return Optional.of("its disk is full: " + space.kilobytes() + " KB are free in " + at
                    + "; free some space (du -xh " + at + " | sort -h | tail)");
        }
        return space.inodes() >= 0 && space.inodes() < MIN_INODES
                ? Optional.of("its disk is full: only " + space.inodes() + " files can be created in " + at
                        + " (df -i); delete some (du -x --inodes " + at + " | sort -n | tail)")
                : Optional.empty();
    }

    private static Optional<String> tooSmall(List<FreeSpace> all, long[] needed) {
        FreeSpace download = holding(all, "/var/cache/apt/archives");
        FreeSpace installed = holding(all, "/usr");
        if (download.equals(installed)) {
            return tooSmall(installed, needed[0] + needed[1]);
        }
        return tooSmall(download, needed[0]).or(() -> tooSmall(installed, needed[1]));
    }

    private static Optional<String> tooSmall(FreeSpace space, long needed) {
        return space.kilobytes() >= 0 && needed > 0 && space.kilobytes() < needed + MIN_KILOBYTES
                ? Optional.of(space.kilobytes() / 1024 + " MB are free in " + space.mountPoint()
                        + ", but the packages need " + (needed / 1024 + 2) + " MB; free some space there")
                : Optional.empty();
    }

    private static FreeSpace holding(List<FreeSpace> all, String path) {
        return all.stream()
                .filter(s -> s.mountPoint().equals("/") || (path + "/").startsWith(s.mountPoint() + "/"))
                .max(Comparator.comparing(s -> s.mountPoint().length()))
                .orElse(UNKNOWN);
    }
}
