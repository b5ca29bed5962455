package sessionctl.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.action.AtomicOutputFile;
import sessionctl.action.Console;
import sessionctl.action.ExitCode;
import sessionctl.action.Interruption;
import sessionctl.action.PlanReview;
import sessionctl.action.ProvisionAction;
import sessionctl.action.ProvisionPlanner;
import sessionctl.action.RunHooks;
import sessionctl.action.RunLeases;
import sessionctl.desired.DesiredStates;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.PlanInputs;
import sessionctl.plan.SavedPlan;
import sessionctl.report.DropletReport;
import sessionctl.report.RunRenderer;
import sessionctl.report.json.PlanDocument;

/** A command that applies an inventory to its droplets: {@code provision}, and the commands that edit it first. */
abstract class ProvisioningCommand extends ClusterCommand {
    static final String CODE_0 = "0:done, or in sync, or a dry run finished";
    static final String CODE_1 =
            "1:something failed on a droplet, and the unfinished changes are listed; or nothing was"
                    + " done, because the answer to the question was no, a droplet has changed since the plan was saved, or a"
                    + " server that was removed from the inventory still runs";
    static final String CODE_2 = "2:a dry run found changes, with --detailed-exitcode";
    static final String CODE_3 =
            "3:done, but a setting in another file overrides the inventory's, so sessions are not shared";
    static final String CODE_4 = "4:a droplet could not be reached or its host key was refused; nothing was changed";
    static final String CODE_6 = "6:a droplet did not confirm the new firewall rules; all droplets restored the old"
            + " ones, and the unfinished changes are listed";
    static final String CODE_7 = "7:another run holds a droplet; the error names the owner, and nothing was changed";
    static final String CODE_130 = "130:interrupted; unfinished work is listed";

    @Mixin
    private final LockOptions lock = new LockOptions();

    @Mixin
    private final ApprovalOptions asking = new ApprovalOptions();

    @Mixin
    private final PlanOptions saving = new PlanOptions();

    @Mixin
    private final ForgetOptions forget = new ForgetOptions();

    @Option(
            names = {"-n", "--dry-run"},
            description = "Show what would be changed, and change nothing.")
    private boolean dryRun;

    @Option(names = "--detailed-exitcode", description = "Exit 2 when a dry run finds changes.")
    private boolean detailed;

    @Option(
            names = "--accept-session-loss",
            description = "Also apply changes that lose sessions; the plan shows where and why.")
    private boolean acceptLoss;

    /** Returns the command line that repeats this call without {@code --dry-run}, with further options. */
    final String again(List<String> words, String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        if (acceptLoss) {
            all.add("--accept-session-loss");
        }
        return options.invocationWith(words, forget.with(all.toArray(String[]::new)));
    }

    /** Checks the options before anything is read. */
    final void checkOptions() {
        saving.check(dryRun);
        saving.out()
                .ifPresent(file -> AtomicOutputFile.refuseInventory(
                        file.option(), file.path(), options.inventory().name()));
        lock.timeout();
    }

    /**
     * Plans and, unless it is a dry run, applies the inventory.
     *
     * @param words the words of this command before the inventory
     * @return the exit code
     */
    final int provision(List<String> words, Cluster cluster, RunHooks hooks) {
        Duration patience = lock.timeout();
        RunRenderer report = output.report(again(words));
        List<Droplet> chosen = options.chosen(cluster);
        Set<String> forgotten = forget.addresses(cluster);
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        Supplier<PlanInputs> origin = () -> options.origin(cluster);
        Optional<SavedPlan> reviewed = saving.reviewed(origin, chosen);
        ProvisionPlanner planner = new ProvisionPlanner(cluster, desired, forgotten);
        return connect(chosen, report, (fleet, console) -> {
            RunLeases lease = new RunLeases(words.get(0), fleet, console, patience);
            ProvisionAction action = new ProvisionAction(words.get(0), planner, lease, acceptLoss, remedies());
            if (!dryRun) {
                lease.beginWith(hooks::begin);
                Optional<PlanReview> review = reviewed.map(plan -> new PlanReview(plan, planner, console));
                if (review.isEmpty()) {
                    action.askedBy(asking.approval(console));
                }
                UnaryOperator<List<DropletReport>> checks = entries -> {
                    hooks.check(planner);
                    return review.map(r -> r.review(entries)).orElse(entries);
                };
                return Interruption.watch(action, p -> hooks.around(() -> p.run(chosen, checks), planner, console));
            }
            int code = Interruption.watch(action, p -> hooks.end(p.dryRun(chosen, detailed), true, planner, console));
            saving.out()
                    .ifPresent(file ->
                            save(file, code, () -> new SavedPlan(origin.get(), planner.parts()), console, words));
            return code;
        });
    }

    private void save(AtomicOutputFile file, int code, Supplier<SavedPlan> plan, Console console, List<String> words) {
        if (code != ExitCode.OK && code != ExitCode.CHANGES) {
            console.note("The plan was not saved: not every droplet could be planned.");
            return;
        }
        file.write(PlanDocument.of(plan.get()));
        console.note(
                "The plan is saved. To apply it after review: " + again(words, "--plan", String.valueOf(file.path())));
    }
}
