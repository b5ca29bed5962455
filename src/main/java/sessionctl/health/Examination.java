package sessionctl.health;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.InstallPackages;
import sessionctl.state.HeldAddress;
import sessionctl.state.Readiness;

/** What is wrong with one droplet that was looked at before a first run. */
public final class Examination {
    private static final long FOR_PACKAGES = 500;
    private static final long FOR_LOGS = 50;
    private static final int HTTP = 80;
    private static final String APACHE = "apache2";
    private static final Set<String> LACKING = Set.of("yes", "no", "unknown");
    private static final List<String> WEB_SERVERS = List.of(APACHE, "nginx", "lighttpd", "caddy");

    private final Cluster cluster;
    private final Droplet droplet;
    private final Readiness found;
    private final Remedies remedies;
    private final Map<Aspect, Finding> wrong = new EnumMap<>(Aspect.class);

    /** Of a droplet that answered. */
    public Examination(Cluster cluster, Droplet droplet, Readiness found, Remedies remedies) {
        this.cluster = cluster;
        this.droplet = droplet;
        this.found = found;
        this.remedies = remedies;
    }

    /**
     * What is wrong with it.
     *
     * @param unfit why it cannot become what the inventory asks for, its addresses aside; empty when it can
     * @param overrides lines of other files that override the inventory, the worst first
     */
    public Examined examined(String unfit, List<Finding> overrides) {
        if (!unfit.isEmpty()) {
            error(Aspect.SYSTEM, unfit);
        }
        address();
        packages();
        ports();
        firewalls();
        room();
        settings(overrides);
        return new Examined(droplet, found, false, wrong);
    }

    private void error(Aspect aspect, String what) {
        wrong.put(aspect, new Finding(Severity.ERROR, droplet.name(), what, ""));
    }

    private void warning(Aspect aspect, String what, String remedy) {
        wrong.put(aspect, new Finding(Severity.WARNING, droplet.name(), what, remedy));
    }

    private void address() {
        String device = droplet.privateInterface();
        String address = droplet.privateIp().text();
        boolean held = found.actual().addresses().stream()
                .anyMatch(h -> h.address().equals(address) && (device == null || device.equals(h.device())));
        if (!held) {
            String has = found.actual().addresses().stream()
                    .filter(h -> !h.device().equals("lo"))
                    .map(HeldAddress::toString)
                    .sorted()
                    .collect(Collectors.joining(", "));
            error(
                    Aspect.ADDRESS,
                    "it does not hold its private address " + address + (device == null ? "" : " on " + device)
                            + ", it has " + has + "; correct private_ip in the inventory or enable private networking");
        }
    }

    private void packages() {
        String missing = named("no");
        String unknown = named("unknown");
        InstallPackages install =
                new InstallPackages(lacking(), found.actual().state().broken());
        String refusal = install.refusal(found.offered());
        if (!refusal.isEmpty()) {
            String remedy = remedies.on(droplet, install.simulation());
            wrong.put(Aspect.PACKAGES, new Finding(Severity.ERROR, droplet.name(), refusal, remedy));
        } else if (!missing.isEmpty()) {
            wrong.put(
                    Aspect.PACKAGES,
                    new Finding(
                            Severity.ERROR,
                            droplet.name(),
                            "none of its package sources offers " + missing,
                            remedies.on(droplet, List.of("apt-get", "update"))));
        } else if (!unknown.isEmpty()) {
            warning(
                    Aspect.PACKAGES,
                    "its package lists are empty, so that nobody knows whether it can get " + unknown,
                    remedies.on(droplet, List.of("apt-get", "update")));
        }
    }

    /** The packages that it lacks. */
    private Set<String> lacking() {
        return found.offered().entrySet().stream()
                .filter(e -> LACKING.contains(e.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private String named(String word) {
        return found.offered().entrySet().stream()
                .filter(e -> e.getValue().equals(word))
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private void ports() {
        port(
                Aspect.MEMCACHED_PORT,
                cluster.memcached().port(),
                List.of("memcached"),
                "; stop it there, or name another memcached.port in the inventory");
        if (lacking().contains(APACHE)) {
            port(Aspect.WEB_PORT, HTTP, List.of(APACHE), ", so that Apache could not start; stop it there");
        } else if (!found.actual().state().service(APACHE).running()) {
            // An Apache that runs has its port, whoever stands before it.
            port(Aspect.WEB_PORT, HTTP, WEB_SERVERS, "; stop it there");
        }
    }

    private void port(Aspect aspect, int port, List<String> expected, String remedy) {
        found.listeners().stream()
                .filter(l -> l.port() == port && l.programs().stream().noneMatch(expected::contains))
                .findFirst()
                .ifPresent(l -> error(
                        aspect,
                        "port " + port + " is taken by "
                                + (l.programs().isEmpty()
                                        ? "a program that is not known"
                                        : String.join(", ", l.programs()))
                                + remedy));
    }

    private void firewalls() {
        if (found.firewalld()) {
            wrong.put(
                    Aspect.FIREWALL,
                    new Finding(
                            Severity.ERROR,
                            droplet.name(),
                            "firewalld is active, and blocks the memcached port whatever our rules allow",
                            remedies.on(droplet, List.of("systemctl", "disable", "--now", "firewalld"))));
        } else if (found.ufw()) {
            warning(
                    Aspect.FIREWALL,
                    "ufw is active, and decides who reaches port 80",
                    remedies.on(droplet, List.of("ufw", "allow", "80/tcp")));
        }
    }

    private void room() {
        disk();
        int wanted = cluster.memcached().memory().value();
        boolean runs = found.actual().state().service("memcached").running();
        long memory = found.memory().orElse(Long.MAX_VALUE);
        long available = found.available().orElse(Long.MAX_VALUE);
        if (wanted > memory * 0.8) {
            error(
                    Aspect.MEMORY,
                    "it has " + memory + " MB of memory, too little for the " + wanted
                            + " of memcached.memory; lower that in the inventory, or give it more");
        } else if (!runs && wanted > available) {
            warning(
                    Aspect.MEMORY,
                    "of its memory " + available + " MB are free, less than the " + wanted + " of memcached.memory",
                    "");
        }
    }

    private void disk() {
        if (found.disk().isEmpty()) {
            warning(Aspect.DISK, "how much is free in /var is unknown, because df does not show it", "");
            return;
        }
        long free = found.disk().getAsLong();
        if (!lacking().isEmpty() && free < FOR_PACKAGES) {
            error(
                    Aspect.DISK,
                    free + " MB are free in /var, and the packages need " + FOR_PACKAGES + "; make room there");
        } else if (free < FOR_LOGS) {
            warning(Aspect.DISK, "only " + free + " MB are free in /var; make room there", "");
        }
    }

    /** The worst line; the others are counted. */
    private void settings(List<Finding> overrides) {
        if (!overrides.isEmpty()) {
            Finding worst = overrides.get(0);
            String more = overrides.size() == 1 ? "" : " (and " + (overrides.size() - 1) + " more)";
            wrong.put(
                    Aspect.SETTINGS,
                    new Finding(worst.severity(), worst.droplet(), worst.what() + more, worst.remedy()));
        }
    }
}
