package sessionctl.report.markdown;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import sessionctl.health.Finding;
import sessionctl.plan.Change;
import sessionctl.ports.PortProbe;
import sessionctl.report.ClusterLogs;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.FindingLines;
import sessionctl.report.PlanGroups;
import sessionctl.report.RunHistory;
import sessionctl.report.RunRenderer;
import sessionctl.report.RunReport;
import sessionctl.report.TerminalSafe;
import sessionctl.report.text.HistoryText;
import sessionctl.report.text.LeaseMessages;
import sessionctl.report.text.MatrixText;
import sessionctl.verify.VerificationResult;

/** A run as Markdown for a pull request: a summary line, then a folded diff for each group of droplets with equal changes. */
public final class RunMarkdown implements RunRenderer {
    /** The limit in characters. GitHub accepts 65,536 for a comment, and the program that posts it may add a line. */
    private static final int MAX_LENGTH = 64_000;

    private static final String TOO_LONG =
            "\nThe connections between so many droplets do not fit here: see --output json.\n";

    /** The number of droplets whose diffs are rendered although they do not fit. */
    private static final int MOST_TRIES = 20;

    private static final int INTERRUPTED = 130;

    @Override
    public void after(RunReport run, PrintWriter all) {
        StringBuilder out = new StringBuilder("### sessionctl " + run.command() + (run.dryRun() ? " (dry run)" : ""));
        out.append(": ").append(summary(run));
        out.append("\n\n| droplet | status | changes |\n|---|---|---|\n");
        rows(
                run.entries(),
                e -> "| " + e.droplet().name() + " | " + e.status() + " | "
                        + e.changes().size() + " |\n",
                "| … | | |\n",
                MAX_LENGTH / 2,
                out);
        out.append(run.findings().isEmpty() ? "" : "\n");
        rows(
                Finding.grouped(run.findings()),
                f -> "- **" + MarkdownText.line(f.sentence()) + "**\n",
                "- … and more: see --output text\n",
                MAX_LENGTH / 4 * 3,
                out);
        if (run.changes() > 0) {
            out.append('\n');
            run.impact()
                    .sentences()
                    .forEach(s -> out.append("- ").append(MarkdownText.line(s)).append('\n'));
        }
        failures(run.entries(), out);
        boolean left = details(PlanGroups.of(run.entries()), out);
        out.append(left ? "\nThis comment is full: for the other diffs see --output text.\n" : "");
        String matrix = matrix(run.matrix());
        out.append(out.length() + matrix.length() <= MAX_LENGTH ? matrix : TOO_LONG);
        all.append(out);
    }

    /** Writes as many rows as fit. */
    private static <T> void rows(List<T> all, Function<T, String> row, String more, int most, StringBuilder out) {
        for (T one : all) {
            String text = row.apply(one);
            if (out.length() + text.length() > most) {
                out.append(more);
                return;
            }
            out.append(text);
        }
    }

    private static void failures(List<DropletReport> entries, StringBuilder out) {
        for (DropletReport entry : entries) {
            String text = failure(entry, true);
            String brief = out.length() + text.length() <= MAX_LENGTH ? text : failure(entry, false);
            out.append(out.length() + brief.length() <= MAX_LENGTH ? brief : "");
        }
    }

    /** Writes the changes of each group of droplets. Returns true if some diffs were left out. */
    private static boolean details(List<PlanGroups.Group> groups, StringBuilder out) {
        int left = 0;
        for (PlanGroups.Group group : groups) {
            // If that many did not fit, the others will not fit either.
            String whole = folded(group, left < MOST_TRIES);
            boolean fits = left < MOST_TRIES && out.length() + whole.length() <= MAX_LENGTH;
            String brief = fits ? whole : folded(group, false);
            out.append(out.length() + brief.length() <= MAX_LENGTH ? brief : "");
            left += fits ? 0 : 1;
        }
        return left > 0;
    }

    private static String matrix(List<PortProbe> cells) {
        if (cells.isEmpty()) {
            return "";
        }
        boolean large = !MatrixText.isTable(cells);
        return "\n```text\n" + MatrixText.table(cells) + MatrixText.sentences(cells) + "```\n"
                + (large ? TOO_LONG : "");
    }

