package sessionctl.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.Report;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshjShells;

/** Packages, configuration and services of every droplet; the plan first, then its rollout. */
@Command(
        name = "provision",
        description = "Install and configure Apache, PHP and memcached on every droplet; --dry-run shows the diff.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl provision inventory.yml --dry-run --detailed-exitcode",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or in sync, or a dry run finished",
            "1:something failed on a droplet; what was done and what was not reached is said",
            "2:a dry run found changes, with --detailed-exitcode",
            "4:a droplet could not be reached or its host key was refused; nothing was changed",
            "5:wrong usage, inventory or template; nothing was contacted",
            "130:interrupted; what was half done is said"
        })
final class ProvisionCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions options = new ClusterOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

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
        Terminal terminal = Terminal.current();
        Report report = output.report(terminal);
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = output.progress(terminal, err);
        try (SshjShells shells = options.shells();
                Fleet fleet = new Fleet(shells, options.concurrency(), progress)) {
            checkKeys(shells, chosen);
            Voice voice = new Voice(spec.commandLine().getOut(), err, report, progress);
            Provisioning provisioning =
                    new Provisioning("provision", new Plans(cluster, desired), fleet, voice, acceptLoss);
            return Interruption.watch(provisioning, p -> dryRun ? p.dryRun(chosen, detailed) : p.run(chosen));
        }
    }

    private static void checkKeys(SshjShells shells, List<Droplet> chosen) {
        try {
            shells.checkKeys(chosen);
        } catch (SshFailure e) {
            throw new CliFailure(ExitCode.USAGE, e.sentence());
        }
    }
}
