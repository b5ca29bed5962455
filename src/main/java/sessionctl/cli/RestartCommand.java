package sessionctl.cli;

import java.io.PrintWriter;
import java.time.Duration;
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
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.Report;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshjShells;

/** memcached on one droplet after another, while the others answer for it. */
@Command(
        name = "restart",
        description = "Restart memcached on one droplet after another, each filled by its peers before the next one"
                + " stops, so that no session is lost; --web reloads Apache or PHP-FPM instead.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl restart inventory.yml --limit lamp02",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or a dry run finished",
            "1:something failed on a droplet, a peer of it does not answer, or sessions would be lost",
            "4:a droplet could not be reached or its host key was refused; nothing was changed",
            "5:wrong usage, inventory or template; nothing was contacted",
            "7:another run holds a droplet; it is said who, and nothing was changed",
            "130:interrupted; what was half done is said"
        })
final class RestartCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions options = new ClusterOptions();

    @Mixin
    private final LockOptions lock = new LockOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(names = "--web", description = "Reload the web server, on a quarter of the droplets at a time.")
    private boolean web;

    @Option(names = "--dry-run", description = "Show what would be restarted, and restart nothing.")
    private boolean dryRun;

    @Option(
            names = "--accept-session-loss",
            description = "Restart also where sessions cannot be kept; the plan says where and why.")
    private boolean acceptLoss;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Terminal terminal = Terminal.current();
        Duration patience = lock.patience();
        Report report = output.report(terminal);
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = output.progress(terminal, err);
        try (SshjShells shells = options.shells(progress);
                Fleet fleet = new Fleet(shells, options.concurrency(), progress, options.invocation())) {
            shells.checkKeys(chosen);
            Voice voice = new Voice(spec.commandLine().getOut(), err, report, progress, output.aside(err));
            Locking locking = new Locking(web ? "restart --web" : "restart", fleet, voice, patience);
            Provisioning restarting = new Provisioning(
                    "restart",
                    new Restarts(cluster, desired, web),
                    locking,
                    acceptLoss,
                    new Remedies(options.invocation()));
            return Interruption.watch(restarting, r -> dryRun ? r.dryRun(chosen, false) : r.run(chosen));
        } catch (SshFailure e) {
            throw new CliFailure(ExitCode.USAGE, e.sentence());
        }
    }
}