    /**
     * Summarizes the run, as in "2 changes on 1 droplet; 1 unreachable". Lists failures explicitly, so that a run with
     * failures never looks like one without changes.
     */
    private static String summary(RunReport run) {
        if (run.entries().isEmpty() && run.exitCode() == INTERRUPTED) {
            return "interrupted, nothing was changed";
        }
        boolean inSync =
                run.withStatus(DropletStatus.IN_SYNC).size() == run.entries().size();
        List<String> parts = new ArrayList<>();
        if (inSync || run.changes() > 0) {
            parts.add(run.changes() == 0 ? "no changes" : run.size());
        }
        if (!run.findings().isEmpty()) {
            parts.add(new FindingLines(run.findings()).count(""));
        }
        for (DropletStatus bad : List.of(
                DropletStatus.UNREACHABLE,
                DropletStatus.FAILED,
                DropletStatus.NOT_REACHED,
                DropletStatus.ROLLED_BACK)) {
            int count = run.withStatus(bad).size();
            if (count > 0) {
                parts.add(count + " " + bad);
            }
        }
        return String.join("; ", parts);
    }

    @Override
    public String render(RunHistory history, int exitCode) {
        return "### sessionctl status --history\n\n"
                + MarkdownText.table(
                        List.of("time", "who", "command", "outcome"),
                        history.runs().stream().map(RunMarkdown::row).toList());
    }

    private static List<String> row(RunHistory.Run run) {
        return List.of(
                HistoryText.time(run),
                LeaseMessages.describeOwner(run.stamp()),
                run.stamp().command(),
                String.join("; ", run.outcomes()));
    }

    /** Each line begins with its time, so none ends the block. */
    @Override
    public void write(ClusterLogs logs, int exitCode, PrintWriter out) {
        out.append("### sessionctl logs\n\n```text\n");
        logs.entries().forEach(entry -> out.append(ClusterLogs.line(entry)).append('\n'));
        out.append("```\n");
    }

    @Override
    public String render(VerificationResult verification, int exitCode) {
        return VerificationMarkdown.of(verification);
    }

    private static String failure(DropletReport entry, boolean whole) {
        DropletReport.Failure failure = entry.failure();
        if (failure == null) {
            return "";
        }
        StringBuilder out = new StringBuilder("\n**" + entry.droplet().name() + "**");
        out.append(failure.step().isEmpty() ? ": " : " failed at " + MarkdownText.line(failure.step()) + ": ")
                .append(MarkdownText.line(failure.why()))
                .append("\n");
        if (whole && !failure.output().isEmpty()) {
            fenced("text", TerminalSafe.of(failure.output()), out);
        }
        return out.toString();
    }

    private static String folded(PlanGroups.Group group, boolean whole) {
        StringBuilder out = new StringBuilder("\n<details><summary>");
        String first = group.first().droplet().name();
        out.append(group.names()).append(": ").append(group.size()).append("</summary>\n\n");
        out.append(
                group.members().size() > 1
                        ? "Shown for " + first + "; on the others only their own addresses differ.\n\n"
                        : "");
        group.first()
                .warnings()
                .forEach(w ->
                        out.append("- warning: ").append(MarkdownText.line(w)).append('\n'));
        for (PlanGroups.ShownChange shown : group.changes()) {
            Change change = shown.change();
            out.append("- ").append(MarkdownText.line(change.stage() + ": " + change.describe()));
            String strong = change.risk().losesSessions() ? "**" : "";
            out.append(
                    change.risk().words().isEmpty()
                            ? ""
                            : " (" + strong + change.risk().words() + strong + ")");
            out.append(shown.sameAs()
                    .map(droplet -> " (as on " + droplet.name() + ")")
                    .orElse(""));
            out.append('\n');
        }
        if (whole) {
            group.changes()
                    .forEach(c -> c.diffs().forEach(d -> fenced("diff", TerminalSafe.of(String.join("\n", d)), out)));
        }
        return out.append("\n</details>\n").toString();
    }

    /** Fences a text with more backticks than it contains in a row, so that the text cannot end the fence. */
    private static void fenced(String language, String text, StringBuilder out) {
        String fence = "```";
        while (text.contains(fence)) {
            fence += "`";
        }
        out.append('\n').append(fence).append(language).append('\n').append(text);
        out.append('\n').append(fence).append('\n');
    }
}
