package sessionctl.action;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.ProbeResult;
import sessionctl.health.AbsenceFindings;
import sessionctl.health.DiskSpace;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.membership.ServerList;
import sessionctl.plan.Configure;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Stage;
import sessionctl.ports.PortMatrix;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortState;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.state.DropletFacts;

/** Gathers the facts of a cluster for a run, and plans the changes of each droplet. */
final class ClusterInspection {
    private final Planner planner;
    private final Fleet fleet;
    private final Console console;
    private final UnreachableLeavingDroplets leavers;
    private final Remedies remedies;
    private List<Droplet> reached = List.of();
    private List<Finding> findings = List.of();
    private boolean removedServers;

    /** The time to wait on a droplet while another process uses apt. */
    private Duration patience = Duration.ZERO;

    ClusterInspection(
            Planner planner, Fleet fleet, Console console, UnreachableLeavingDroplets leavers, Remedies remedies) {
        this.planner = planner;
        this.fleet = fleet;
        this.console = console;
        this.leavers = leavers;
        this.remedies = remedies;
    }

    /** Makes {@link #gatherAndPlan} wait for other users of apt: the plan will be carried out. */
    void waitForApt() {
        patience = Duration.ofMinutes(5);
    }

    /** Returns the droplets that answered the last time. */
    List<Droplet> reached() {
        return reached;
    }

    /** Returns what is wrong in the cluster and no change of the plan fixes. */
    List<Finding> findings() {
        return findings;
    }

    /** Returns true if a server that the inventory no longer names still runs, which prevents every change. */
    boolean hasRemovedServers() {
        return removedServers;
    }

    /**
     * Inspects all droplets, because the plan of one depends on the others.
     *
     * @param chosen the droplets that the run may change
     * @return an entry for each chosen droplet
     */
    List<DropletReport> gatherAndPlan(List<Droplet> chosen) {
        boolean allChosen = chosen.size() == planner.cluster().droplets().size();
        Map<Droplet, ProbeResult<DropletFacts>> answers = FailureIsolation.together(
                leavers.inspect(planner.cluster().droplets(), fleet::inspect, allChosen),
                answered -> planner.setFacts(answered, chosen));
        List<Finding> removed = RemovedServersCheck.findings(fleet, planner.findRemovedServers(), remedies);
        removedServers = !removed.isEmpty();
        reached = answers.keySet().stream()
                .filter(d -> !(answers.get(d) instanceof ProbeResult.Unreached<DropletFacts>))
                .toList();
        findings = Stream.of(
                        removed.stream(),
                        UnreachableLeavingDroplets.down(answers)
                                .filter(d -> chosen.contains(d) && isUsed(d, ProbeResult.answered(answers)))
                                .map(new AbsenceFindings(planner.cluster(), remedies)::unreached),
                        planner.findings(factsOf(answers, chosen), remedies).stream())
                .flatMap(found -> found)
                .toList();
        List<DropletReport> entries = new ArrayList<>();
        answers.forEach((droplet, answer) -> {
            if (chosen.contains(droplet)) {
                entries.add(toReport(droplet, answer));
            } else if (answer instanceof ProbeResult.Unreached<DropletFacts> unreached) {
                console.note("Unreachable (this run would not change it): "
                        + unreached.failure().sentence());
            }
        });
        return testPeers(simulateInstalls(entries, ProbeResult.answered(answers)), ProbeResult.answered(answers));
    }

    /** Returns true if the PHP of a droplet that answered uses this one's memcached. */
    private static boolean isUsed(Droplet droplet, Map<Droplet, DropletFacts> answered) {
        return answered.values().stream()
                .anyMatch(
                        facts -> ServerList.contains(facts, droplet.privateIp().text()));
    }

    /**
     * Tests that joining droplets reach their peers' memcached where another tool makes the rules: a droplet that does
     * not could not be filled. sessionctl's own rules admit a droplet before it joins.
     */
    private List<DropletReport> testPeers(List<DropletReport> entries, Map<Droplet, DropletFacts> answered) {
        List<Droplet> joining = entries.stream()
                .filter(e -> e.changes().stream().anyMatch(change -> change.stage() == Stage.UNCORDON))
                .map(DropletReport::droplet)
                .toList();
        List<Droplet> peers = answered.keySet().stream()
                .filter(d -> !d.leaving() && serves(answered.get(d)))
                .toList();
        if (planner.cluster().firewall().mode() != Firewall.Mode.NONE || joining.isEmpty() || peers.isEmpty()) {
            return entries;
        }
        PortMatrix ports = new PortMatrix(peers, planner.cluster().memcached().port());
        Map<Droplet, List<PortProbe>> probes = ProbeResult.answered(fleet.probe(joining, ports::probeFrom));
        return entries.stream()
                .map(entry -> probes.getOrDefault(entry.droplet(), List.of()).stream()
                        .filter(p -> p.state() == PortState.SILENT || p.state() == PortState.REFUSED)
                        .findFirst()
                        .map(p -> DropletReport.failed(entry.droplet(), DropletStatus.FAILED, describeUnreached(p)))
                        .orElse(entry))
                .toList();
    }

