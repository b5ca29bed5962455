package sessionctl.action;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Rollout;
import sessionctl.health.Remedies;
import sessionctl.health.Severity;
import sessionctl.inventory.Droplet;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.Plan;
import sessionctl.ports.PortProbe;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.RunReport;

/**
 * One run of {@code provision}, {@code firewall}, {@code restart} or {@code uninstall}: gathers facts, plans, shows the
 * plan and, unless it is a dry run, carries it out.
 */
public final class ProvisionAction implements Interruption.Interruptible {
    private static final String LOSES_SESSIONS =
            "this plan loses sessions (see above). To accept the loss, run it again with" + " --accept-session-loss.";
    private static final String ALL_OR_NONE = "all droplets of a cluster change together or not at all.";
    private static final String CHANGED =
            "The droplets have changed since this plan was shown, so it was not applied. This is the new plan.";
    private static final String NOT_AS_REVIEWED = "a saved plan is applied exactly as it was reviewed, or not at all.";

    private final String command;
    private final Planner planner;
    private final Fleet fleet;
    private final Console console;
    private final RunLeases lease;
    private final Options options;
    private final UnreachableLeavingDroplets leavers;
    private final Remedies remedies;
    private final ClusterInspection inspection;
    private PlanQuestion question;
    private RunSummary summary;
    private List<Droplet> chosen = List.of();

    /** Droplets whose unconfirmed rules of an earlier run this run has rolled back, or is rolling back. */
    private volatile List<Droplet> restored = List.of();

    private volatile @Nullable Rollout rollout;
    private volatile boolean interrupted;

    /**
     * What a run may do.
     *
     * @param acceptLoss whether to carry out changes that lose sessions
     * @param safety how changes of the rules are secured
     * @param testConnections whether to test at the end which hosts reach the memcached ports
     */
    public record Options(boolean acceptLoss, Rollout.RuleSafety safety, boolean testConnections) {}

    /**
     * Creates a run that has not begun.
     *
     * @param command the command's name in reports
     * @param acceptLoss whether to carry out changes that lose sessions
     */
    public ProvisionAction(String command, Planner planner, RunLeases lease, boolean acceptLoss, Remedies remedies) {
        this(
                command,
                planner,
                lease,
                new Options(
                        acceptLoss,
                        Rollout.RuleSafety.of(planner.cluster().memcached().port()),
                        false),
                remedies);
    }

    /**
     * Creates a run that has not begun.
     *
     * @param command the command's name in reports
     * @param planner plans the changes of each droplet
     * @param lease holds the droplets while they are changed
     * @param remedies makes the commands that fix what this run does not
     */
    public ProvisionAction(String command, Planner planner, RunLeases lease, Options options, Remedies remedies) {
        this.remedies = remedies;
        this.command = command;
        this.planner = planner;
        this.lease = lease;
        this.fleet = lease.fleet();
        this.console = lease.console();
        this.options = options;
        this.leavers = new UnreachableLeavingDroplets(planner.cluster(), command.equals("remove"));
        this.inspection = new ClusterInspection(planner, fleet, console, leavers, remedies);
        this.question = new PlanQuestion(Approval.GIVEN, console);
        this.summary = new RunSummary(planner.cluster(), remedies, System::nanoTime);
    }

    /** Makes {@link #run} ask before it changes anything. Returns this run. */
    public ProvisionAction askedBy(Approval approval) {
        question = new PlanQuestion(approval, console);
        return this;
    }

    /** Measures the time of this run with another clock. Returns this run. */
    ProvisionAction timedBy(LongSupplier nanos) {
        summary = new RunSummary(planner.cluster(), remedies, nanos);
        return this;
    }

    /**
     * Shows the plan and changes nothing.
     *
     * @param chosen the droplets to plan for; all droplets of the cluster are inspected
     * @param detailed whether the exit code is 2 if there are changes
     * @return the exit code
     */
    public int dryRun(List<Droplet> chosen, boolean detailed) {
        this.chosen = chosen;
        List<DropletReport> entries = inspection.gatherAndPlan(chosen);
        int verdict = blockingExitCode(entries);
        boolean changes = entries.stream().anyMatch(e -> !e.changes().isEmpty());
        int code = verdict == ExitCode.OK && detailed && changes ? ExitCode.CHANGES : verdict;
        console.report(report(entries, true, code));
        if (verdict == ExitCode.OK) {
            leavers.notes(false).forEach(console::note);
        }
        return code;
    }

    /**
     * Returns the exit code of a run that must not change anything, or {@link ExitCode#OK}. A removed server that still
     * runs prevents every change.
     */
    private int blockingExitCode(List<DropletReport> entries) {
        int verdict = ExitCodes.of(leavers.withoutUnreachable(entries));
        return verdict == ExitCode.OK && inspection.hasRemovedServers() ? ExitCode.FAILED : verdict;
    }

