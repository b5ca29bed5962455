package sessionctl.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sessionctl.guard.GuardProgram;
import sessionctl.membership.MemberStatus;
import sessionctl.membership.Role;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.PhpLayout;
import sessionctl.state.SentinelState;
import sessionctl.state.ServiceState;
import sessionctl.state.UnsupportedDropletException;

/** Computes the changes that turn a droplet's state into the desired one, sorted by stage. */
public final class DropletPlanner {
    private static final String MEMCACHED = "memcached";
    private static final String MEMCACHED_CONF = "/etc/memcached.conf";

    private final DropletState actual;
    private final DropletState desired;
    private final MemberStatus status;
    private final MembershipSteps membershipSteps;

    private DropletPlanner(DropletState actual, DropletState desired, MemberStatus status) {
        this.actual = actual;
        this.desired = desired;
        this.status = status;
        this.membershipSteps = new MembershipSteps(status);
    }

    /**
     * Returns the changes that turn one state into the other; empty if they agree on everything that is desired.
     *
     * @param status the status of the droplet's memcached in its cluster
     */
    public static List<Change> between(DropletState actual, DropletState desired, MemberStatus status) {
        DropletPlanner difference = new DropletPlanner(actual, desired, status);
        List<Change> changes = new ArrayList<>(difference.packages());
        desired.services().forEach((name, wanted) -> changes.addAll(difference.service(name, wanted)));
        changes.addAll(difference.guardChanges(changes));
        changes.sort(Comparator.comparing(Change::stage));
        return changes;
    }

    /**
     * Returns a restart of memcached without any other change; empty if the droplet is leaving.
     *
     * @param desired the desired state of the same droplet
     * @throws UnsupportedDropletException if the droplet should have a guard but its starts are not protected by one
     *     yet
     */
    public static List<Change> restart(DropletState actual, DropletState desired, MemberStatus status)
            throws UnsupportedDropletException {
        if (status.role() == Role.LEAVING) {
            return List.of();
        }
        checkGuarded(actual, desired);
        DropletPlanner difference = new DropletPlanner(actual, desired, status);
        ServiceAction action = actual.service(MEMCACHED).running() ? ServiceAction.RESTART : ServiceAction.START;
        Risk risk = difference.risk(MEMCACHED, action, List.of(), false);
        return List.of(difference.actionOnly(Stage.MEMCACHED, MEMCACHED, action, risk));
    }

    private static void checkGuarded(DropletState actual, DropletState desired) throws UnsupportedDropletException {
        if (!(desired.file(GuardProgram.PATH) instanceof FileState.Present)) {
            return;
        }
        if (!(actual.file(GuardProgram.PATH) instanceof FileState.Present)) {
            throw new UnsupportedDropletException(
                    "no guard protects the starts of its memcached yet; run first: {sessionctl provision}");
        }
        // The unit makes systemd call the guard.
        if (!desired.file(GuardProgram.UNIT).equals(actual.file(GuardProgram.UNIT))) {
            throw new UnsupportedDropletException("its " + GuardProgram.UNIT
                    + " is missing or was changed, so its guard may not protect the starts of memcached;"
                    + " run first: {sessionctl provision}");
        }
    }

    /** Returns a reload of every service that serves PHP pages. */
    public static List<Change> reload(DropletState actual, DropletState desired, MemberStatus status) {
        DropletPlanner difference = new DropletPlanner(actual, desired, status);
        List<Change> changes = new ArrayList<>();
        for (String name : desired.services().keySet()) {
            if (!isOfMemcached(name)) {
                changes.add(difference.actionOnly(Stage.WEB, name, ServiceAction.RELOAD, Risk.HOLDS_REQUESTS));
            }
        }
        return changes;
    }

    /** Returns an action on a service whose files stay as they are. */
    private Configure actionOnly(Stage stage, String service, ServiceAction action, Risk risk) {
        List<String> checks = checks(service, List.of());
        return new Configure(stage, service, List.of(), List.of(), action, false, checks, risk);
    }

    private List<Change> guardChanges(List<Change> planned) {
        ServiceState memcached = actual.service(MEMCACHED);
        boolean starts = planned.stream()
                .anyMatch(c -> c instanceof Configure configure
                        && configure.service().equals(MEMCACHED)
                        && configure.action() != ServiceAction.NONE
                        && configure.action() != ServiceAction.FINISH);
        boolean guarded = desired.file(GuardProgram.PATH) instanceof FileState.Present;
        List<Change> steps = new ArrayList<>();
        if (guarded) {
            steps.addAll(membershipSteps.guardSteps(memcached, starts));
        }
        steps.addAll(membershipSteps.unblockSteps(guarded));
        // Without a desired unit there is no systemd, or there is no memcached to stop.
        if (desired.file(GuardProgram.UNIT) instanceof FileState.Present) {
            steps.addAll(membershipSteps.stopSteps(memcached));
        }
        return steps;
    }

