package sessionctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.RemovedServers;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.health.Aspect;
import sessionctl.health.Examination;
import sessionctl.health.Examined;
import sessionctl.health.Finding;
import sessionctl.health.OverrideFindings;
import sessionctl.health.Preflight;
import sessionctl.health.Remedies;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;
import sessionctl.state.Actual;
import sessionctl.state.HeldAddress;
import sessionctl.state.Readiness;
import sessionctl.state.Unfit;

/** One look at the droplets before a first run. */
final class Examining {
    private final Cluster cluster;
    private final DesiredStates desired;
    private final Remedies remedies;

    Examining(Cluster cluster, DesiredStates desired, Remedies remedies) {
        this.cluster = cluster;
        this.desired = desired;
        this.remedies = remedies;
    }

    /** Looks at these droplets. */
    Preflight look(Fleet fleet, List<Droplet> chosen) {
        Map<Droplet, Look<Readiness>> looks = fleet.examine(chosen, this::lacking);
        Map<Droplet, List<String>> questions = RemovedServers.of(cluster, actuals(looks), Set.of());
        return preflight(looks, RemovedCheck.findings(fleet, questions, remedies));
    }

    /** What is to be said of what was seen. */
    Preflight preflight(Map<Droplet, Look<Readiness>> looks, List<Finding> removed) {
        List<Examined> examined = new ArrayList<>();
        OverrideFindings overrides =
                new OverrideFindings(actuals(looks), desired.settings(cluster.droplets()), remedies);
        looks.forEach((droplet, look) -> examined.add(examined(droplet, look, overrides.findings(droplet))));
        return Preflight.of(cluster, examined, removed, remedies);
    }

    private static Map<Droplet, Actual> actuals(Map<Droplet, Look<Readiness>> looks) {
        Map<Droplet, Actual> actuals = new LinkedHashMap<>();
        looks.forEach((droplet, look) -> {
            if (look instanceof Look.Seen<Readiness> seen) {
                actuals.put(droplet, seen.actual().actual());
            }
        });
        return actuals;
    }

    /** The packages that provision would install. */
    private Set<String> lacking(Droplet droplet, Actual actual) {
        try {
            Set<String> packages = new TreeSet<>(
                    desired.of(droplet, housed(droplet, actual)).state().packages());
            packages.removeAll(actual.state().packages());
            return packages;
        } catch (Unfit e) {
            return Set.of();
        }
    }

    /** The same as if it held its private address, which is a matter of its own. */
    private static Actual housed(Droplet droplet, Actual actual) {
        String device = droplet.privateInterface();
        List<HeldAddress> addresses = new ArrayList<>(actual.addresses());
        addresses.add(new HeldAddress(
                device == null ? "eth1" : device, droplet.privateIp().text()));
        return new Actual(
                actual.platform(),
                addresses,
                actual.versions(),
                actual.offers(),
                actual.legacyTables(),
                actual.memcachedFlags(),
                actual.stored(),
                actual.gate(),
                actual.settings(),
                actual.input(),
                actual.state());
    }

    private Examined examined(Droplet droplet, Look<Readiness> look, List<Finding> overrides) {
        if (look instanceof Look.Unreached<Readiness> unreached) {
            return stopped(
                    droplet, true, aspect(unreached.failure().kind()), Place.without(droplet, unreached.failure()));
        }
        if (look instanceof Look.Unreadable<Readiness> unreadable) {
            return stopped(droplet, false, Aspect.SYSTEM, unreadable.why());
        }
        Readiness found = ((Look.Seen<Readiness>) look).actual();
        return Contained.run(
                () -> new Examination(cluster, droplet, found, remedies)
                        .examined(unfit(droplet, found.actual()), overrides),
                why -> stopped(droplet, false, Aspect.SYSTEM, why));
    }

    private String unfit(Droplet droplet, Actual actual) {
        return Contained.run(
                () -> {
                    desired.of(droplet, housed(droplet, actual));
                    return "";
                },
                why -> why);
    }

    private static Examined stopped(Droplet droplet, boolean unreached, Aspect aspect, String why) {
        Finding finding = new Finding(Severity.ERROR, droplet.name(), why, "");
        return new Examined(droplet, null, unreached, Map.of(aspect, finding));
    }

    private static Aspect aspect(SshFailure.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, PENALTY, LOST -> Aspect.REACH;
            case HOST_KEY -> Aspect.HOST_KEY;
            case LOGIN -> Aspect.LOGIN;
            case PRIVILEGE -> Aspect.ROOT;
        };
    }
}
