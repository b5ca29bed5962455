package sessionctl.cli;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.action.Interruption;
import sessionctl.action.ProvisionAction;
import sessionctl.action.RestartPlanner;
import sessionctl.action.RunLeases;
import sessionctl.desired.DesiredStates;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.RunRenderer;

/** The {@code restart} command: restarts memcached on one droplet after another, or reloads the web servers. */
@Command(
        name = "restart",
        description = "Restart memcached on one droplet after another, each filled by its peers before the next one"
                + " stops, so that no session is lost; --web reloads Apache or PHP-FPM instead.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl restart inventory.yml --limit lamp02",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or a dry run finished",
            "1:something failed on a droplet, a peer of it does not answer, sessions would be lost, or the answer to"
                    + " the question was no",
            "4:a droplet could not be reached or its host key was refused; nothing was changed",
            "5:wrong usage, inventory or template; nothing was contacted",
            "7:another run holds a droplet; the error names the owner, and nothing was changed",
            "130:interrupted; unfinished work is listed"
        })
final class RestartCommand extends ClusterCommand {
    @Mixin
    private final LockOptions lock = new LockOptions();

    @Mixin
    private final ApprovalOptions asking = new ApprovalOptions();

    @Option(names = "--web", description = "Reload the web server, on a quarter of the droplets at a time.")
    private boolean web;

    @Option(
            names = {"-n", "--dry-run"},
            description = "Show what would be restarted, and restart nothing.")
    private boolean dryRun;

    @Option(
            names = "--accept-session-loss",
            description = "Restart even if sessions are lost; the plan shows where and why.")
    private boolean acceptLoss;

    @Override
    public Integer call() {
        Duration patience = lock.timeout();
        RunRenderer report = output.report(options.invocationWith(
                "restart",
                Stream.of(web ? "--web" : "", acceptLoss ? "--accept-session-loss" : "")
                        .filter(word -> !word.isEmpty())
                        .toArray(String[]::new)));
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        RestartPlanner planner = new RestartPlanner(cluster, new DesiredStates(cluster, options.templates()), web);
        return connect(chosen, report, (fleet, console) -> {
            RunLeases lease = new RunLeases(web ? "restart --web" : "restart", fleet, console, patience);
            ProvisionAction action = new ProvisionAction("restart", planner, lease, acceptLoss, remedies());
            action.askedBy(asking.approval(console));
            return Interruption.watch(action, r -> dryRun ? r.dryRun(chosen, false) : r.run(chosen));
        });
    }
}
