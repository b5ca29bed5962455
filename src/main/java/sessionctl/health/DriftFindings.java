package sessionctl.health;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.inventory.Cluster;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.FileChange;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.GuardChange;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.GuardState;
import sessionctl.state.SentinelState;
import sessionctl.state.StatusFacts;

/**
 * Findings that describe the changes of a dry run of {@code provision} and {@code firewall} as faults of the current
 * state.
 */
final class DriftFindings {
    private static final int MAX_NAMES = 4;
    private static final String FILLING = "its memcached is being filled from its peers";

    private final DropletHealth health;
    private final StatusFacts facts;
    private final Remedies remedies;

    DriftFindings(DropletHealth health, StatusFacts facts, Remedies remedies) {
        this.health = health;
        this.facts = facts;
        this.remedies = remedies;
    }

    /**
     * Returns the findings.
     *
     * @param unreached the droplets whose memcached another droplet does not reach, by name
     */
    List<Finding> findings(Set<String> unreached) {
        List<Finding> findings = new ArrayList<>();
        for (Change change : health.drift()) {
            if (change instanceof InstallPackages install) {
                findings.add(newFinding(Severity.ERROR, describePackages(install)));
            } else if (DropletHealth.startsSentinel(change)) {
                addSentinelFinding(findings);
            } else if (change instanceof Configure configure && isInstalled(configure.service())) {
                addConfigureFindings(configure, findings);
            } else if (change instanceof GuardChange guard
                    && !(isFencedBySentinel() && unreached.contains(health.name()))) {
                addGuardFindings(guard, findings);
            }
        }
        return findings;
    }

    private void addConfigureFindings(Configure change, List<Finding> findings) {
        if (isStarting(change)) {
            findings.add(Finding.warning(health.name(), describeStarting(change.service()), ""));
        }
        String words = describe(change);
        if (!words.isEmpty()) {
            boolean later =
                    change.action() == ServiceAction.NONE && change.files().isEmpty();
            findings.add(newFinding(later ? Severity.WARNING : Severity.ERROR, words));
        }
    }

    private void addSentinelFinding(List<Finding> findings) {
        if (isInstalled("memcached")) {
            findings.add(newFinding(Severity.WARNING, SentinelFindings.DOES_NOT_RUN));
        }
    }

    /** Returns true if the service is starting already, so that no command is needed. */
    private boolean isStarting(Configure change) {
        return change.action() == ServiceAction.START
                && facts.facts().state().service(change.service()).starting();
    }

    private String describeStarting(String service) {
        boolean filled = service.equals("memcached")
                && facts.facts().guardState().guardStatus().startsWith("filling ");
        return filled ? FILLING : service + " is starting";
    }

    /** Returns the finding for an exposed memcached. */
    List<Finding> exposureFindings(Cluster cluster) {
        return health.isExposed(cluster.memcached().port())
                ? List.of(ServerFindings.exposed(Severity.ERROR, List.of(health.name()), remedies.closePort(cluster)))
                : List.of();
    }

    /**
     * Returns the findings about firewall rules. They follow the findings about connections, which they explain. An
     * exposure replaces them, because it is the more serious finding, and so does the missing package.
     */
    List<Finding> firewallFindings(int port) {
        return health.isExposed(port) || !facts.facts().hasIptables()
                ? List.of()
                : health.drift().stream()
                        .filter(c -> c.stage() == Stage.FIREWALL)
                        .map(c -> ServerFindings.rules(health.name(), (FirewallChange) c, remedies))
                        .toList();
    }

    private Finding newFinding(Severity severity, String what) {
        return new Finding(severity, health.name(), what, remedies.provision());
    }

    /** Returns true if the service is installed. Otherwise the finding about the missing package suffices. */
    private boolean isInstalled(String service) {
        return facts.facts().state().services().containsKey(service);
    }

    private static String describePackages(InstallPackages install) {
        return install.names().isEmpty()
                ? "packages are half installed: " + joinSorted(install.halfInstalled())
                : "packages are missing: " + joinSorted(install.names());
    }

    private static String joinSorted(Set<String> names) {
        return names.stream().sorted().collect(Collectors.joining(", "));
    }