    private List<Change> packages() {
        Set<String> missing = new LinkedHashSet<>(desired.packages());
        missing.removeAll(actual.packages());
        return missing.isEmpty() && actual.halfInstalled().isEmpty()
                ? List.of()
                : List.of(new InstallPackages(missing, actual.halfInstalled()));
    }

    /**
     * Returns the change of one service. A service that its package will bring starts and is enabled at installation,
     * so only its files and features remain to be set.
     */
    private List<Change> service(String name, ServiceState wanted) {
        List<FileChange> files = files(wanted);
        List<Feature> features = features(wanted);
        boolean toBeInstalled = isToBeInstalled(name);
        ServiceState now = effectiveState(name, toBeInstalled);
        boolean enable = !now.enabled();
        boolean settled = features.isEmpty() && now.settled() && files.stream().noneMatch(DropletPlanner::isRead);
        ServiceAction action = action(name, now, settled);
        if (action == ServiceAction.NONE && files.isEmpty() && !enable) {
            return List.of();
        }
        Stage stage = isOfMemcached(name) ? Stage.MEMCACHED : Stage.WEB;
        Risk risk = toBeInstalled && stage == Stage.MEMCACHED ? Risk.NONE : risk(name, action, files, toBeInstalled);
        return List.of(new Configure(stage, name, files, features, action, enable, checks(name, files), risk));
    }

    /** Returns true for memcached and its sentinel. All other services serve PHP pages. */
    private static boolean isOfMemcached(String name) {
        return name.equals(MEMCACHED) || name.equals(SentinelState.SERVICE);
    }

    /** Returns true if a package will bring the service. No package brings the sentinel. */
    private boolean isToBeInstalled(String name) {
        return !name.equals(SentinelState.SERVICE) && (!actual.services().containsKey(name) || isToBeFinished(name));
    }

    /** Returns true if dpkg has not configured the service's package yet, which enables and starts the service. */
    private boolean isToBeFinished(String name) {
        ServiceState now = actual.service(name);
        return actual.halfInstalled().contains(name) && !now.running() && !now.enabled();
    }

    /**
     * Returns the state that decides about the action. A leaving memcached counts as good in any state: it is only
     * stopped, in the last stage.
     */
    private ServiceState effectiveState(String name, boolean toBeInstalled) {
        boolean leaves = name.equals(MEMCACHED) && status.role() == Role.LEAVING;
        return toBeInstalled || leaves ? ServiceState.goodState(List.of()) : actual.service(name);
    }

    /**
     * Returns true if the service must read the file now. systemd reads memcached's unit at the next start, and so does
     * it the programs that the unit calls. A restart of the sentinel costs nothing.
     */
    private static boolean isRead(FileChange file) {
        return file.path().equals(GuardProgram.SENTINEL_UNIT)
                || (!file.path().startsWith("/etc/systemd/")
                        && !file.path().startsWith(GuardProgram.FOLDER)
                        && !file.path().equals(GuardProgram.SETTINGS));
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

    private static ServiceAction action(String name, ServiceState now, boolean settled) {
        if (!now.running()) {
            return ServiceAction.START;
        }
        if (now.starting() && settled) {
            return ServiceAction.FINISH;
        }
        if (settled) {
            return ServiceAction.NONE;
        }
        return isOfMemcached(name) ? ServiceAction.RESTART : ServiceAction.RELOAD;
    }

    private Risk risk(String name, ServiceAction action, List<FileChange> files, boolean toBeInstalled) {
        if (name.equals(MEMCACHED)) {
            return action == ServiceAction.RESTART || action == ServiceAction.FINISH
                    ? membershipSteps.restartRisk()
                    : Risk.NONE;
        }
        if (name.equals(SentinelState.SERVICE)) {
            return Risk.NONE;
        }
        if (!files.isEmpty() && membershipSteps.listRisk() != Risk.NONE) {
            return membershipSteps.listRisk();
        }
        return action == ServiceAction.RELOAD && !toBeInstalled ? Risk.HOLDS_REQUESTS : Risk.NONE;
    }

    private List<String> checks(String name, List<FileChange> files) {
        if (name.equals(MEMCACHED)) {
            List<String> all = new ArrayList<>(memcachedChecks());
            if (desired.file(GuardProgram.PATH) instanceof FileState.Present) {
                all.addAll(membershipSteps.startArguments());
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

    /**
     * Returns the checks of memcached: it must start with the new flags for a moment, and after the change it must
     * listen where PHP looks for it.
     */
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

    /** Returns the first IPv4 address and the port as /proc/net/tcp shows them on a little-endian machine (proc(5)). */
    static String listening(MemcachedFlags flags) {
        String[] octets = flags.addresses().stream()
                .filter(address -> address.matches("\\d+(\\.\\d+){3}"))
                .findFirst()
                .orElse("0.0.0.0")
                .split("\\.");
        int port = Integer.parseInt(flags.port().orElseThrow());
        return String.format(
                "%02X%02X%02X%02X:%04X",
                Integer.parseInt(octets[3]),
                Integer.parseInt(octets[2]),
                Integer.parseInt(octets[1]),
                Integer.parseInt(octets[0]),
                port);
    }
}
