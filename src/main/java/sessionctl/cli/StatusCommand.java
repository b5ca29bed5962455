package sessionctl.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.AtomicOutputFile;
import sessionctl.action.BuildInfo;
import sessionctl.action.ExitCode;
import sessionctl.action.HistoryAction;
import sessionctl.action.Interruption;
import sessionctl.action.OutputFormat;
import sessionctl.action.StatusAction;
import sessionctl.action.StatusWatcher;
import sessionctl.action.Terminal;
import sessionctl.command.Invocation;
import sessionctl.desired.DesiredStates;
import sessionctl.health.ClusterHealth;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.Provenance;
import sessionctl.report.RunRenderer;
import sessionctl.report.StatusRenderer;
import sessionctl.report.html.StatusHtml;

/**
 * The {@code status} command: shows findings with the commands that fix them, and the state of each droplet. Changes
 * nothing.
 */
@Command(
        name = "status",
        description = {
            "Show problems, the commands that fix them, and the state of each droplet; changes nothing.",
            "%nrequest: the time to write, read and delete a test key on every server, one after another. clock:"
                    + " seconds ahead of the other clocks. drift: changes that the dry runs of provision and"
                    + " firewall show."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl status inventory.yml",
            "  sessionctl status inventory.yml --history 5",
            "  sessionctl status inventory.yml --html status.html"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no problem, or only warnings",
            "3:a problem was found",
            "4:a droplet could not be reached or its host key was refused",
            "5:wrong usage, inventory or template; nothing was contacted",
            "130:interrupted"
        })
final class StatusCommand extends ClusterCommand {
    @Option(
            names = "--watch",
            arity = "0..1",
            paramLabel = "S",
            parameterConsumer = OptionalNumber.Seconds.class,
            description = "Refresh every S seconds (default: 5), until Ctrl-C.")
    private @Nullable Integer watch;

    @Option(
            names = "--history",
            arity = "0..1",
            paramLabel = "N",
            parameterConsumer = OptionalNumber.Runs.class,
            description = "Show the last N runs (default: 20) instead, from the droplets' logs.")
    private @Nullable Integer history;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write an HTML report with charts.")
    private @Nullable Path html;

    @Override
    public Integer call() {
        Terminal terminal = Terminal.current();
        refuseWatching(terminal);
        page().ifPresent(AtomicOutputFile::refuseNowhere);
        RunRenderer runReport = output.report();
        if (history != null) {
            int runs = history;
            List<Droplet> chosen = options.chosen(options.cluster());
            return inspect(chosen, runReport, (fleet, console) -> new HistoryAction(fleet, console).run(chosen, runs));
        }
        StatusRenderer report = output.statusReport(watch == null ? StatusCommand::now : () -> "");
        Cluster cluster = options.cluster();
        List<Droplet> chosen = options.chosen(cluster);
        DesiredStates desired = new DesiredStates(cluster, options.templates());
        if (watch != null) {
            int seconds = watch;
            return connect(cluster.droplets(), runReport, (fleet, console) -> {
                StatusAction action = new StatusAction(cluster, desired, fleet, remedies());
                return Interruption.watch(
                        new StatusWatcher(out(), terminal, seconds, StatusCommand::now),
                        w -> w.run(() -> {
                            ClusterHealth health = action.inspect(chosen);
                            return report.of(health, page(health));
                        }));
            });
        }
        return inspect(cluster.droplets(), runReport, (fleet, console) -> {
            StatusAction action = new StatusAction(cluster, desired, fleet, remedies());
            ClusterHealth health = action.inspect(chosen);
            int code = page(health);
            console.print(writer -> report.write(health, code, writer));
            return code;
        });
    }

    @Override
    boolean showsProgress() {
        return watch == null;
    }

    private void refuseWatching(Terminal terminal) {
        if (history != null && (watch != null || html != null)) {
            throw new ActionFailure(ExitCode.USAGE, "--history cannot be combined with --watch or --html");
        }
        if (watch != null && (!terminal.out() || output.format() != OutputFormat.text)) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    "--watch needs a terminal and the text format; without them, run status repeatedly");
        }
    }

    private Optional<AtomicOutputFile> page() {
        if (html != null) {
            AtomicOutputFile.refuseInventory("--html", html, options.inventory().name());
        }
        return Optional.ofNullable(html).map(file -> new AtomicOutputFile("--html", file));
    }

    /** Writes the HTML page if {@code --html} asks for one. Returns the exit code of the observation. */
    private int page(ClusterHealth health) {
        int code = code(health);
        if (html != null) {
            Invocation invocation = options.invocation();
            String inventory = invocation.inventory().isEmpty() ? "inventory.yml" : invocation.inventory();
            String command = invocation.command("status", "--html", html.toString());
            Provenance from = new Provenance(now(), BuildInfo.number(), inventory, command, watch == null ? 0 : watch);
            page().ifPresent(page -> page.write(new StatusHtml(from).of(health, code)));
        }
        return code;
    }

    private static String now() {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                .format(Instant.now().atOffset(ZoneOffset.UTC));
    }

    private static int code(ClusterHealth health) {
        if (health.hasUnreached()) {
            return ExitCode.UNREACHED;
        }
        return health.hasErrors() ? ExitCode.CHECK_FAILED : ExitCode.OK;
    }
}
