package sessionctl.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import sessionctl.action.ActionFailure;
import sessionctl.action.Console;
import sessionctl.action.ExitCode;
import sessionctl.action.Interruption;
import sessionctl.action.ReadOnlyRun;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.fleet.ReportingShells;
import sessionctl.health.Remedies;
import sessionctl.inventory.Droplet;
import sessionctl.report.RunRenderer;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.transport.SshjShells;

/** A command that connects to the droplets of an inventory. */
abstract class ClusterCommand implements Callable<Integer> {
    @Mixin
    final ClusterOptions options = new ClusterOptions();

    @Mixin
    final OutputOptions output = new OutputOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** The part of a command that needs connections. */
    interface Connected {
        /** Returns the exit code. */
        int run(Fleet fleet, Console console);
    }

    /**
     * Runs a part of the command with connections to droplets, which are opened at their first use.
     *
     * @param droplets the droplets whose keys are read before any of them is contacted
     * @param report renders the results that the console prints
     * @return the exit code
     * @throws ActionFailure if an option has an invalid value, or a key cannot be used
     */
    final int connect(List<Droplet> droplets, RunRenderer report, Connected part) {
        output.refuseInventory(options.inventory().name());
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = output.progress(err, spec.commandLine().getCommandName(), showsProgress());
        try {
            int code = connect(
                    droplets, new Console(out(), err, report, progress, output.ciReporter(err), output.pager()), part);
            progress.finish(code);
            return code;
        } catch (RuntimeException | Error e) {
            progress.error(e);
            progress.finish(e instanceof ActionFailure failure ? failure.exitCode() : ExitCode.FAILED);
            throw e;
        }
    }

    /** Runs a part of the command that only reads, like {@link #connect}. After Ctrl-C it ends at once. */
    final int inspect(List<Droplet> droplets, RunRenderer report, Connected part) {
        return connect(
                droplets,
                report,
                (fleet, console) -> Interruption.watch(new ReadOnlyRun(console), run -> part.run(fleet, console)));
    }

    private int connect(List<Droplet> droplets, Console console, Connected part) {
        Progress progress = console.progress();
        try (SshjShells shells = options.shells(progress);
                Fleet fleet =
                        new Fleet(reporting(shells, progress), options.concurrency(), progress, options.invocation())) {
            fleet.choose(DesiredStates.selection(options.php()));
            shells.prepareLogins(droplets);
            return part.run(fleet, console);
        } catch (SshFailure e) {
            throw new ActionFailure(ExitCode.USAGE, e.sentence());
        }
    }

    private Shells reporting(SshjShells shells, Progress progress) {
        return output.reportsCommands() ? new ReportingShells(shells, progress, System::nanoTime) : shells;
    }

    /** Returns false if the command shows no progress on standard error. */
    boolean showsProgress() {
        return true;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final Remedies remedies() {
        return new Remedies(options.invocation());
    }
}
