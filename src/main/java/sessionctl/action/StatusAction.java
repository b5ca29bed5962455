package sessionctl.action;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.command.Command;
import sessionctl.desired.DesiredStates;
import sessionctl.facts.StatusProbe;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.ProbeResult;
import sessionctl.health.AbsenceFindings;
import sessionctl.health.ClusterHealth;
import sessionctl.health.DropletHealth;
import sessionctl.health.Finding;
import sessionctl.health.OverrideFindings;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.membership.MemberStatus;
import sessionctl.membership.ServerList;
import sessionctl.plan.Change;
import sessionctl.ports.PortProbe;
import sessionctl.state.DropletFacts;
import sessionctl.state.StatusFacts;

/** Inspects a cluster for {@code status}, and compares it with what provision would make of it. */
public final class StatusAction {
    private final Cluster cluster;
    private final DesiredStates desired;
    private final Fleet fleet;
    private final Remedies remedies;

    /**
     * Creates an action that has not contacted any droplet.
     *
     * @param desired computes the state that each droplet should have
     * @param remedies makes the commands that fix what is found
     */
    public StatusAction(Cluster cluster, DesiredStates desired, Fleet fleet, Remedies remedies) {
        this.cluster = cluster;
        this.desired = desired;
        this.fleet = fleet;
        this.remedies = remedies;
    }

    /**
     * Inspects all droplets, because the plan of one depends on the others. Closes the connections to droplets that do
     * not answer, so that the next look reconnects.
     *
     * @param chosen the droplets to report
     */
    public ClusterHealth inspect(List<Droplet> chosen) {
        Map<Droplet, ProbeResult<StatusFacts>> answers = fleet.inspectStatus(cluster.droplets(), this::statusCommand);
        answers.forEach((droplet, answer) -> {
            if (answer instanceof ProbeResult.Unreached<StatusFacts>) {
                fleet.closeShell(droplet);
            }
        });
        ProvisionPlanner planner = newPlanner();
        List<DropletHealth> all = toHealth(planner, answers);
        Set<Droplet> chosenSet = new HashSet<>(chosen);
        List<DropletHealth> droplets =
                all.stream().filter(c -> chosenSet.contains(c.droplet())).toList();
        List<Droplet> reported = droplets.stream().map(DropletHealth::droplet).toList();
        Set<Droplet> lost = droplets.stream()
                .filter(DropletHealth::unreached)
                .map(DropletHealth::droplet)
                .collect(Collectors.toSet());
        Set<Droplet> left = droplets.stream()
                .filter(DropletHealth::hasLeft)
                .map(DropletHealth::droplet)
                .collect(Collectors.toSet());
        List<Finding> removed =
                new ArrayList<>(RemovedServersCheck.findings(fleet, planner.findRemovedServers(), remedies));
        Set<String> names = reported.stream().map(Droplet::name).collect(Collectors.toSet());
        // A droplet that was not chosen may still slow down the pages of those that were.
        new AbsenceFindings(cluster, remedies)
                .fromMeasurements(all).stream()
                        .filter(f -> !names.contains(f.droplet()))
                        .forEach(removed::add);
        int port = cluster.memcached().port();
        List<PortProbe> matrix = fleet.explain(
                fleet.testPorts(reported, lost, left, port),
                reported,
                port,
                ClusterHealth.unexplained(droplets, remedies));
        return evaluate(droplets, removed, matrix);
    }

    /**
     * Derives the findings about these droplets. If that fails for a droplet, its only finding states why.
     *
     * @param droplets the droplets with their facts and drift
     * @param removed findings about servers that are not among these droplets, such as those that the inventory no
     *     longer names
     * @param matrix the results of the connection tests
     */
    public ClusterHealth evaluate(List<DropletHealth> droplets, List<Finding> removed, List<PortProbe> matrix) {
        return FailureIsolation.run(
                () -> deriveFindings(droplets, removed, matrix),
                why -> deriveFindings(droplets.stream().map(this::evaluateAlone).toList(), removed, matrix));
    }

    private ClusterHealth deriveFindings(List<DropletHealth> droplets, List<Finding> removed, List<PortProbe> matrix) {
        List<Finding> findings = new ArrayList<>(removed);
        findings.addAll(findOverrides(droplets));
        return ClusterHealth.of(cluster, droplets, findings, matrix, longestLockTimeout(droplets), remedies);
    }

