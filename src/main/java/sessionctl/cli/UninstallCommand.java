package sessionctl.cli;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.action.Interruption;
import sessionctl.action.ProvisionAction;
import sessionctl.action.RunLeases;
import sessionctl.action.UninstallPlanner;
import sessionctl.fleet.Rollout;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.RunRenderer;

/** The {@code uninstall} command: removes sessionctl from droplets, and restores their original files if asked to. */
@Command(
        name = "uninstall",
        description = "Remove the guard, the firewall rules, the units and the state of sessionctl from droplets. PHP"
                + " and memcached keep their settings and their sessions; --restore restores the original files.",
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl uninstall inventory.yml --dry-run",
            "  sessionctl uninstall inventory.yml --restore --accept-session-loss"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or nothing of sessionctl was there, or a dry run finished",
            "1:something failed on a droplet, and the unfinished changes are listed; or nothing was changed, because a"
                    + " port of memcached is closed, sessions would be lost, or the answer to the question was no",
            "2:a dry run found changes, with --detailed-exitcode",
            "4:a droplet could not be reached or its host key was refused; nothing was changed",
            "5:wrong usage or inventory; nothing was contacted",
            "6:a droplet did not confirm the removal of its firewall rules; all droplets restored them, and the"
                    + " unfinished changes are listed",
            "7:another run holds a droplet; the error names the owner, and nothing was changed",
            "130:interrupted; unfinished work is listed, and the same command continues"
        })
final class UninstallCommand extends ClusterCommand {
    private static final int CONFIRM_SECONDS = 30;

    @Mixin
    private final LockOptions lock = new LockOptions();

    @Mixin
    private final ApprovalOptions asking = new ApprovalOptions();

    @Option(
            names = "--restore",
            description = "Also restore the files of PHP and memcached as they were before sessionctl changed them"
                    + " first. PHP on the droplets then shares no sessions, and all sessions are lost.")
    private boolean restore;

    @Option(
            names = {"-n", "--dry-run"},
            description = "Show what would be removed, and change nothing.")
    private boolean dryRun;

    @Option(names = "--detailed-exitcode", description = "Exit 2 when a dry run finds changes.")
    private boolean detailed;

    @Option(
            names = "--accept-session-loss",
            description = "Also apply changes that lose sessions, as --restore needs it.")
    private boolean acceptLoss;

    @Override
    public Integer call() {
        Duration patience = lock.timeout();
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        RunRenderer report = output.report(options.invocationWith(
                "uninstall",
                Stream.of(restore ? "--restore" : "", acceptLoss ? "--accept-session-loss" : "")
                        .filter(word -> !word.isEmpty())
                        .toArray(String[]::new)));
        UninstallPlanner planner = new UninstallPlanner(cluster, restore);
        ProvisionAction.Options run = new ProvisionAction.Options(
                acceptLoss, new Rollout.RuleSafety(CONFIRM_SECONDS, OptionalInt.empty()), false);
        return connect(chosen, report, (fleet, console) -> {
            fleet.inspectInstallations();
            RunLeases lease = new RunLeases(restore ? "uninstall --restore" : "uninstall", fleet, console, patience);
            ProvisionAction action = new ProvisionAction("uninstall", planner, lease, run, remedies());
            action.askedBy(asking.approval(console));
            return Interruption.watch(action, r -> dryRun ? r.dryRun(chosen, detailed) : r.run(chosen));
        });
    }
}
