package sessionctl.cli;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.Console;
import sessionctl.action.ExitCode;
import sessionctl.action.FirewallCheckAction;
import sessionctl.action.FirewallPlanner;
import sessionctl.action.Interruption;
import sessionctl.action.ProvisionAction;
import sessionctl.action.RunLeases;
import sessionctl.fleet.Rollout;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.RunRenderer;

/** The {@code firewall} command: installs, checks or removes the pairwise rules for the memcached port. */
@Command(
        name = "firewall",
        description = "Apply only the part of provision's plan that concerns firewall rules, test it or remove it.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl firewall inventory.yml --dry-run",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or in sync, or a dry run finished",
            "1:something failed on a droplet; or nothing was changed, because the answer to the question was no, or a"
                    + " server that was removed from the inventory still runs",
            "2:a dry run found changes, with --detailed-exitcode",
            "3:a port is open that should be closed, or closed that should be open, or the rules of a droplet do"
                    + " not match the inventory",
            "4:a droplet could not be reached or its host key was refused; nothing was changed",
            "5:wrong usage or inventory; nothing was contacted",
            "6:a droplet did not confirm the new rules; all droplets restored the old ones",
            "7:another run holds a droplet; the error names the owner, and nothing was changed",
            "130:interrupted; the old rules were restored"
        })
final class FirewallCommand extends ClusterCommand {
    @Mixin
    private final LockOptions lock = new LockOptions();

    @Mixin
    private final ApprovalOptions asking = new ApprovalOptions();

    @Mixin
    private final ForgetOptions forget = new ForgetOptions();

    @Option(
            names = {"-n", "--dry-run"},
            description = "Show what would be changed, and change nothing.")
    private boolean dryRun;

    @Option(names = "--detailed-exitcode", description = "Exit 2 when a dry run finds changes.")
    private boolean detailed;

    @Option(names = "--check", description = "Only test the rules, and which hosts reach the memcached ports.")
    private boolean check;

    @Option(names = "--remove", description = "Remove sessionctl's chains and their unit, and keep all other rules.")
    private boolean remove;

    @Option(
            names = "--confirm-timeout",
            paramLabel = "S",
            defaultValue = "30",
            description = "Seconds after which a droplet rolls the change back by itself (default: ${DEFAULT-VALUE}).")
    private int confirmTimeout;

    @Override
    public Integer call() {
        if (confirmTimeout < 5) {
            throw new ActionFailure(ExitCode.USAGE, "--confirm-timeout must be 5 or more (got " + confirmTimeout + ")");
        }
        if (check && (remove || dryRun)) {
            throw new ActionFailure(ExitCode.USAGE, "--check cannot be combined with --remove or --dry-run");
        }
        Duration patience = lock.timeout();
        RunRenderer report =
                output.report(options.invocationWith("firewall", remove ? forget.with("--remove") : forget.with()));
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        FirewallPlanner planner = new FirewallPlanner(cluster, remove, forget.addresses(cluster));
        return check
                ? inspect(
                        chosen,
                        report,
                        (fleet, console) -> new FirewallCheckAction(planner, chosen, fleet, console, remedies()).run())
                : connect(
                        chosen,
                        report,
                        (fleet, console) ->
                                run(planner, chosen, new RunLeases(name(), fleet, console, patience), console));
    }

    private String name() {
        return remove ? "firewall --remove" : "firewall";
    }

    private int run(FirewallPlanner planner, List<Droplet> chosen, RunLeases lease, Console console) {
        Cluster cluster = planner.cluster();
        ProvisionAction action = new ProvisionAction("firewall", planner, lease, runOptions(cluster), remedies());
        action.askedBy(asking.approval(console));
        int code = Interruption.watch(action, a -> dryRun ? a.dryRun(chosen, detailed) : a.run(chosen));
        if (remove && !dryRun && code == ExitCode.OK) {
            String close = remedies().closePort(cluster);
            console.note("memcached is open to the private network now."
                    + (close.isEmpty() ? "" : " To close it: " + close));
        }
        return code;
    }

    /** After the removal of the rules only the droplets' own rules decide, so no connection is tested. */
    private ProvisionAction.Options runOptions(Cluster cluster) {
        OptionalInt port = remove
                ? OptionalInt.empty()
                : OptionalInt.of(cluster.memcached().port());
        return new ProvisionAction.Options(true, new Rollout.RuleSafety(confirmTimeout, port), !remove);
    }
}
