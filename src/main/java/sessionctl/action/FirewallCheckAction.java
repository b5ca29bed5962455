package sessionctl.action;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.ProbeResult;
import sessionctl.health.AbsenceFindings;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.health.ServerFindings;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.FirewallChange;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.RunReport;
import sessionctl.state.DropletFacts;
import sessionctl.state.FilterTable;

/** One run of {@code firewall --check}: compares the rules with the inventory and tests every connection. */
public final class FirewallCheckAction {
    private final Cluster cluster;
    private final List<Droplet> chosen;
    private final Fleet fleet;
    private final Console console;
    private final FirewallPlanner planner;
    private final Remedies remedies;
    private final UnreachableLeavingDroplets leavers;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Creates a run that has not begun.
     *
     * @param planner plans each droplet's rules
     * @param chosen the droplets to test
     * @param remedies makes the commands that fix what is found
     */
    public FirewallCheckAction(
            FirewallPlanner planner, List<Droplet> chosen, Fleet fleet, Console console, Remedies remedies) {
        this.planner = planner;
        this.cluster = planner.cluster();
        this.chosen = chosen;
        this.fleet = fleet;
        this.console = console;
        this.remedies = remedies;
        this.leavers = new UnreachableLeavingDroplets(cluster, false);
    }

    /** Prints the findings and the connections; returns the exit code. Changes nothing. */
    public int run() {
        Map<Droplet, ProbeResult<DropletFacts>> answers = FailureIsolation.together(
                leavers.inspect(chosen, fleet::inspect, true), answered -> planner.setFacts(answered, chosen));
        findings.addAll(RemovedServersCheck.findings(fleet, planner.findRemovedServers(), remedies));
        UnreachableLeavingDroplets.down(answers)
                .map(new AbsenceFindings(cluster, remedies)::unreached)
                .forEach(findings::add);
        findings.addAll(planner.findings(ProbeResult.answered(answers), remedies));
        List<DropletReport> failed = new ArrayList<>();
        answers.forEach((droplet, answer) -> answer.fold(
                facts -> findFaults(droplet, facts, failed),
                failure -> failed.add(DropletReport.failed(droplet, DropletStatus.UNREACHABLE, failure.sentence())),
                why -> failed.add(DropletReport.failed(droplet, DropletStatus.FAILED, why))));
        List<Droplet> reached = answers.keySet().stream()
                .filter(d -> !(answers.get(d) instanceof ProbeResult.Unreached<DropletFacts>))
                .toList();
        ConnectionTest tests = ConnectionTest.run(fleet, reached, planner.findLeft(), cluster);
        findings.addAll(tests.findings(remedies));
        int code = ExitCodes.of(leavers.withoutUnreachable(failed));
        if (code != ExitCode.UNREACHED) {
            boolean wrong = findings.stream().anyMatch(f -> f.severity() == Severity.ERROR)
                    || tests.matrix().stream().anyMatch(c -> c.isWrong());
            code = wrong ? Math.max(code, ExitCode.CHECK_FAILED) : code;
        }
        console.after(new RunReport("firewall", cluster.name(), false, code, failed, tests.matrix(), findings));
        leavers.notes(false).forEach(console::note);
        return code;
    }

    /** Finds what is wrong with a droplet's rules: its memcached is open to other hosts, or the rules have drifted. */
    private boolean findFaults(Droplet droplet, DropletFacts facts, List<DropletReport> failed) {
        if (facts.servesOthers() && facts.access(cluster.memcached().port()) == FilterTable.Access.OPEN) {
            findings.add(ServerFindings.exposed(Severity.ERROR, List.of(droplet.name()), remedies.closePort(cluster)));
        }
        return FailureIsolation.run(
                () -> {
                    for (Change change : planner.plan(droplet, facts).changes()) {
                        findings.add(ServerFindings.rules(droplet.name(), (FirewallChange) change, remedies));
                    }
                    return true;
                },
                why -> failed.add(DropletReport.failed(
                        droplet, DropletStatus.FAILED, fleet.invocation().fill(why))));
    }
}
