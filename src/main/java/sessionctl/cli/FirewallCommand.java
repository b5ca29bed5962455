package sessionctl.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.Report;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshjShells;

/** The pairwise rules for the memcached port. */
@Command(
        name = "firewall",
        description = "Open the memcached port to the other droplets and to nobody else; --dry-run shows the diff.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl firewall inventory.yml --dry-run",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or in sync, or a dry run finished",
            "1:something failed on a droplet, or a server that is no longer in the inventory still runs, and nothing was"
                    + " changed",
            "2:a dry run found changes, with --detailed-exitcode",
            "3:a port is open that should be closed, or closed that should be open, or the rules of a droplet are not the"
                    + " inventory's",
            "4:a droplet could not be reached or its host key was refused; nothing was changed",
            "5:wrong usage or inventory; nothing was contacted",
            "6:a droplet did not confirm the new rules; all went back to the old ones",
            "7:another run holds a droplet; it is said who, and nothing was changed",
            "130:interrupted; the old rules are back"
        })
final class FirewallCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions options = new ClusterOptions();

    @Mixin
    private final LockOptions lock = new LockOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Mixin
    private final ForgetOptions forget = new ForgetOptions();

    @Option(names = "--dry-run", description = "Show what would be changed, and change nothing.")
    private boolean dryRun;

    @Option(names = "--detailed-exitcode", description = "Exit 2 when a dry run finds changes.")
    private boolean detailed;

    @Option(names = "--check", description = "Only try who reaches whose port.")
    private boolean check;

    @Option(names = "--remove", description = "Take our chains and their unit away, and leave everything else.")
    private boolean remove;

    @Option(
            names = "--confirm-timeout",
            paramLabel = "S",
            defaultValue = "30",
            description = "Seconds after which a droplet takes the change back by itself (default: ${DEFAULT-VALUE}).")
    private int confirmTimeout;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (confirmTimeout < 5 || (check && (remove || dryRun))) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--confirm-timeout takes 5 seconds or more, --check neither --remove nor --dry-run");
        }
        Terminal terminal = Terminal.current();
        Duration patience = lock.patience();
        Report report = output.report(terminal);
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        Set<String> forgotten = forget.addresses(cluster);
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = output.progress(terminal, err);
        try (SshjShells shells = options.shells(progress);
                Fleet fleet = new Fleet(shells, options.concurrency(), progress, options.invocation())) {
            shells.checkKeys(chosen);
            Voice voice = new Voice(spec.commandLine().getOut(), err, report, progress, output.aside(err));
            Locking locking = new Locking(remove ? "firewall --remove" : "firewall", fleet, voice, patience);
            Firewalling firewalling = new Firewalling(
                    new FirewallPlans(cluster, remove, forgotten), chosen, locking, new Remedies(options.invocation()));
            return Interruption.watch(firewalling, this::run);
        } catch (SshFailure e) {
            throw new CliFailure(ExitCode.USAGE, e.sentence());
        }
    }

    private int run(Firewalling firewalling) {
        if (check) {
            return firewalling.check();
        }
        return dryRun ? firewalling.dryRun(detailed) : firewalling.run(confirmTimeout);
    }
}
