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
import sessionctl.ssh.SshFailure;
import sessionctl.state.DropletFacts;
import sessionctl.state.InterfaceAddress;
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
        return deriveFindings(answers, RemovedServersCheck.findings(fleet, questions, remedies));
    }

    /** Derives the findings from the facts. */
    Preflight deriveFindings(Map<Droplet, ProbeResult<PreflightFacts>> answers, List<Finding> removed) {
        List<PreflightResult> results = new ArrayList<>();
        OverrideFindings overrides =
                new OverrideFindings(factsOf(answers), desired.settings(cluster.droplets()), remedies);
        answers.forEach((droplet, answer) -> results.add(check(droplet, answer, overrides.findings(droplet))));
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

    private PreflightResult check(Droplet droplet, ProbeResult<PreflightFacts> answer, List<Finding> overrides) {
        return answer.fold(
                found -> FailureIsolation.run(
                        () -> new PreflightChecks(cluster, droplet, found, remedies)
                                .run(whyUnsupported(droplet, found.facts()), overrides),
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
