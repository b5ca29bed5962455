package sessionctl.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
import sessionctl.health.Overview;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.StatusHtml;
import sessionctl.report.StatusReport;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshjShells;

/** The cluster at a glance: what is wrong, the command that mends it, and a table. */
@Command(
        name = "status",
        description = {
            "What is wrong with the cluster and the command that mends it, then a table of the droplets; changes nothing.",
            "%nrequest: how long a throw-away key takes to every server and back, written, read and deleted on one"
                    + " after another. clock: seconds ahead of the other clocks. drift: changes that the dry runs of"
                    + " provision and firewall show."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl status inventory.yml",
            "  sessionctl status inventory.yml --history 5",
            "  sessionctl status inventory.yml --html status.html"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is wrong, or only warnings",
            "3:something is wrong",
            "4:a droplet could not be reached or its host key was refused",
            "5:wrong usage, inventory or template; nothing was contacted",
            "130:interrupted"
        })
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final ClusterOptions options = new ClusterOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Option(
            names = "--watch",
            arity = "0..1",
            paramLabel = "S",
            parameterConsumer = OptionalNumber.Seconds.class,
            description = "Look again every S seconds (default: 5) and draw over it, until Ctrl-C.")
    private @Nullable Integer watch;

    @Option(
            names = "--history",
            arity = "0..1",
            paramLabel = "N",
            parameterConsumer = OptionalNumber.Runs.class,
            description = "Show instead who changed what: the last N runs (default: 20), by the droplets' own logs.")
    private @Nullable Integer history;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with pictures, too.")
    private @Nullable Path html;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        Terminal terminal = Terminal.current();
        refuseWatching(terminal);
        page().ifPresent(OutFile::refuseNowhere);
        if (history != null) {
            return recalled(terminal, history);
        }
        StatusReport report = output.statusReport(terminal);
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = watch == null ? output.progress(terminal, err) : Progress.SILENT;
        try (SshjShells shells = options.shells(progress);
                Fleet fleet = new Fleet(shells, options.concurrency(), progress, options.invocation())) {
            shells.checkKeys(cluster.droplets());
            Observing observing = new Observing(cluster, desired, fleet, new Remedies(options.invocation()));
            if (watch != null) {
                Watching watching = new Watching(spec.commandLine().getOut(), terminal, watch);
                return Interruption.watch(
                        watching,
                        w -> w.run(() -> {
                            Overview overview = observing.look(chosen);
                            return report.of(overview, page(overview));
                        }));
            }
            Overview overview = observing.look(chosen);
            progress.clear();
            int code = page(overview);
            report.write(overview, code, spec.commandLine().getOut());
            return code;
        } catch (SshFailure e) {
            throw new CliFailure(ExitCode.USAGE, e.sentence());
        }
    }

    private int recalled(Terminal terminal, int runs) {
        List<Droplet> chosen = options.chosen(options.cluster());
        PrintWriter err = spec.commandLine().getErr();
        Progress progress = output.progress(terminal, err);
        try (SshjShells shells = options.shells(progress);
                Fleet fleet = new Fleet(shells, options.concurrency(), progress, options.invocation())) {
            shells.checkKeys(chosen);
            Voice voice = new Voice(spec.commandLine().getOut(), err, output.report(terminal), progress);
            return new Recalling(fleet, voice).tell(chosen, runs);
        } catch (SshFailure e) {
            throw new CliFailure(ExitCode.USAGE, e.sentence());
        }
    }

    private void refuseWatching(Terminal terminal) {
        if (history != null && (watch != null || html != null)) {
            throw new CliFailure(ExitCode.USAGE, "--history goes with neither --watch nor --html");
        }
        if (watch != null && (!terminal.out() || output.format() != Format.text)) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--watch draws over a terminal, in text; where there is none, call status again and again");
        }
    }

    private Optional<OutFile> page() {
        return Optional.ofNullable(html).map(file -> new OutFile("--html", file));
    }

    /** Writes a page, where one is wanted; what the process will end with. */
    private int page(Overview overview) {
        int code = code(overview);
        if (html != null) {
            String when = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .format(Instant.now().atOffset(ZoneOffset.UTC));
            page().ifPresent(page -> page.write(new StatusHtml(when).of(overview, code)));
        }
        return code;
    }

    private static int code(Overview overview) {
        if (overview.unreached()) {
            return ExitCode.UNREACHED;
        }
        return overview.broken() ? ExitCode.BROKEN_PROMISE : ExitCode.OK;
    }
}
