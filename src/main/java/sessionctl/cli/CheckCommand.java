package sessionctl.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Preflight;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.CheckReport;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshjShells;

/** Before a first run: what would stop it. */
@Command(
        name = "check",
        description = "Reach every droplet and say what would stop a run, or get in its way; changes nothing.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl check inventory.yml",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing stops a run; there may be warnings",
            "1:something would stop a run, or override what it sets",
            "4:a droplet could not be reached or its host key was refused",
            "5:wrong usage, inventory or template; nothing was contacted",
            "130:interrupted"
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions options = new ClusterOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Terminal terminal = Terminal.current();
        CheckReport report = output.checkReport(terminal);
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = output.progress(terminal, err);
        try (SshjShells shells = options.shells(progress);
                Fleet fleet = new Fleet(shells, options.concurrency(), progress, options.invocation())) {
            shells.checkKeys(chosen);
            Preflight preflight =
                    new Examining(cluster, desired, new Remedies(options.invocation())).look(fleet, chosen);
            int code = code(preflight);
            progress.clear();
            spec.commandLine().getOut().print(report.of(preflight, code));
            return code;
        } catch (SshFailure e) {
            throw new CliFailure(ExitCode.USAGE, e.sentence());
        }
    }

    private static int code(Preflight preflight) {
        if (preflight.unreached()) {
            return ExitCode.UNREACHED;
        }
        return preflight.stops() ? ExitCode.FAILED : ExitCode.OK;
    }
}