    private static boolean serves(@Nullable DropletFacts facts) {
        return facts != null && facts.servesOthers() && !facts.guardState().fenced();
    }

    private static String describeUnreached(PortProbe probe) {
        return "it does not reach memcached on " + probe.to().name() + " (" + probe.address() + ": "
                + probe.state().words()
                + ") and could not be filled; open that port for it with the tool that makes the"
                + " rules, then run again";
    }

    /**
     * Simulates each installation with apt-get. A droplet fails if apt-get would remove packages or cannot install them,
     * if another program keeps apt busy, or if a file system has no room for what the plan writes.
     */
    private List<DropletReport> simulateInstalls(List<DropletReport> entries, Map<Droplet, DropletFacts> answered) {
        Map<Droplet, InstallPackages> installs = new LinkedHashMap<>();
        for (DropletReport entry : entries) {
            entry.changes().stream()
                    .flatMap(change -> change instanceof InstallPackages install ? Stream.of(install) : Stream.empty())
                    .forEach(install -> installs.put(entry.droplet(), install));
        }
        Map<Droplet, Set<String>> names = new LinkedHashMap<>();
        installs.forEach((droplet, install) -> names.put(droplet, install.names()));
        Map<Droplet, Map<String, String>> offers = ProbeResult.answered(fleet.askApt(names, patience));
        return entries.stream()
                .map(entry -> {
                    Map<String, String> offered = offers.getOrDefault(entry.droplet(), Map.of());
                    DropletReport simulated = simulated(entry, installs.get(entry.droplet()), offered);
                    DropletFacts facts = answered.get(entry.droplet());
                    return facts == null || !writesFiles(simulated)
                            ? simulated
                            : DiskSpace.shortage(facts.conditions(), offered)
                                    .map(why -> failed(entry, why))
                                    .orElse(simulated);
                })
                .toList();
    }

    private DropletReport simulated(
            DropletReport entry, @Nullable InstallPackages install, Map<String, String> offered) {
        if (install == null || offered.isEmpty()) {
            return entry;
        }
        Optional<InstallPackages.Refusal> refusal = install.refusal(offered);
        if (refusal.isPresent()) {
            String remedy = remedies.onDroplet(entry.droplet(), refusal.get().remedy());
            return failed(entry, refusal.get().what() + "; run: " + remedy);
        }
        String busy = InstallPackages.busy(offered);
        DropletReport planned = entry.replacing(install, install.simulated(offered));
        if (busy.isEmpty()) {
            return planned;
        }
        return patience.isZero()
                ? planned.warning("apt is busy there, and a run waits for it: " + busy)
                : failed(
                        entry,
                        "apt has been busy there for " + patience.toMinutes() + " minutes: " + busy
                                + "; run again when that process has ended");
    }

    private static DropletReport failed(DropletReport entry, String why) {
        return DropletReport.failed(entry.droplet(), DropletStatus.FAILED, why);
    }

    private static boolean writesFiles(DropletReport entry) {
        return entry.changes().stream()
                .anyMatch(change -> change instanceof InstallPackages
                        || (change instanceof Configure configure
                                && !configure.files().isEmpty()));
    }

    private static Map<Droplet, DropletFacts> factsOf(
            Map<Droplet, ProbeResult<DropletFacts>> answers, List<Droplet> chosen) {
        Map<Droplet, DropletFacts> facts = ProbeResult.answered(answers);
        facts.keySet().removeIf(droplet -> droplet.leaving() || !chosen.contains(droplet));
        return facts;
    }

    private DropletReport toReport(Droplet droplet, ProbeResult<DropletFacts> answer) {
        return answer.fold(
                facts -> toReport(droplet, facts),
                failure -> DropletReport.failed(droplet, DropletStatus.UNREACHABLE, failure.sentence()),
                why -> DropletReport.failed(droplet, DropletStatus.FAILED, why));
    }

    private DropletReport toReport(Droplet droplet, DropletFacts facts) {
        return FailureIsolation.run(
                () -> {
                    DropletPlan plan = planner.plan(droplet, facts);
                    return DropletReport.planned(droplet, plan.changes(), plan.warnings());
                },
                why -> DropletReport.failed(
                        droplet, DropletStatus.FAILED, fleet.invocation().fill(why)));
    }
}
