package sessionctl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.Interruption;
import sessionctl.action.IoMessages;
import sessionctl.action.RunLeases;
import sessionctl.action.VerifyAction;
import sessionctl.desired.DesiredStates;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.RunRenderer;
import sessionctl.report.junit.VerificationJunit;
import sessionctl.verify.Verification;
import sessionctl.verify.VerificationResult;
import sessionctl.verify.VerificationSpec;
import sessionctl.verify.http.ProbePage;
import sessionctl.verify.http.Site;

/** The {@code verify} command: checks over HTTP and in memcached that the droplets share their sessions. */
@Command(
        name = "verify",
        description = "Verify over HTTP that all droplets share their sessions: install a probe page with a random"
                + " name on each, use one session on all of them, look for it in every memcached, and remove the page.",
        footerHeading = "%nExample:%n",
        footer = "  sessionctl verify inventory.yml --host-header shop.example --tls",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every check passed",
            "1:a report could not be written",
            "3:a check failed; the first line names the droplet and what to do",
            "4:a droplet could not be reached or its host key was refused",
            "5:wrong usage or inventory; nothing was contacted",
            "7:another run holds a droplet; the drill was not started",
            "130:interrupted; the probe page was removed, and a drill was undone"
        })
final class VerifyCommand extends ClusterCommand {
    @Mixin
    private final SiteOptions web = new SiteOptions();

    @Mixin
    private final LockOptions lock = new LockOptions();

    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Also write JUnit XML for a build server, with a test case for each check.")
    private @Nullable Path junit;

    @Option(
            names = "--drill",
            description = "Block memcached, stop it and start it, on one droplet after another, and count the probe's"
                    + " sessions that are lost. Each is read on every droplet after each step (on at most"
                    + " three while a server does not answer). Refused if a visitor could lose a session.")
    private boolean drill;

    @Option(
            names = "--drill-timeout",
            paramLabel = "S",
            defaultValue = "90",
            description = "Seconds after which a droplet ends a drill with its memcached by itself"
                    + " (default: ${DEFAULT-VALUE}).")
    private int drillTimeout;

    @Override
    public Integer call() {
        Duration patience = lock.timeout();
        RunRenderer report = output.report();
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        if (drill && chosen.size() < cluster.droplets().size()) {
            throw new ActionFailure(ExitCode.USAGE, "--drill cannot be combined with --limit");
        }
        if (drillTimeout < 5) {
            throw new ActionFailure(ExitCode.USAGE, "--drill-timeout must be 5 or more (got " + drillTimeout + ")");
        }
        Site site = web.site();
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        openJunit();
        VerificationSpec checks =
                new VerificationSpec(cluster, chosen, site, ProbePage.forEach(chosen), desired.settings(chosen));
        return connect(chosen, report, (fleet, console) -> {
            Verification verification = new Verification(fleet, checks, drill ? drillTimeout : 0);
            RunLeases lease = new RunLeases("verify --drill", fleet, console, patience);
            List<Droplet> drilled = drill ? chosen : List.of();
            return Interruption.watch(new VerifyAction(verification, lease, drilled, this::write), VerifyAction::run);
        });
    }

    /**
     * Empties the JUnit file before any droplet is contacted, so that a file that cannot be written ends the run early.
     */
    private void openJunit() {
        if (junit != null) {
            try {
                // If this run fails, the build server must not read the report of an earlier run.
                Files.newOutputStream(junit).close();
            } catch (IOException e) {
                throw new ActionFailure(
                        ExitCode.USAGE, "--junit: " + junit + " cannot be written (" + IoMessages.of(e) + ")");
            }
        }
    }

    private void write(VerificationResult result) {
        if (junit != null) {
            try {
                Files.write(junit, VerificationJunit.of(result).getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new ActionFailure(
                        ExitCode.FAILED, "--junit: " + junit + " could not be written (" + IoMessages.of(e) + ")");
            }
        }
    }
}
