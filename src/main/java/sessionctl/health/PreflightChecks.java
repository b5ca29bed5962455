package sessionctl.health;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.plan.InstallPackages;
import sessionctl.ports.DropCause;
import sessionctl.ports.PortProbe;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.PreflightFacts;

/** Checks the facts of one droplet before a first run. */
public final class PreflightChecks {
    private static final long FOR_PACKAGES = 500;
    private static final long FOR_LOGS = 50;
    private static final int HTTP = 80;
    private static final String APACHE = "apache2";
    private static final Set<String> NOT_INSTALLED = Set.of("yes", "no", "unknown", "held");
    private static final List<String> WEB_SERVERS = List.of(APACHE, "nginx", "lighttpd", "caddy");

    private final Cluster cluster;
    private final Droplet droplet;
    private final PreflightFacts facts;
    private final Remedies remedies;
    private final Map<PreflightItem, Finding> failed = new EnumMap<>(PreflightItem.class);

    /** Checks for a droplet that answered. */
    public PreflightChecks(Cluster cluster, Droplet droplet, PreflightFacts facts, Remedies remedies) {
        this.cluster = cluster;
        this.droplet = droplet;
        this.facts = facts;
        this.remedies = remedies;
    }

    /**
     * Runs the checks.
     *
     * @param whyUnsupported the reason why the inventory cannot be applied, apart from addresses; empty if there is none
     * @param overrides findings about lines of other files that override the inventory, errors first
     * @param connections the tests of connections from this droplet to memcached's port on the others
     */
    public PreflightResult run(String whyUnsupported, List<Finding> overrides, List<PortProbe> connections) {
        if (!whyUnsupported.isEmpty()) {
            addError(PreflightItem.SYSTEM, whyUnsupported);
        }
        checkAddress();
        checkNetwork(connections);
        checkPackages();
        checkPorts();
        checkFirewalls();
        checkMemory();
        checkSettings(overrides);
        return new PreflightResult(droplet, facts, false, failed);
    }

    private void addError(PreflightItem check, String what) {
        addError(check, what, "");
    }

    private void addError(PreflightItem check, String what, String remedy) {
        failed.put(check, Finding.error(droplet.name(), what, remedy));
    }

    private void addWarning(PreflightItem check, String what, String remedy) {
        failed.put(check, Finding.warning(droplet.name(), what, remedy));
    }

    private void checkAddress() {
        String device = droplet.privateInterface();
        String address = droplet.privateIp().text();
        boolean held = facts.facts().addresses().stream()
                .anyMatch(h -> h.address().equals(address) && (device == null || device.equals(h.device())));
        if (!held) {
            String has = facts.facts().addresses().stream()
                    .filter(h -> !h.device().equals("lo"))
                    .map(InterfaceAddress::toString)
                    .sorted()
                    .collect(Collectors.joining(", "));
            addError(
                    PreflightItem.ADDRESS,
                    "it does not have its private address " + address + (device == null ? "" : " on " + device)
                            + ", it has " + has + "; correct private_ip in the inventory or enable private networking");
        }
    }

    /** A port without a listener refuses, so only a lost connection is a fault. A run makes its own rules. */
    private void checkNetwork(List<PortProbe> connections) {
        boolean rules = cluster.firewall().mode() != Firewall.Mode.NONE;
        List<PortProbe> lost = connections.stream()
                .filter(PortProbe::isDropped)
                .filter(p -> p.cause() == null || !(rules && p.cause().isFixedByProvision()))
                .toList();
        if (lost.isEmpty()) {
            return;
        }
        DropCause cause = lost.get(0).cause();
        String more = lost.size() == 1 ? "" : " (and does not reach " + (lost.size() - 1) + " more)";
        addError(
                PreflightItem.NETWORK,
                "it does not reach the memcached port of " + lost.get(0).to().name() + more
                        + (cause == null ? "" : ": " + cause.what()),
                cause == null || cause.at() == null || cause.commands().isEmpty()
                        ? ""
                        : remedies.allOnDroplet(cause.at(), cause.commands()));
    }

    private void checkPackages() {
        String missing = String.join(", ", packages(Set.of("no")));
        String unknown = String.join(", ", packages(Set.of("unknown")));
        InstallPackages install =
                new InstallPackages(missingPackages(), facts.facts().state().halfInstalled());
        Optional<InstallPackages.Refusal> refusal = install.refusal(facts.offered());
        String busy = InstallPackages.busy(facts.offered());
        if (refusal.isPresent()) {
            String remedy = remedies.onDroplet(droplet, refusal.get().remedy());
            addError(PreflightItem.PACKAGES, refusal.get().what(), remedy);
        } else if (!busy.isEmpty()) {
            addWarning(PreflightItem.PACKAGES, "apt is busy there, and a run waits for it: " + busy, "");
        } else if (!missing.isEmpty()) {
            addError(
                    PreflightItem.PACKAGES,
                    "none of its package sources offers " + missing,
                    remedies.onDroplet(droplet, List.of("apt-get", "update")));
        } else if (!unknown.isEmpty()) {
            addWarning(
                    PreflightItem.PACKAGES,
                    "its package lists are empty, so they do not show whether it can install " + unknown,
                    remedies.onDroplet(droplet, List.of("apt-get", "update")));
        }
    }