    /**
     * Shows the plan and carries it out if every droplet could be inspected. If only half of a cluster has a new list
     * of servers, sessions are lost.
     *
     * @param chosen the droplets to change
     * @return the exit code
     */
    public int run(List<Droplet> chosen) {
        return run(chosen, UnaryOperator.identity());
    }

    /**
     * Shows the plan and carries it out if it equals a plan that was reviewed.
     *
     * @param chosen the droplets to change
     * @param review replaces droplets whose plan differs from the reviewed one by failures
     * @return the exit code
     */
    public int run(List<Droplet> chosen, UnaryOperator<List<DropletReport>> review) {
        this.chosen = chosen;
        inspection.waitForApt();
        try (lease) {
            List<DropletReport> plans = inspection.gatherAndPlan(chosen);
            EarlyEnd early = findEarlyEnd(plans, review);
            for (boolean settled = false; early == null && !settled; ) {
                RunReport shown = report(plans, false, ExitCode.OK);
                if (!question.isApproved(shown)) {
                    return reportRefusal(plans);
                }
                summary.restart();
                // The plan of one droplet depends on all others, so the run holds all that were reached. It gathers
                // their facts again, because another run may have been changing them during the first time. It holds
                // none during the question, because other runs would have to wait for the answer.
                lease.acquire(inspection.reached());
                plans = rollBackUnconfirmed(inspection.gatherAndPlan(chosen));
                early = findEarlyEnd(plans, review);
                settled = question.covers(shown, report(plans, false, ExitCode.OK));
                if (early == null && !settled) {
                    lease.close();
                    console.note(CHANGED);
                }
            }
            if (interrupted && rollout == null && early == null) {
                // The signal's handler has reported that nothing was changed.
                return ExitCode.INTERRUPTED;
            }
            return early == null ? reportResults(rollOut(plans)) : reportEarlyEnd(early);
        }
    }

    private int reportRefusal(List<DropletReport> plans) {
        if (question.isDocument()) {
            console.after(report(plans, false, ExitCode.FAILED));
        }
        console.note(nothing("Nothing") + ".");
        return ExitCode.FAILED;
    }

    private int reportEarlyEnd(EarlyEnd early) {
        if (early.code() != ExitCode.OK || !options.testConnections()) {
            early.print().accept(report(early.entries(), false, early.code()));
            early.remarks().forEach(console::note);
            return early.code();
        }
        show(early.entries());
        ConnectionTest tests = testConnections();
        console.after(report(early.entries(), false, tests.exitCode(), tests.matrix()));
        early.remarks().forEach(console::note);
        tests.notes(remedies).forEach(console::note);
        return tests.exitCode();
    }

    private ConnectionTest testConnections() {
        return ConnectionTest.run(fleet, leavers.reachable(chosen), planner.findLeft(), planner.cluster());
    }

    /**
     * Rolls back the changes of the rules that a lost run has not confirmed, and gathers the facts again. Otherwise that
     * run's timer would restore the old rules while this run changes them.
     */
    private List<DropletReport> rollBackUnconfirmed(List<DropletReport> plans) {
        List<Droplet> unconfirmed =
                planner.findUnconfirmed().stream().filter(chosen::contains).toList();
        if (unconfirmed.isEmpty() || blockingExitCode(plans) != ExitCode.OK) {
            return plans;
        }
        restored = unconfirmed;
        List<Droplet> failed = fleet.rollBackUnconfirmed(unconfirmed);
        String why = "the changes that another run made to its rules could not be rolled back; inspect them with"
                + " iptables-save";
        return inspection.gatherAndPlan(chosen).stream()
                .map(e ->
                        failed.contains(e.droplet()) ? DropletReport.failed(e.droplet(), DropletStatus.FAILED, why) : e)
                .toList();
    }

    /** Returns "nothing was changed", and names the droplets whose unconfirmed rules were rolled back. */
    private String nothing(String word) {
        String names = restored.stream().map(Droplet::name).collect(Collectors.joining(", "));
        String except = ", except that the unconfirmed rules of an earlier run were rolled back on ";
        return word + " was changed" + (names.isEmpty() ? "" : except + names);
    }

    /** Returns why the run ends before its first change: nothing to do, or a reason not to; null to carry the plan out. */
    private @Nullable EarlyEnd findEarlyEnd(List<DropletReport> entries, UnaryOperator<List<DropletReport>> review) {
        List<DropletReport> present = leavers.withoutUnreachable(entries);
        int code = blockingExitCode(entries);
        if (code != ExitCode.OK) {
            String why = ExitCodes.of(present) == ExitCode.OK ? "." : ": " + ALL_OR_NONE;
            return new EarlyEnd(code, entries, console::report, List.of(nothing("Nothing") + why));
        }
        List<DropletReport> reviewed = review.apply(present);
        int verdict = ExitCodes.of(reviewed);
        if (verdict != ExitCode.OK) {
            return new EarlyEnd(
                    verdict,
                    leavers.withUnreachable(reviewed),
                    console::after,
                    List.of(nothing("Nothing") + ": " + NOT_AS_REVIEWED));
        }
        if (plan(entries).isEmpty() && planner.findUnconfirmed().stream().noneMatch(chosen::contains)) {
            List<String> remarks = new ArrayList<>(leavers.notes(true));
            if (!restored.isEmpty()) {
                remarks.add(nothing("Nothing") + ".");
            }
            return new EarlyEnd(exitCodeOfFindings(), entries, console::report, remarks);
        }
        return options.acceptLoss() || !plan(entries).losesSessions()
                ? null
                : new EarlyEnd(
                        ExitCode.FAILED, entries, console::report, List.of(nothing("Nothing") + ": " + LOSES_SESSIONS));
    }

