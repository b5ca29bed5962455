package sessionctl.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.PhpLayout;
import sessionctl.state.ServiceState;

/** The difference between what a droplet is and what it should be, as ordered changes. */
public final class Difference {
    private static final String MEMCACHED = "memcached";
    private static final String MEMCACHED_CONF = "/etc/memcached.conf";

    private final DropletState actual;
    private final DropletState desired;

    private Difference(DropletState actual, DropletState desired) {
        this.actual = actual;
        this.desired = desired;
    }

    /** The changes that turn one state into the other; none when they agree on everything that is desired. */
    public static List<Change> between(DropletState actual, DropletState desired) {
        Difference difference = new Difference(actual, desired);
        List<Change> changes = new ArrayList<>(difference.packages());
        desired.services().forEach((name, wanted) -> changes.addAll(difference.service(name, wanted)));
        return changes;
    }

    private List<Change> packages() {
        Set<String> missing = new LinkedHashSet<>(desired.packages());
        missing.removeAll(actual.packages());
        return missing.isEmpty() && actual.broken().isEmpty()
                ? List.of()
                : List.of(new InstallPackages(missing, actual.broken()));
    }

    /** A service that its package will bring comes running and enabled, so only its files are left to do. */
    private List<Change> service(String name, ServiceState wanted) {
        List<FileChange> files = files(wanted);
        List<Feature> features = features(wanted);
        boolean unborn = !actual.services().containsKey(name);
        ServiceState now = unborn ? ServiceState.good(List.of()) : actual.service(name);
        boolean enable = !now.enabled();
        boolean settled = features.isEmpty() && now.settled() && files.stream().noneMatch(Difference::isRead);
        Action action = action(name, now, settled);
        if (action == Action.NONE && files.isEmpty() && !enable) {
            return List.of();
        }
        Stage stage = name.equals(MEMCACHED) ? Stage.MEMCACHED : Stage.WEB;
        Risk risk = unborn ? Risk.NONE : risk(name, action);
        return List.of(new Configure(stage, name, files, features, action, enable, checks(name, files), risk));
    }

    /** A unit's file is systemd's to read, when it starts the service next: no reason to lose what memcached holds. */
    private static boolean isRead(FileChange file) {
        return !file.path().startsWith("/etc/systemd/");
    }

    private List<FileChange> files(ServiceState wanted) {
        List<FileChange> changes = new ArrayList<>();
        for (String path : wanted.reads()) {
            FileState after = desired.files().get(path);
            if (after != null && !after.equals(actual.file(path))) {
                changes.add(new FileChange(path, actual.file(path), after));
            }
        }
        return changes;
    }

    private List<Feature> features(ServiceState wanted) {
        return desired.features().stream()
                .filter(f -> wanted.reads().contains(f.link()))
                .filter(f -> !actual.features().contains(f))
                .toList();
    }

    private static Action action(String name, ServiceState now, boolean settled) {
        if (!now.running()) {
            return Action.START;
        }
        if (settled) {
            return Action.NONE;
        }
        return name.equals(MEMCACHED) ? Action.RESTART : Action.RELOAD;
    }

    private static Risk risk(String name, Action action) {
        return name.equals(MEMCACHED) && action == Action.RESTART ? Risk.LOSES_LOCAL_SESSIONS : Risk.NONE;
    }

    private List<String> checks(String name, List<FileChange> files) {
        if (name.equals(MEMCACHED)) {
            return memcachedChecks();
        }
        List<String> checks = new ArrayList<>();
        PhpLayout php = desired.php();
        if (php != null && php.service().equals(name)) {
            if (!files.isEmpty()) {
                checks.addAll(List.of("ini", php.cli()));
            }
            if (php.fpm()) {
                checks.addAll(List.of("fpm", php.fpmProgram()));
            }
        }
        return checks;
    }

    /** memcached starts with the new flags for a moment, and must listen in the end where PHP looks for it. */
    private List<String> memcachedChecks() {
        FileState file = desired.file(MEMCACHED_CONF);
        if (!(file instanceof FileState.Present conf)) {
            return List.of();
        }
        MemcachedFlags flags = MemcachedFlags.ofFile(conf.content());
        List<String> elsewhere = List.of("-l", "-p", "-U", "-P", "-d", "-s", "-a", "-e", "-o");
        List<String> tried = new ArrayList<>();
        flags.flags().stream().filter(f -> !elsewhere.contains(f.option())).forEach(f -> tried.add(f.toString()));
        return List.of("try", String.join(" ", tried), "listen", listening(flags));
    }

    /** Address and port as /proc/net/tcp writes them on a little-endian machine (proc(5)). */
    static String listening(MemcachedFlags flags) {
        String[] octets = flags.values("-l").get(0).split("\\.");
        int port = Integer.parseInt(flags.values("-p").get(0));
        return String.format(
                "%02X%02X%02X%02X:%04X",
                Integer.parseInt(octets[3]),
                Integer.parseInt(octets[2]),
                Integer.parseInt(octets[1]),
                Integer.parseInt(octets[0]),
                port);
    }
}