    /** The packages that the droplet lacks. */
    private Set<String> missingPackages() {
        return packages(NOT_INSTALLED);
    }

    private Set<String> packages(Set<String> answers) {
        return facts.offered().entrySet().stream()
                .filter(e -> answers.contains(e.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void checkPorts() {
        checkPort(
                PreflightItem.MEMCACHED_PORT,
                cluster.memcached().port(),
                List.of("memcached"),
                "; stop it there, or name another memcached.port in the inventory");
        if (missingPackages().contains(APACHE)) {
            checkPort(PreflightItem.WEB_PORT, HTTP, List.of(APACHE), ", so that Apache could not start; stop it there");
        } else if (!facts.facts().state().service(APACHE).running()) {
            // If Apache runs, it has the port that its configuration names, even if a proxy listens at port 80.
            checkPort(PreflightItem.WEB_PORT, HTTP, WEB_SERVERS, "; stop it there");
        }
    }

    private void checkPort(PreflightItem check, int port, List<String> expected, String remedy) {
        facts.listeners().stream()
                .filter(l -> l.port() == port && l.programs().stream().noneMatch(expected::contains))
                .findFirst()
                .ifPresent(l -> addError(
                        check,
                        "port " + port + " is taken by "
                                + (l.programs().isEmpty() ? "an unknown program" : String.join(", ", l.programs()))
                                + remedy));
    }

    private void checkFirewalls() {
        if (facts.firewalld()) {
            addError(
                    PreflightItem.FIREWALL,
                    "firewalld is active, and blocks the memcached port whatever sessionctl's rules allow",
                    remedies.onDroplet(droplet, List.of("systemctl", "disable", "--now", "firewalld")));
        } else if (facts.ufw()) {
            addWarning(
                    PreflightItem.FIREWALL,
                    "ufw is active, and decides which hosts reach port 80",
                    remedies.onDroplet(droplet, List.of("ufw", "allow", "80/tcp")));
        }
    }

    private void checkMemory() {
        checkDisk();
        int wanted = cluster.memcached().memory().value();
        boolean runs = facts.facts().state().service("memcached").running();
        long memory = facts.memory().orElse(Long.MAX_VALUE);
        long available = facts.available().orElse(Long.MAX_VALUE);
        Optional<String> foreign = Optional.ofNullable(facts.cache())
                .flatMap(cache -> SessionFindings.describeForeignKeys(
                        cache, facts.facts().stats().limit()));
        if (wanted > memory * 0.8) {
            addError(
                    PreflightItem.MEMORY,
                    "it has " + memory + " MB of memory, too little for the " + wanted + " MB of memcached.memory;"
                            + " lower that in the inventory, or give it more");
        } else if (!runs && wanted > available) {
            addWarning(
                    PreflightItem.MEMORY,
                    "only " + available + " MB of its memory are free, less than the " + wanted + " MB of"
                            + " memcached.memory",
                    "");
        } else {
            foreign.ifPresent(what -> addWarning(PreflightItem.MEMORY, what, ""));
        }
    }

    private void checkDisk() {
        Optional<String> shortage = DiskSpace.shortage(facts.facts().conditions(), facts.offered());
        if (shortage.isPresent()) {
            addError(PreflightItem.DISK, shortage.get());
            return;
        }
        if (facts.disk().isEmpty()) {
            addWarning(PreflightItem.DISK, "how much is free in /var is unknown, because df does not show it", "");
            return;
        }
        long free = facts.disk().getAsLong();
        boolean known = InstallPackages.needed(facts.offered())[1] > 0;
        if (!known && !missingPackages().isEmpty() && free < FOR_PACKAGES) {
            addError(
                    PreflightItem.DISK,
                    free + " MB are free in /var, but the packages need " + FOR_PACKAGES
                            + " MB; free some space there");
        } else if (free < FOR_LOGS) {
            addWarning(PreflightItem.DISK, "only " + free + " MB are free in /var; free some space there", "");
        }
    }

    /** Records the worst override, with the number of the others. */
    private void checkSettings(List<Finding> overrides) {
        if (!overrides.isEmpty()) {
            Finding worst = overrides.get(0);
            String more = overrides.size() == 1 ? "" : " (and " + (overrides.size() - 1) + " more)";
            failed.put(
                    PreflightItem.SETTINGS,
                    new Finding(worst.severity(), worst.droplet(), worst.what() + more, worst.remedy()));
        }
    }
}
