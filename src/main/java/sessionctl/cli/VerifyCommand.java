package sessionctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.fleet.Trial;
import sessionctl.fleet.Verification;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.ProofJunit;
import sessionctl.report.Report;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshjShells;
import sessionctl.verify.Page;
import sessionctl.verify.Proof;
import sessionctl.verify.Site;

/** The proof that sessions are shared. */
@Command(
        name = "verify",
        description = "Prove over HTTP that every droplet shares its sessions: a probe page is put up on each under a"
                + " random name, one visitor goes over all of them, every memcached is asked for his session, and the"
                + " page is taken away again.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl verify inventory.yml --host-header shop.example --tls",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every promise is kept",
            "1:a report could not be written",
            "3:a promise is broken; the first line says which, where, and what to do",
            "4:a droplet could not be reached or its host key was refused",
            "5:wrong usage or inventory; nothing was contacted",
            "7:another run holds a droplet; the drill was not begun",
            "130:interrupted; the probe page was taken away, and a drill put back"
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions options = new ClusterOptions();

    @Mixin
    private final SiteOptions web = new SiteOptions();

    @Mixin
    private final LockOptions lock = new LockOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Write JUnit's XML, too: a test case a promise, for a build server.")
    private @Nullable Path junit;

    @Option(
            names = "--drill",
            description =
                    "Cut memcached off, stop it and start it, on one droplet after another, and count what becomes"
                            + " of the probe's own sessions, each read on every droplet after each step (on three"
                            + " droplets at most while a server is silent). Refused where that could lose a session of anybody's.")
    private boolean drill;

    @Option(
            names = "--drill-timeout",
            paramLabel = "S",
            defaultValue = "90",
            description = "Seconds after which a droplet ends a drill with its memcached by itself"
                    + " (default: ${DEFAULT-VALUE}).")
    private int drillTimeout;

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
        if (drill && chosen.size() < cluster.droplets().size()) {
            throw new CliFailure(ExitCode.USAGE, "--drill is about the whole cluster; it goes without --limit");
        }
        if (drillTimeout < 5) {
            throw new CliFailure(ExitCode.USAGE, "--drill-timeout: " + drillTimeout + " is not a number from 5 on");
        }
        Site site = web.site();
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        openJunit();
        Trial trial = new Trial(cluster, chosen, site, Page.forEach(chosen), desired.settings(chosen));
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = output.progress(terminal, err);
        try (SshjShells shells = options.shells(progress);
                Fleet fleet = new Fleet(shells, options.concurrency(), progress, options.invocation())) {
            shells.checkKeys(chosen);
            Voice voice = new Voice(spec.commandLine().getOut(), err, report, progress);
            Verification verification = new Verification(fleet, trial, drill ? drillTimeout : 0);
            Locking locking = new Locking("verify --drill", fleet, voice, patience);
            List<Droplet> drilled = drill ? chosen : List.of();
            return Interruption.watch(new Verifying(verification, locking, drilled, this::write), Verifying::run);
        } catch (SshFailure e) {
            throw new CliFailure(ExitCode.USAGE, e.sentence());
        }
    }

    /** A file that cannot be written is known before anybody is contacted. */
    private void openJunit() {
        if (junit != null) {
            try {
                // Whatever this run comes to, nobody takes the one before for it.
                Files.newOutputStream(junit).close();
            } catch (IOException e) {
                throw new CliFailure(ExitCode.USAGE, "--junit: " + junit + " cannot be written (" + Reason.of(e) + ")");
            }
        }
    }

    private void write(Proof proof) {
        if (junit != null) {
            try {
                Files.write(junit, ProofJunit.of(proof).getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new CliFailure(
                        ExitCode.FAILED, "--junit: " + junit + " could not be written (" + Reason.of(e) + ")");
            }
        }
    }
}
