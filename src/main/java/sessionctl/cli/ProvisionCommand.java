package sessionctl.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Origin;
import sessionctl.plan.SavedPlan;
import sessionctl.report.PlanDocument;
import sessionctl.report.Report;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshjShells;

/** Packages, configuration and services of every droplet; the plan first, then its rollout. */
@Command(
        name = "provision",
        description = "Install and configure Apache, PHP and memcached on every droplet; --dry-run shows the diff.",
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl provision inventory.yml --dry-run --save-plan plan.json",
            "  sessionctl provision inventory.yml --plan plan.json"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or in sync, or a dry run finished",
            "1:something failed on a droplet; what was done and what was not reached is said; or a droplet has changed"
                    + " since a plan was saved, or a server that is no longer in the inventory still runs, and nothing"
                    + " was done",
            "2:a dry run found changes, with --detailed-exitcode",
            "3:done, but a setting in another file overrides the inventory's, so sessions are not shared",
            "4:a droplet could not be reached or its host key was refused; nothing was changed",
            "5:wrong usage, inventory or template, or the saved plan of another; nothing was contacted",
            "7:another run holds a droplet; it is said who, and nothing was changed",
            "130:interrupted; what was half done is said"
        })
final class ProvisionCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions options = new ClusterOptions();

    @Mixin
    private final LockOptions lock = new LockOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

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
            description = "Carry out also what loses sessions; the plan says where and why.")
    private boolean acceptLoss;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        saving.check(dryRun);
        Terminal terminal = Terminal.current();
        Duration patience = lock.patience();
        Report report = output.report(terminal);
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        Set<String> forgotten = forget.addresses(cluster);
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        Supplier<Origin> origin = () -> options.origin(cluster);
        Optional<SavedPlan> reviewed = saving.reviewed(origin, chosen);
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = output.progress(terminal, err);
        try (SshjShells shells = options.shells(progress);
                Fleet fleet = new Fleet(shells, options.concurrency(), progress, options.invocation())) {
            checkKeys(shells, chosen);
            Voice voice = new Voice(spec.commandLine().getOut(), err, report, progress, output.aside(err));
            Recording plans = new Recording(new Plans(cluster, desired, forgotten));
            Locking locking = new Locking("provision", fleet, voice, patience);
            Provisioning provisioning =
                    new Provisioning("provision", plans, locking, acceptLoss, new Remedies(options.invocation()));
            if (dryRun) {
                int code = Interruption.watch(provisioning, p -> p.dryRun(chosen, detailed));
                saving.out()
                        .ifPresent(file -> save(file, code, () -> new SavedPlan(origin.get(), plans.parts()), voice));
                return code;
            }
            Optional<Reviewed> review = reviewed.map(plan -> new Reviewed(plan, plans, voice));
            return Interruption.watch(provisioning, p -> run(p, chosen, review));
        }
    }

    private static int run(Provisioning provisioning, List<Droplet> chosen, Optional<Reviewed> review) {
        return review.map(r -> provisioning.run(chosen, r::of)).orElseGet(() -> provisioning.run(chosen));
    }

    private void save(OutFile file, int code, Supplier<SavedPlan> plan, Voice voice) {
        if (code != ExitCode.OK && code != ExitCode.CHANGES) {
            voice.remark("The plan was not saved: not every droplet could be planned.");
            return;
        }
        file.write(PlanDocument.of(plan.get()));
        voice.remark("The plan is saved. To carry it out once it is reviewed: "
                + options.again("provision", forget.with("--plan", String.valueOf(file.path()))));
    }

    private static void checkKeys(SshjShells shells, List<Droplet> chosen) {
        try {
            shells.checkKeys(chosen);
        } catch (SshFailure e) {
            throw new CliFailure(ExitCode.USAGE, e.sentence());
        }
    }
}
