package sessionctl.action;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.ProbeResult;
import sessionctl.health.Finding;
import sessionctl.health.OverrideFindings;
import sessionctl.health.Preflight;
import sessionctl.health.PreflightChecks;
import sessionctl.health.PreflightItem;
import sessionctl.health.PreflightResult;
import sessionctl.health.Remedies;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.membership.RemovedServers;
import sessionctl.ports.PortProbe;
import sessionctl.ssh.SshFailure;
import sessionctl.state.DropletFacts;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.ManagedRules;
import sessionctl.state.PreflightFacts;
import sessionctl.state.UnsupportedDropletException;

/** Inspects droplets before a first run, for {@code check}. Changes nothing. */
public final class PreflightAction {
    private final Cluster cluster;
    private final DesiredStates desired;
    private final Remedies remedies;

    /**
     * Creates an action that has not contacted any droplet.
     *
     * @param desired computes the packages and settings that a run would need
     * @param remedies makes the commands that fix what is found
     */
    public PreflightAction(Cluster cluster, DesiredStates desired, Remedies remedies) {
        this.cluster = cluster;
        this.desired = desired;
        this.remedies = remedies;
    }

    /**
     * Inspects these droplets, and tests whether servers that the inventory no longer names still run.
     *
     * @return the findings of all droplets; one that cannot be reached or understood has a finding that states why
     */
    public Preflight inspect(Fleet fleet, List<Droplet> chosen) {
        Map<Droplet, ProbeResult<PreflightFacts>> answers =
                fleet.inspectPreflight(chosen, cluster.memcached().port(), this::missingPackages);
        Map<Droplet, List<String>> questions = RemovedServers.of(cluster, factsOf(answers), Set.of());
        List<PortProbe> connections = testConnections(fleet, factsOf(answers));
        return deriveFindings(answers, RemovedServersCheck.findings(fleet, questions, remedies), connections);
    }

    /** Tests the connections between the droplets that have their private address, whether memcached runs or not. */
    private List<PortProbe> testConnections(Fleet fleet, Map<Droplet, DropletFacts> facts) {
        List<Droplet> present = facts.entrySet().stream()
                .filter(one -> !one.getKey().leaving() && hasAddress(one.getKey(), one.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        int port = cluster.memcached().port();
        List<PortProbe> tested = fleet.testPortsBetween(present, port).stream()
                .filter(probe -> !isKnownToBeClosed(probe, facts))
                .toList();
        return fleet.explain(tested, present, port, PortProbe::isDropped);
    }

    /** Returns true if the other droplet has sessionctl's rules, and they do not admit this one yet. */
    private static boolean isKnownToBeClosed(PortProbe probe, Map<Droplet, DropletFacts> facts) {
        DropletFacts other = facts.get(probe.to());
        if (!probe.isDropped() || other == null || other.input() == null) {
            return false;
        }
        List<String> rules = other.input().managedRules().chains().getOrDefault(ManagedRules.PAIRWISE, List.of());
        return facts.keySet().stream()
                .filter(from -> from.name().equals(probe.from()))
                .anyMatch(from -> !rules.isEmpty()
                        && rules.stream().noneMatch(rule -> rule.contains(" -s " + from.privateIp() + "/32 ")));
    }

    private static boolean hasAddress(Droplet droplet, DropletFacts facts) {
        return facts.addresses().stream()
                .anyMatch(held -> held.address().equals(droplet.privateIp().text()));
    }

    /** Derives the findings from the facts, and from the tests of connections between the droplets. */
    Preflight deriveFindings(
            Map<Droplet, ProbeResult<PreflightFacts>> answers, List<Finding> removed, List<PortProbe> connections) {
        List<PreflightResult> results = new ArrayList<>();
        OverrideFindings overrides =
                new OverrideFindings(factsOf(answers), desired.settings(cluster.droplets()), remedies);
        answers.forEach((droplet, answer) -> results.add(check(
                droplet,
                answer,
                overrides.findings(droplet),
                connections.stream()
                        .filter(probe -> probe.from().equals(droplet.name()))
                        .toList())));
        return Preflight.of(cluster, results, removed, remedies);
    }

    private static Map<Droplet, DropletFacts> factsOf(Map<Droplet, ProbeResult<PreflightFacts>> answers) {
        Map<Droplet, DropletFacts> facts = new LinkedHashMap<>();
        ProbeResult.answered(answers).forEach((droplet, found) -> facts.put(droplet, found.facts()));
        return facts;
    }

    /** Returns the packages that provision would install; empty if the droplet is unsupported. */
    private Set<String> missingPackages(Droplet droplet, DropletFacts facts) {
        try {
            Set<String> packages = new TreeSet<>(
                    desired.stateOf(droplet, withPrivateAddress(droplet, facts)).packages());
            packages.removeAll(facts.state().packages());
            return packages;
        } catch (UnsupportedDropletException e) {
            return Set.of();
        }
    }

    /**
     * Adds the droplet's private address to its facts. A missing one is a finding of its own and must hide no other.
     */
    private static DropletFacts withPrivateAddress(Droplet droplet, DropletFacts facts) {
        String device = droplet.privateInterface();
        List<InterfaceAddress> addresses = new ArrayList<>(facts.addresses());
        addresses.add(new InterfaceAddress(
                device == null ? "eth1" : device, droplet.privateIp().text()));
        return new DropletFacts(
                facts.platform(),
                addresses,
                facts.versions(),
                facts.offers(),
                facts.legacyTables(),
                facts.memcachedFlags(),
                facts.stats(),
                facts.guardState(),
                facts.settings(),
                facts.input(),
                facts.firewall(),
                facts.installation(),
                facts.conditions(),
                facts.state());
    }

    private PreflightResult check(
            Droplet droplet, ProbeResult<PreflightFacts> answer, List<Finding> overrides, List<PortProbe> connections) {
        return answer.fold(
                found -> FailureIsolation.run(
                        () -> new PreflightChecks(cluster, droplet, found, remedies)
                                .run(whyUnsupported(droplet, found.facts()), overrides, connections),
                        why -> failed(droplet, false, PreflightItem.SYSTEM, why)),
                failure -> failed(droplet, true, checkOf(failure.kind()), PlaceText.withoutAddress(droplet, failure)),
                why -> failed(droplet, false, PreflightItem.SYSTEM, why));
    }

    private String whyUnsupported(Droplet droplet, DropletFacts facts) {
        return FailureIsolation.run(
                () -> {
                    desired.stateOf(droplet, withPrivateAddress(droplet, facts));
                    return "";
                },
                why -> why);
    }

    private static PreflightResult failed(Droplet droplet, boolean unreached, PreflightItem check, String why) {
        Finding finding = new Finding(Severity.ERROR, droplet.name(), why, "");
        return new PreflightResult(droplet, null, unreached, Map.of(check, finding));
    }

    private static PreflightItem checkOf(SshFailure.Kind kind) {
        return switch (kind) {
            case UNREACHABLE, PENALTY, LOST -> PreflightItem.REACH;
            case HOST_KEY -> PreflightItem.HOST_KEY;
            case LOGIN -> PreflightItem.LOGIN;
            case PRIVILEGE -> PreflightItem.ROOT;
        };
    }
}
