package sessionctl.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.action.AtomicOutputFile;
import sessionctl.action.Console;
import sessionctl.action.ExitCode;
import sessionctl.action.Interruption;
import sessionctl.action.PlanReview;
import sessionctl.action.ProvisionAction;
import sessionctl.action.ProvisionPlanner;
import sessionctl.action.RunLeases;
import sessionctl.desired.DesiredStates;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.PlanInputs;
import sessionctl.plan.SavedPlan;
import sessionctl.report.RunRenderer;
import sessionctl.report.json.PlanDocument;

/** The {@code provision} command: installs and configures packages, files and services on every droplet. */
@Command(
        name = "provision",
        description = "Install and configure Apache, PHP, memcached and its firewall rules; --dry-run shows the diff.",
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl provision inventory.yml --dry-run --save-plan plan.json",
            "  sessionctl provision inventory.yml --plan plan.json"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or in sync, or a dry run finished",
            "1:something failed on a droplet, and the unfinished changes are listed; or nothing was done, because the"
                    + " answer to the question was no, a droplet has changed since the plan was saved, or a server"
                    + " that was removed from the inventory still runs",
            "2:a dry run found changes, with --detailed-exitcode",
            "3:done, but a setting in another file overrides the inventory's, so sessions are not shared",
            "4:a droplet could not be reached or its host key was refused; nothing was changed",
            "5:wrong usage, inventory or template, or a plan that was saved for another one; nothing was contacted",
            "6:a droplet did not confirm the new firewall rules; all droplets restored the old ones, and the"
                    + " unfinished changes are listed",
            "7:another run holds a droplet; the error names the owner, and nothing was changed",
            "130:interrupted; unfinished work is listed"
        })
final class ProvisionCommand extends ClusterCommand {
    @Mixin
    private final LockOptions lock = new LockOptions();

    @Mixin
    private final ApprovalOptions asking = new ApprovalOptions();

    @Mixin
    private final PlanOptions saving = new PlanOptions();

    @Mixin
    private final ForgetOptions forget = new ForgetOptions();

    @Option(names = "--dry-run", description = "Show what would be changed, and change nothing.")
    private boolean dryRun;

    @Option(names = "--detailed-exitcode", description = "Exit 2 when a dry run finds changes.")
    private boolean detailed;

    @Option(
            names = "--accept-session-loss",
            description = "Also apply changes that lose sessions; the plan shows where and why.")
    private boolean acceptLoss;

    @Override
    public Integer call() {
        saving.check(dryRun);
        Duration patience = lock.timeout();
        RunRenderer report = output.report(
                options.invocationWith("provision", acceptLoss ? forget.with("--accept-session-loss") : forget.with()));
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        Set<String> forgotten = forget.addresses(cluster);
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        Supplier<PlanInputs> origin = () -> options.origin(cluster);
        Optional<SavedPlan> reviewed = saving.reviewed(origin, chosen);
        ProvisionPlanner planner = new ProvisionPlanner(cluster, desired, forgotten);
        return connect(chosen, report, (fleet, console) -> {
            RunLeases lease = new RunLeases("provision", fleet, console, patience);
            ProvisionAction action = new ProvisionAction("provision", planner, lease, acceptLoss, remedies());
            if (!dryRun) {
                Optional<PlanReview> review = reviewed.map(plan -> new PlanReview(plan, planner, console));
                if (review.isEmpty()) {
                    action.askedBy(asking.approval(console));
                }
                return Interruption.watch(action, p -> run(p, chosen, review));
            }
            int code = Interruption.watch(action, p -> p.dryRun(chosen, detailed));
            saving.out()
                    .ifPresent(file -> save(file, code, () -> new SavedPlan(origin.get(), planner.parts()), console));
            return code;
        });
    }

    private static int run(ProvisionAction action, List<Droplet> chosen, Optional<PlanReview> review) {
        return review.map(r -> action.run(chosen, r::review)).orElseGet(() -> action.run(chosen));
    }

    private void save(AtomicOutputFile file, int code, Supplier<SavedPlan> plan, Console console) {
        if (code != ExitCode.OK && code != ExitCode.CHANGES) {
            console.note("The plan was not saved: not every droplet could be planned.");
            return;
        }
        file.write(PlanDocument.of(plan.get()));
        console.note("The plan is saved. To apply it after review: "
                + options.invocationWith("provision", forget.with("--plan", String.valueOf(file.path()))));
    }
}
