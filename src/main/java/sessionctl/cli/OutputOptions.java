package sessionctl.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.CiReporter;
import sessionctl.action.ExitCode;
import sessionctl.action.OutputFormat;
import sessionctl.action.Pager;
import sessionctl.action.Terminal;
import sessionctl.fleet.Progress;
import sessionctl.report.BuildLog;
import sessionctl.report.PreflightRenderer;
import sessionctl.report.RunRenderer;
import sessionctl.report.RunReport;
import sessionctl.report.StatusRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.json.PreflightJson;
import sessionctl.report.json.RunJson;
import sessionctl.report.json.StatusJson;
import sessionctl.report.markdown.PreflightMarkdown;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.markdown.StatusMarkdown;
import sessionctl.report.text.LiveProgress;
import sessionctl.report.text.PlainProgress;
import sessionctl.report.text.PreflightText;
import sessionctl.report.text.RunText;
import sessionctl.report.text.StatusText;

/** The options for a command's output: format, colours and progress. */
final class OutputOptions {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json or markdown (default: text).")
    private OutputFormat format = OutputFormat.text;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "auto, always or never (default: auto; NO_COLOR is honoured).")
    private String color = "auto";

    @Option(
            names = "-v",
            description = "Print each step with its duration; -vv adds the commands that run on droplets, and stack"
                    + " traces.")
    private boolean[] verbose = new boolean[0];

    @Mixin
    private final LogOptions logs = new LogOptions();

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress.")
    private boolean quiet;

    private Map<String, String> environment = System.getenv();
    private Terminal terminal = Terminal.current();

    /** Replaces the environment variables and the terminal of the process by those that {@link Main} runs in. */
    void configure(Map<String, String> otherEnvironment, Terminal otherTerminal) {
        environment = otherEnvironment;
        terminal = otherTerminal;
    }

    private BuildLog log() {
        return BuildLog.of(environment, () -> Instant.now().getEpochSecond());
    }

    /**
     * Returns the reporter for a build server: annotations, with the text format only, and the summary of
     * $GITHUB_STEP_SUMMARY.
     */
    Consumer<RunReport> ciReporter(PrintWriter err) {
        BuildLog log = format == OutputFormat.text ? BuildLog.PLAIN : log();
        return new CiReporter(log, environment.getOrDefault("GITHUB_STEP_SUMMARY", ""), err);
    }

    OutputFormat format() {
        return format;
    }

    RunRenderer report() {
        return report("");
    }

    /**
     * Returns the renderer of runs in the chosen format.
     *
     * @param apply the command that a dry run prints last, to apply its plan; empty for none
     * @throws ActionFailure if {@code --color} has an invalid value and the format is text
     */
    RunRenderer report(String apply) {
        return switch (format) {
            case json -> new RunJson();
            case markdown -> new RunMarkdown();
            case text -> new RunText(style(), log(), apply);
        };
    }

    /**
     * Returns the renderer of status in the chosen format.
     *
     * @param time returns the time of the observation, which only the text format prints; empty to print none
     */
    StatusRenderer statusReport(Supplier<String> time) {
        return switch (format) {
            case json -> new StatusJson();
            case markdown -> new StatusMarkdown();
            case text -> new StatusText(style(), time);
        };
    }

    PreflightRenderer checkReport() {
        return switch (format) {
            case json -> new PreflightJson();
            case markdown -> new PreflightMarkdown();
            case text -> new PreflightText(style());
        };
    }

    /** Returns the pager for plans, which only the text format has. */
    Pager pager() {
        return format == OutputFormat.text ? Pager.of(terminal, environment, SudoOptions.VARIABLE) : Pager.NONE;
    }

    private TextStyle style() {
        String no = environment.get("NO_COLOR");
        boolean wanted = terminal.out() && (no == null || no.isEmpty());
        return switch (color.toLowerCase(Locale.ROOT)) {
            case "always" -> style(true);
            case "never" -> style(false);
            case "auto" -> style(wanted);
            default ->
                throw new ActionFailure(
                        ExitCode.USAGE, "--color must be auto, always or never (got \"" + color + "\")");
        };
    }

    private TextStyle style(boolean coloured) {
        int columns = terminal.out() ? terminal.columns() : 0;
        int rows = terminal.out() ? terminal.rows() : 0;
        return new TextStyle(coloured, Terminal.ascii(), columns, rows);
    }

    /** Returns true if the progress receives the commands that run on droplets. */
    boolean reportsCommands() {
        return verbose.length > 1 || logs.hasLog();
    }

    /**
     * Creates the progress that the options ask for.
     *
     * @param command the command that runs
     * @param shown false to show nothing on standard error, as with {@code --quiet}
     * @throws ActionFailure if a file cannot be opened
     */
    /** Refuses to write to the inventory of this name. */
    void refuseInventory(String inventory) {
        logs.refuseInventory(inventory);
    }

    Progress progress(PrintWriter err, String command, boolean shown) {
        return logs.with(quiet || !shown ? Progress.SILENT : shownProgress(err), err, command);
    }

    private Progress shownProgress(PrintWriter err) {
        if (terminal.err() && verbose.length == 0) {
            return LiveProgress.ticking(err, terminal.columns(), terminal.rows());
        }
        PlainProgress.Detail[] details = {
            PlainProgress.Detail.RESULTS, PlainProgress.Detail.STEPS, PlainProgress.Detail.COMMANDS
        };
        return PlainProgress.elapsed(err, details[Math.min(verbose.length, 2)], System::nanoTime);
    }
}