    private String describe(Configure change) {
        List<String> words = new ArrayList<>();
        String service = change.service();
        boolean starts = isStarting(change);
        String wrong = describeRunningFault(change);
        if (!wrong.isEmpty()) {
            words.add(wrong);
        }
        change.features().stream().map(Feature::words).forEach(f -> words.add(f + " is switched off"));
        if (change.files().stream().anyMatch(DriftFindings::isGuardFile)) {
            words.add("memcached is unguarded, so its next start loses sessions");
        }
        change.files().stream().filter(f -> !isGuardFile(f)).forEach(f -> words.add(describeFile(f)));
        if (words.isEmpty() && change.action() != ServiceAction.NONE && !starts) {
            words.add(service + " does not run with the settings in its files");
        }
        if (change.enable()) {
            words.add(service + " does not start at boot");
        }
        return String.join("; ", words);
    }

    /** Describes the fault of the running service; empty if there is none. */
    private String describeRunningFault(Configure change) {
        String service = change.service();
        if (change.action() == ServiceAction.START && !isStarting(change)) {
            return service + " does not run";
        }
        if (change.action() == ServiceAction.FINISH) {
            return "systemd waits for a PID file that " + service + " does not write, and stops " + service
                    + " after its timeout";
        }
        String elsewhere = service.equals("memcached") ? health.wrongAddresses() : "";
        return elsewhere.isEmpty()
                ? ""
                : "memcached listens at " + elsewhere + ", not at "
                        + health.droplet().privateIp();
    }

    /** Returns true for a missing file without which PHP would not be kept away from an empty memcached. */
    private static boolean isGuardFile(FileChange file) {
        return file.path().contains("/sessionctl") && !(file.before() instanceof FileState.Present);
    }

    private static String describeFile(FileChange file) {
        Set<String> names = changedSettings(file.diff());
        String some = names.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
        boolean own = file.path().contains("/sessionctl");
        return file.path() + " does not match the inventory"
                + (own || names.isEmpty() ? "" : " (" + some + (names.size() > MAX_NAMES ? ", …" : "") + ")");
    }

    /** Returns the names of PHP settings or memcached options in the changed lines of a diff, comments left out. */
    private static Set<String> changedSettings(List<String> diff) {
        Set<String> names = new LinkedHashSet<>();
        for (String line : diff) {
            String text = line.isEmpty() ? "" : line.substring(1).strip();
            boolean changed = line.matches("[+-].*") && !line.startsWith("+++") && !line.startsWith("---");
            if (changed && text.matches("-\\w\\b.*|[a-z][\\w.]+\\s*=.*")) {
                names.add(text.replaceAll("[\\s=].*", ""));
            }
        }
        return names;
    }

    private void addGuardFindings(GuardChange change, List<Finding> findings) {
        switch (change.order()) {
            case RESYNC -> findings.add(newFenceFinding());
            case UNCORDON -> {
                if (isInstalled("memcached")) {
                    String words = "its memcached waits to join, and is closed to PHP until then";
                    findings.add(newFinding(Severity.ERROR, words));
                }
            }
            case BLOCK_LEAVING, BLOCK_LEAVING_FIRST ->
                findings.add(newFinding(
                        Severity.ERROR,
                        "PHP's server list contains servers that are not cluster members: "
                                + String.join(", ", change.addresses())));
            case UNBLOCK_LEFT, UNBLOCK_REJOINING ->
                findings.add(newFinding(
                        Severity.WARNING, "a leftover rule blocks " + String.join(", ", change.addresses())));
            case DECOMMISSION, STOP ->
                findings.add(newFinding(
                        Severity.ERROR, "it is leaving the cluster, but its memcached is not permanently stopped"));
            case PUSH_SESSIONS, CORDON, NARROW_BLOCK -> {
                // Reported by other changes: the file change of PHP's list, UNCORDON or DECOMMISSION, and
                // UNBLOCK_REJOINING.
            }
        }
    }

    private boolean isFencedBySentinel() {
        SentinelState sentinel = health.sentinel();
        return sentinel != null && !sentinel.fenced().isEmpty();
    }

    private Finding newFenceFinding() {
        GuardState guardState = facts.facts().guardState();
        long now = facts.metrics().clock().now();
        String[] words = guardState.guardStatus().split(" ", 3);
        boolean recent = words.length > 1 && words[1].matches("\\d{1,12}") && now - Long.parseLong(words[1]) < 60;
        if (words[0].equals("filling") && recent) {
            return Finding.warning(health.name(), FILLING, "");
        }
        String what = guardState.failure().isEmpty()
                ? "its memcached port is still closed to PHP, though memcached runs"
                : "its memcached port is still closed to PHP: " + guardState.failure();
        return Finding.error(health.name(), what, remedies.provision());
    }
}