    /**
     * The report of a run that ends before its first change.
     *
     * @param print prints the report
     * @param remarks sentences that are printed after the report
     */
    private record EarlyEnd(int code, List<DropletReport> entries, Consumer<RunReport> print, List<String> remarks) {}

    private static Plan plan(List<DropletReport> entries) {
        return new Plan(entries.stream()
                .map(e -> new DropletPlan(e.droplet(), e.changes(), e.warnings()))
                .toList());
    }

    private void show(List<DropletReport> plans) {
        console.before(report(plans, false, ExitCode.OK));
    }

    /** Carries the plans out, stage by stage, until the end or a signal. */
    private Rollout rollOut(List<DropletReport> plans) {
        if (!question.isAsked()) {
            show(plans);
        }
        lease.recordStart(plans);
        Rollout started =
                new Rollout(fleet, plan(leavers.withoutUnreachable(plans)), planner, options.safety(), lease::isLost);
        rollout = started;
        if (interrupted) {
            started.stop();
        }
        started.run();
        return started;
    }

    /** Prints what was done on each droplet, and what remains to be done. Returns the exit code. */
    private int reportResults(Rollout ended) {
        List<DropletReport> results = results(ended);
        lease.recordResults(results, ended.stopped());
        int end = ended.stopped() ? ExitCode.INTERRUPTED : ExitCodes.of(results);
        if (end != ExitCode.INTERRUPTED && ended.isRolledBack()) {
            end = ExitCode.ROLLED_BACK;
        }
        ConnectionTest tests =
                end == ExitCode.OK && options.testConnections() ? testConnections() : ConnectionTest.NONE;
        int code = end == ExitCode.OK ? Math.max(exitCodeOfFindings(), tests.exitCode()) : end;
        console.after(report(leavers.withUnreachable(results), false, code, tests.matrix()));
        if (end == ExitCode.OK) {
            leavers.notesAboutLeft(results).forEach(console::note);
            leavers.notes(true).forEach(console::note);
            tests.notes(remedies).forEach(console::note);
        }
        if (ended.isRolledBack()) {
            console.note("Not every droplet confirmed the new rules, so all went back to the old ones.");
        }
        console.note(summary.describe(results, end));
        if (code == ExitCode.OK) {
            summary.nextStep(results).ifPresent(console::note);
        }
        return code;
    }

    private List<DropletReport> results(Rollout rollout) {
        return OutcomeReports.of(rollout.outcomes(), fleet.invocation());
    }

    /**
     * Returns {@link ExitCode#CHECK_FAILED} if a finding of severity ERROR remains, such as a setting in another file
     * that overrides the inventory's; else {@link ExitCode#OK}.
     */
    private int exitCodeOfFindings() {
        return inspection.findings().stream().anyMatch(f -> f.severity() == Severity.ERROR)
                ? ExitCode.CHECK_FAILED
                : ExitCode.OK;
    }

    private RunReport report(List<DropletReport> entries, boolean dryRun, int code) {
        return report(entries, dryRun, code, List.of());
    }

    private RunReport report(List<DropletReport> entries, boolean dryRun, int code, List<PortProbe> matrix) {
        return new RunReport(command, planner.cluster().name(), dryRun, code, entries, matrix, inspection.findings());
    }

    @Override
    public boolean stop() {
        interrupted = true;
        Rollout running = rollout;
        if (running == null) {
            question.interrupt();
            lease.close();
            console.note("Interrupted; " + nothing("nothing") + ".");
            console.after(report(List.of(), false, ExitCode.INTERRUPTED));
            return false;
        }
        console.note(
                running.isChangingRules()
                        ? "Interrupted: restoring the old rules."
                        : "Interrupted. Finishing the current step; nothing else will be started."
                                + " Run the same command again to continue.");
        running.stop();
        return true;
    }

    @Override
    public void printUnfinished() {
        Rollout running = rollout;
        if (running != null) {
            if (running.isChangingRules()) {
                console.note("The other droplets roll back by themselves within the confirm timeout.");
            }
            running.runningChanges()
                    .forEach(change -> console.note("Still running; the droplet finishes it by itself: " + change));
            console.after(report(leavers.withUnreachable(results(running)), false, ExitCode.INTERRUPTED));
        }
    }

    @Override
    public void finish(int exitCode) {
        console.finish(exitCode);
    }
}
