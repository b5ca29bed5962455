package sessionctl.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;
import sessionctl.fleet.Progress;
import sessionctl.report.BuildLog;
import sessionctl.report.CheckJson;
import sessionctl.report.CheckMarkdown;
import sessionctl.report.CheckReport;
import sessionctl.report.CheckText;
import sessionctl.report.JsonReport;
import sessionctl.report.LiveProgress;
import sessionctl.report.MarkdownReport;
import sessionctl.report.PlainProgress;
import sessionctl.report.Report;
import sessionctl.report.Run;
import sessionctl.report.StatusJson;
import sessionctl.report.StatusMarkdown;
import sessionctl.report.StatusReport;
import sessionctl.report.StatusText;
import sessionctl.report.Style;
import sessionctl.report.TextReport;

/** How a command tells what it does. */
final class OutputOptions {
    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json or markdown (default: text).")
    private Format format = Format.text;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "auto, always or never (default: auto; NO_COLOR is honoured).")
    private String color = "auto";

    @Option(names = "-v", description = "Say what begins, too, in plain lines; -vv adds stack traces.")
    private boolean[] verbose = new boolean[0];

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress.")
    private boolean quiet;

    private Map<String, String> environment = System.getenv();

    /** Works in another environment than the process's. */
    void in(Map<String, String> other) {
        environment = other;
    }

    private BuildLog log() {
        return BuildLog.of(environment, () -> Instant.now().getEpochSecond());
    }

    /** Where a build server looks besides: what it is to show beside the code, and its page of a run. */
    Consumer<Run> aside(PrintWriter err) {
        BuildLog log = format == Format.text ? BuildLog.PLAIN : log();
        return new Aside(log, environment.getOrDefault("GITHUB_STEP_SUMMARY", ""), err);
    }

    Format format() {
        return format;
    }

    Report report(Terminal terminal) {
        return switch (format) {
            case json -> new JsonReport();
            case markdown -> new MarkdownReport();
            case text -> new TextReport(style(terminal), log());
        };
    }

    StatusReport statusReport(Terminal terminal) {
        return switch (format) {
            case json -> new StatusJson();
            case markdown -> new StatusMarkdown();
            case text -> new StatusText(style(terminal));
        };
    }

    CheckReport checkReport(Terminal terminal) {
        return switch (format) {
            case json -> new CheckJson();
            case markdown -> new CheckMarkdown();
            case text -> new CheckText(style(terminal));
        };
    }

    private Style style(Terminal terminal) {
        String no = System.getenv("NO_COLOR");
        boolean wanted = terminal.out() && (no == null || no.isEmpty());
        return switch (color.toLowerCase(Locale.ROOT)) {
            case "always" -> Style.COLOUR;
            case "never" -> Style.PLAIN;
            case "auto" -> wanted ? Style.COLOUR : Style.PLAIN;
            default ->
                throw new CliFailure(ExitCode.USAGE, "--color: \"" + color + "\" is neither auto, always nor never");
        };
    }

    Progress progress(Terminal terminal, PrintWriter err) {
        if (quiet) {
            return Progress.SILENT;
        }
        return terminal.err() && verbose.length == 0
                ? new LiveProgress(err, terminal.columns(), terminal.rows())
                : new PlainProgress(err, verbose.length > 0);
    }
}