    /**
     * Returns the longest time in seconds that PHP waits for a session's lock: the largest of the inventory's value and
     * the values in the droplets' files.
     */
    private int longestLockTimeout(List<DropletHealth> droplets) {
        int wanted = cluster.sessions().lockTimeout().value();
        return droplets.stream()
                .flatMap(c -> Stream.ofNullable(c.statusFacts()))
                .mapToInt(statusFacts -> ServerList.lockTimeout(statusFacts.facts(), wanted))
                .reduce(wanted, Math::max);
    }

    private DropletHealth evaluateAlone(DropletHealth one) {
        return FailureIsolation.run(
                () -> deriveFindings(List.of(one), List.of(), List.of())
                        .droplets()
                        .get(0),
                why -> new DropletHealth(one.droplet(), null, false, why, null, List.of()));
    }

    /** Finds lines of other files that override the inventory's settings for PHP's sessions. */
    List<Finding> findOverrides(List<DropletHealth> droplets) {
        Map<Droplet, DropletFacts> facts = new LinkedHashMap<>();
        droplets.forEach(c -> {
            if (c.statusFacts() != null && !c.droplet().leaving()) {
                facts.put(c.droplet(), c.statusFacts().facts());
            }
        });
        return new OverrideFindings(facts, desired.settings(cluster.droplets()), remedies).findings();
    }

    /** Creates a planner of this cluster, without facts. */
    public ProvisionPlanner newPlanner() {
        return new ProvisionPlanner(cluster, desired);
    }

    /**
     * Evaluates the answers of all droplets.
     *
     * @param planner receives the facts, and plans the drift
     * @return the facts, status and drift of each droplet; of one that did not answer or that cannot be evaluated, why
     */
    public List<DropletHealth> toHealth(ProvisionPlanner planner, Map<Droplet, ProbeResult<StatusFacts>> answers) {
        List<DropletHealth> droplets = new ArrayList<>();
        FailureIsolation.together(answers, answered -> planner.setFacts(factsOf(answered), cluster.droplets()))
                .forEach((droplet, answer) -> droplets.add(toHealth(planner, droplet, answer)));
        return droplets;
    }

    /** Returns the command that gathers the facts of a droplet for status. */
    public Command statusCommand(Droplet droplet) {
        return StatusProbe.command(
                droplet.privateIp().text(),
                cluster.memcached().port(),
                cluster.sessions().lockTimeout().value(),
                cluster.staying().stream().map(d -> d.privateIp().text()).toList());
    }

    private static Map<Droplet, ProbeResult<DropletFacts>> factsOf(Map<Droplet, ProbeResult<StatusFacts>> answers) {
        Map<Droplet, ProbeResult<DropletFacts>> facts = new LinkedHashMap<>();
        ProbeResult.answered(answers)
                .forEach((droplet, found) -> facts.put(droplet, new ProbeResult.Answered<>(found.facts())));
        return facts;
    }

    private DropletHealth toHealth(ProvisionPlanner planner, Droplet droplet, ProbeResult<StatusFacts> answer) {
        return answer.fold(
                found -> FailureIsolation.run(
                        () -> toHealth(planner, droplet, found), why -> withoutFacts(droplet, false, why)),
                failure -> withoutFacts(
                        droplet, true, "it could not be reached: " + PlaceText.withoutAddress(droplet, failure)),
                why -> withoutFacts(droplet, false, why));
    }

    private static DropletHealth withoutFacts(Droplet droplet, boolean unreached, String why) {
        return new DropletHealth(droplet, null, unreached, why, null, List.of());
    }

    private DropletHealth toHealth(ProvisionPlanner planner, Droplet droplet, StatusFacts statusFacts) {
        MemberStatus status = planner.statusOf(droplet, statusFacts.facts());
        return FailureIsolation.run(
                () -> {
                    List<Change> drift =
                            planner.plan(droplet, statusFacts.facts()).changes();
                    return new DropletHealth(droplet, statusFacts, false, "", status, drift);
                },
                why -> new DropletHealth(droplet, statusFacts, false, why, status, List.of()));
    }
}
