package sessionctl.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.PhpLayout;
import sessionctl.state.Role;
import sessionctl.state.ServiceState;
import sessionctl.state.Standing;
import sessionctl.state.Unfit;

/** The difference between what a droplet is and what it should be, as ordered changes. */
public final class Difference {
    private static final String MEMCACHED = "memcached";
    private static final String MEMCACHED_CONF = "/etc/memcached.conf";
    private static final String GUARD = "/usr/local/lib/sessionctl/guard";
    private static final String UNIT = "/etc/systemd/system/memcached.service.d/sessionctl.conf";

    private final DropletState actual;
    private final DropletState desired;
    private final Standing standing;
    private final GuardSteps guard;

    private Difference(DropletState actual, DropletState desired, Standing standing) {
        this.actual = actual;
        this.desired = desired;
        this.standing = standing;
        this.guard = new GuardSteps(standing);
    }

    /**
     * The changes that turn one state into the other; none when they agree on everything that is desired.
     *
     * @param standing what the droplet's memcached is to its cluster meanwhile
     */
    public static List<Change> between(DropletState actual, DropletState desired, Standing standing) {
        Difference difference = new Difference(actual, desired, standing);
        List<Change> changes = new ArrayList<>(difference.packages());
        desired.services().forEach((name, wanted) -> changes.addAll(difference.service(name, wanted)));
        changes.addAll(difference.guarding(changes));
        changes.sort(Comparator.comparing(Change::stage));
        return changes;
    }

    /**
     * A restart of memcached as it is.
     *
     * @param desired the same droplet as it should be
     * @throws Unfit when no guard watches over its starts yet
     */
    public static List<Change> restart(DropletState actual, DropletState desired, Standing standing) throws Unfit {
        if (standing.role() == Role.LEAVER) {
            return List.of();
        }
        checkWatched(actual, desired);
        Difference difference = new Difference(actual, desired, standing);
        Action action = actual.service(MEMCACHED).running() ? Action.RESTART : Action.START;
        List<String> checks = difference.checks(MEMCACHED, List.of());
        Risk risk = difference.risk(MEMCACHED, action, List.of(), false);
        return List.of(new Configure(Stage.MEMCACHED, MEMCACHED, List.of(), List.of(), action, false, checks, risk));
    }

    private static void checkWatched(DropletState actual, DropletState desired) throws Unfit {
        if (!(desired.file(GUARD) instanceof FileState.Present)) {
            return;
        }
        if (!(actual.file(GUARD) instanceof FileState.Present)) {
            throw new Unfit("no guard protects the starts of its memcached yet; run first: {sessionctl provision}");
        }
        // It is the unit that has systemd call the guard.
        if (!desired.file(UNIT).equals(actual.file(UNIT))) {
            throw new Unfit(
                    "its " + UNIT + " is missing or was changed, so its guard may not protect the starts of memcached;"
                            + " run first: {sessionctl provision}");
        }
    }

    /** A reload of what serves PHP's pages. */
    public static List<Change> reload(DropletState actual, DropletState desired, Standing standing) {
        Difference difference = new Difference(actual, desired, standing);
        List<Change> changes = new ArrayList<>();
        for (String name : desired.services().keySet()) {
            if (!name.equals(MEMCACHED)) {
                List<String> checks = difference.checks(name, List.of());
                changes.add(new Configure(
                        Stage.WEB, name, List.of(), List.of(), Action.RELOAD, false, checks, Risk.HOLDS_REQUESTS));
            }
        }
        return changes;
    }

    private List<Change> guarding(List<Change> planned) {
        ServiceState memcached = actual.service(MEMCACHED);
        boolean starts = planned.stream()
                .anyMatch(c -> c instanceof Configure configure
                        && configure.service().equals(MEMCACHED)
                        && configure.action() != Action.NONE
                        && configure.action() != Action.FINISH);
        boolean guarded = desired.file(GUARD) instanceof FileState.Present;
        List<Change> steps = new ArrayList<>();
        if (guarded) {
            steps.addAll(guard.guarded(memcached, starts));
        }
        steps.addAll(guard.freeing(guarded));
        // Where no unit is wanted there is no systemd, or nothing to stop.
        if (desired.file(UNIT) instanceof FileState.Present) {
            steps.addAll(guard.stopping(memcached));
        }
        return steps;
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
        ServiceState now = now(name, unborn);
        boolean enable = !now.enabled();
        boolean settled = features.isEmpty() && now.settled() && files.stream().noneMatch(Difference::isRead);
        Action action = action(name, now, settled);
        if (action == Action.NONE && files.isEmpty() && !enable) {
            return List.of();
        }
        Stage stage = name.equals(MEMCACHED) ? Stage.MEMCACHED : Stage.WEB;
        Risk risk = unborn && stage == Stage.MEMCACHED ? Risk.NONE : risk(name, action, files, unborn);
        return List.of(new Configure(stage, name, files, features, action, enable, checks(name, files), risk));
    }

    /** A memcached that leaves is as it should be, whatever it is: it only stops, and that comes last. */
    private ServiceState now(String name, boolean unborn) {
        boolean leaves = name.equals(MEMCACHED) && standing.role() == Role.LEAVER;
        return unborn || leaves ? ServiceState.good(List.of()) : actual.service(name);
    }

    /** A unit's file is systemd's to read, when it starts the service next, and so is what the unit starts besides. */
    private static boolean isRead(FileChange file) {
        return !file.path().startsWith("/etc/systemd/") && !file.path().startsWith("/usr/local/lib/sessionctl/");
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
        if (now.starting() && settled) {
            return Action.FINISH;
        }
        if (settled) {
            return Action.NONE;
        }
        return name.equals(MEMCACHED) ? Action.RESTART : Action.RELOAD;
    }

    private Risk risk(String name, Action action, List<FileChange> files, boolean unborn) {
        if (name.equals(MEMCACHED)) {
            return action == Action.RESTART || action == Action.FINISH ? guard.ofRestart() : Risk.NONE;
        }
        if (!files.isEmpty() && guard.ofLists() != Risk.NONE) {
            return guard.ofLists();
        }
        return action == Action.RELOAD && !unborn ? Risk.HOLDS_REQUESTS : Risk.NONE;
    }

    private List<String> checks(String name, List<FileChange> files) {
        if (name.equals(MEMCACHED)) {
            List<String> all = new ArrayList<>(memcachedChecks());
            if (desired.file(GUARD) instanceof FileState.Present) {
                all.addAll(guard.ofStart());
            }
            return all;
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

    /** The first IPv4 address and the port as /proc/net/tcp writes them on a little-endian machine (proc(5)). */
    static String listening(MemcachedFlags flags) {
        String[] octets = flags.values("-l").stream()
                .flatMap(addresses -> Stream.of(addresses.split(",")))
                .filter(address -> address.matches("\\d+(\\.\\d+){3}"))
                .findFirst()
                .orElse("0.0.0.0")
                .split("\\.");
        List<String> ports = flags.values("-p");
        int port = Integer.parseInt(ports.get(ports.size() - 1));
        return String.format(
                "%02X%02X%02X%02X:%04X",
                Integer.parseInt(octets[3]),
                Integer.parseInt(octets[2]),
                Integer.parseInt(octets[1]),
                Integer.parseInt(octets[0]),
                port);
    }
}
