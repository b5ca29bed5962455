package sessionctl.health;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.plan.Action;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.FileChange;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.GuardChange;
import sessionctl.plan.InstallPackages;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.Gate;

/** What the dry run of provision would change, in the words of somebody who looks at what is there. */
final class DriftFindings {
    private static final int MOST_NAMES = 4;
    private static final String FILLED = "its memcached is being filled from its peers";

    private final Checked checked;
    private final Remedies remedies;

    DriftFindings(Checked checked, Remedies remedies) {
        this.checked = checked;
        this.remedies = remedies;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Change change : checked.drift()) {
            if (change instanceof InstallPackages install) {
                findings.add(mended(Severity.ERROR, packages(install)));
            } else if (change instanceof Configure configure && present(configure.service())) {
                configured(configure, findings);
            } else if (change instanceof GuardChange guard
                    && (guard.order() != GuardChange.Order.ADMIT || present("memcached"))) {
                guard(guard, findings);
            }
        }
        return findings;
    }

    private void configured(Configure change, List<Finding> findings) {
        if (starts(change)) {
            findings.add(new Finding(Severity.WARNING, checked.name(), starting(change.service()), ""));
        }
        String words = words(change);
        if (!words.isEmpty()) {
            boolean later = change.action() == Action.NONE && change.files().isEmpty();
            findings.add(mended(later ? Severity.WARNING : Severity.ERROR, words));
        }
    }

    /** Whether it does by itself what is to be done, and is only not there yet. */
    private boolean starts(Configure change) {
        return change.action() == Action.START
                && checked.seen() != null
                && checked.seen().actual().state().service(change.service()).starting();
    }

    private String starting(String service) {
        boolean filled = service.equals("memcached")
                && checked.seen() != null
                && checked.seen().actual().gate().told().startsWith("filling ");
        return filled ? FILLED : service + " is starting";
    }

    /** An exposed memcached. Where iptables is missing, provision installs it first. */
    List<Finding> exposure(int port) {
        String remedy = checked.hasFirewall() ? remedies.firewall() : remedies.provision();
        return checked.exposed(port)
                ? List.of(ServerFindings.exposed(Severity.ERROR, List.of(checked.name()), remedy))
                : List.of();
    }

    /** The packet filter's, which fixes what the findings about connections said before; an exposure says more. */
    List<Finding> firewall(int port) {
        return checked.exposed(port)
                ? List.of()
                : checked.drift().stream()
                        .filter(c -> c instanceof FirewallChange)
                        .map(c -> ServerFindings.rules(checked.name(), (FirewallChange) c, remedies))
                        .toList();
    }

    private Finding mended(Severity severity, String what) {
        return new Finding(severity, checked.name(), what, remedies.provision());
    }

    /** Of a service that is not installed the missing package says enough. */
    private boolean present(String service) {
        return checked.seen() != null
                && checked.seen().actual().state().services().containsKey(service);
    }

    private static String packages(InstallPackages install) {
        return install.names().isEmpty()
                ? "packages are half installed: " + sorted(install.broken())
                : "packages are missing: " + sorted(install.names());
    }

    private static String sorted(Set<String> names) {
        return names.stream().sorted().collect(Collectors.joining(", "));
    }

    private String words(Configure change) {
        List<String> words = new ArrayList<>();
        String service = change.service();
        boolean starts = starts(change);
        String wrong = running(change);
        if (!wrong.isEmpty()) {
            words.add(wrong);
        }
        change.features().stream().map(Feature::words).forEach(f -> words.add(f + " is switched off"));
        if (change.files().stream().anyMatch(DriftFindings::guards)) {
            words.add("memcached is unguarded, so that its next start loses sessions");
        }
        change.files().stream().filter(f -> !guards(f)).forEach(f -> words.add(file(f)));
        if (words.isEmpty() && change.action() != Action.NONE && !starts) {
            words.add(service + " does not run with what its files say");
        }
        if (change.enable()) {
            words.add(service + " does not start at boot");
        }
        return String.join("; ", words);
    }

    /** What is wrong with the service as it runs; empty where nothing is. */
    private String running(Configure change) {
        String service = change.service();
        if (change.action() == Action.START && !starts(change)) {
            return service + " does not run";
        }
        if (change.action() == Action.FINISH) {
            return "systemd waits for a PID file that " + service + " does not write, and stops " + service
                    + " when its time is up";
        }
        String elsewhere = service.equals("memcached") ? checked.elsewhere() : "";
        return elsewhere.isEmpty()
                ? ""
                : "memcached listens at " + elsewhere + ", not at "
                        + checked.droplet().privateIp();
    }

    /** A file without which nobody keeps PHP away from an empty memcached. */
    private static boolean guards(FileChange file) {
        return file.path().contains("/sessionctl") && !(file.before() instanceof FileState.Present);
    }

    private static String file(FileChange file) {
        Set<String> names = settings(file.diff());
        String some = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        boolean own = file.path().contains("/sessionctl");
        return file.path() + " is not the inventory's"
                + (own || names.isEmpty() ? "" : " (" + some + (names.size() > MOST_NAMES ? ", …" : "") + ")");
    }

    /** The names in the lines of a diff, comments left out: of PHP's settings, or memcached's options. */
    private static Set<String> settings(List<String> diff) {
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

    private void guard(GuardChange change, List<Finding> findings) {
        switch (change.order()) {
            case REJOIN -> findings.add(shut());
            case ADMIT ->
                findings.add(mended(Severity.ERROR, "its memcached waits to be let in, and is shut to PHP meanwhile"));
            case AWAY, AWAY_FIRST ->
                findings.add(mended(
                        Severity.ERROR,
                        "PHP's list names servers that are no members of the cluster: "
                                + String.join(", ", change.addresses())));
            case BACK, RETURN ->
                findings.add(mended(
                        Severity.WARNING,
                        "a rule is left over that shuts the way to " + String.join(", ", change.addresses())));
            case RETIRE, STOP ->
                findings.add(
                        mended(Severity.ERROR, "it leaves the cluster, but its memcached is not stopped for good"));
            case GIVE, HOLD, ONLY -> {
                // Go together with a list that changes, with ADMIT or RETIRE, and with BACK.
            }
        }
    }

    private Finding shut() {
        Gate gate = checked.seen() == null ? Gate.NONE : checked.seen().actual().gate();
        long now = checked.seen() == null ? 0 : checked.seen().vitals().clock().now();
        String[] words = gate.told().split(" ", 3);
        boolean young = words.length > 1 && words[1].matches("\\d{1,12}") && now - Long.parseLong(words[1]) < 60;
        if (words[0].equals("filling") && young) {
            return new Finding(Severity.WARNING, checked.name(), FILLED, "");
        }
        String what = gate.failure().isEmpty()
                ? "its memcached port is still shut to PHP, though memcached runs"
                : "its memcached port is still shut to PHP: " + gate.failure();
        String remedy = gate.lacksFirewall() ? remedies.firewallFirst() : remedies.provision();
        return new Finding(Severity.ERROR, checked.name(), what, remedy);
    }
}
