package sessionctl.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import sessionctl.plan.Change;
import sessionctl.verify.Cell;
import sessionctl.verify.Proof;

/** A comment for a pull request: a summary line, then a folded diff per droplet. */
public final class MarkdownReport implements Report {
    /** Characters; GitHub takes 65,536 for a comment, and whoever posts it may write a line of his own. */
    private static final int MOST = 64_000;

    private static final String NO_ROOM =
            "\nThe ways between so many droplets do not fit here: they are in the JSON form.\n";

    /** Droplets whose diffs are asked for although they do not fit. */
    private static final int MOST_TRIES = 20;

    private static final int INTERRUPTED = 130;

    @Override
    public boolean before(Run run, PrintWriter out) {
        return false;
    }

    @Override
    public void after(Run run, PrintWriter all) {
        StringBuilder out = new StringBuilder("### sessionctl " + run.command() + (run.dryRun() ? " (dry run)" : ""));
        out.append(": ").append(summary(run));
        out.append("\n\n| droplet | status | changes |\n|---|---|---|\n");
        rows(
                run.entries(),
                e -> "| " + e.droplet().name() + " | " + e.status() + " | "
                        + e.changes().size() + " |\n",
                "| … | | |\n",
                MOST / 2,
                out);
        out.append(run.findings().isEmpty() ? "" : "\n");
        rows(
                run.findings(),
                f -> "- **" + line(f.sentence()) + "**\n",
                "- … and more: they are in the text form\n",
                MOST / 4 * 3,
                out);
        boolean left = details(run.entries(), out);
        out.append(
                left ? "\nA comment holds no more than this: the diffs that are not here are in the text form.\n" : "");
        String matrix = matrix(run.matrix());
        out.append(out.length() + matrix.length() <= MOST ? matrix : NO_ROOM);
        all.append(out);
    }

    /** As many rows as there is room for. */
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

    /** Whether some diffs were left out. */
    private static boolean details(List<Entry> entries, StringBuilder out) {
        int left = 0;
        for (Entry e : entries) {
            // Where that many did not fit, no other will.
            String whole = details(e, left < MOST_TRIES);
            boolean fits = left < MOST_TRIES && out.length() + whole.length() <= MOST;
            String brief = fits ? whole : details(e, false);
            out.append(out.length() + brief.length() <= MOST ? brief : "");
            left += fits ? 0 : 1;
        }
        return left > 0;
    }

    private static String matrix(List<Cell> cells) {
        if (cells.isEmpty()) {
            return "";
        }
        boolean large = !MatrixText.isTable(cells);
        return "\n```text\n" + MatrixText.table(cells) + MatrixText.sentences(cells) + "```\n" + (large ? NO_ROOM : "");
    }

    /** As in "2 changes on 1 droplet; 1 unreachable"; nobody may take silence for health. */
    private static String summary(Run run) {
        if (run.entries().isEmpty() && run.exitCode() == INTERRUPTED) {
            return "interrupted, nothing was changed";
        }
        boolean inSync = run.in(Status.IN_SYNC).size() == run.entries().size();
        List<String> parts = new ArrayList<>();
        if (inSync || run.changes() > 0) {
            parts.add(run.changes() == 0 ? "no changes" : run.size());
        }
        if (!run.findings().isEmpty()) {
            parts.add(Run.count(run.findings().size(), "finding"));
        }
        for (Status bad : List.of(Status.UNREACHABLE, Status.FAILED, Status.NOT_REACHED, Status.ROLLED_BACK)) {
            int count = run.in(bad).size();
            if (count > 0) {
                parts.add(count + " " + bad);
            }
        }
        return String.join("; ", parts);
    }

    @Override
    public String of(History history, int exitCode) {
        StringBuilder out = new StringBuilder("### sessionctl status --history\n\n");
        StatusMarkdown.table(
                List.of("time", "who", "command", "outcome"),
                history.runs().stream()
                        .map(r -> List.of(
                                HistoryText.time(r),
                                Holders.who(r.stamp()),
                                r.stamp().command(),
                                String.join("; ", r.outcomes())))
                        .toList(),
                out);
        return out.toString();
    }

    @Override
    public String of(Proof proof, int exitCode) {
        return ProofMarkdown.of(proof);
    }

    private static String details(Entry entry, boolean whole) {
        StringBuilder out = new StringBuilder();
        Entry.Failure failure = entry.failure();
        if (failure != null) {
            out.append("\n**")
                    .append(entry.droplet().name())
                    .append(failure.step().isEmpty() ? "**: " : "** failed at " + line(failure.step()) + ": ")
                    .append(line(failure.why()))
                    .append("\n");
            if (whole && !failure.output().isEmpty()) {
                fenced("text", Legible.of(failure.output()), out);
            }
        }
        if (!entry.changes().isEmpty()) {
            folded(entry, whole, out);
        }
        return out.toString();
    }

    private static void folded(Entry entry, boolean whole, StringBuilder out) {
        out.append("\n<details><summary>").append(entry.droplet().name()).append(": ");
        out.append(Run.count(entry.changes().size(), "change")).append("</summary>\n\n");
        entry.warnings().forEach(w -> out.append("- warning: ").append(line(w)).append('\n'));
        for (Change change : entry.changes()) {
            out.append("- ").append(line(change.stage() + ": " + change.describe()));
            out.append(
                    change.risk().words().isEmpty()
                            ? "\n"
                            : " (**" + change.risk().words() + "**)\n");
        }
        if (whole) {
            entry.changes().forEach(c -> c.diffs().forEach(d -> fenced("diff", Legible.of(String.join("\n", d)), out)));
        }
        out.append("\n</details>\n");
    }

    /** A fence longer than any run of backticks in the text, so that the text cannot end it. */
    private static void fenced(String language, String text, StringBuilder out) {
        String fence = "```";
        while (text.contains(fence)) {
            fence += "`";
        }
        out.append('\n').append(fence).append(language).append('\n').append(text);
        out.append('\n').append(fence).append('\n');
    }

    /**
     * Text that stands in a line: nothing in it is markup, nor a link by itself (GitHub Flavored Markdown, 6.9). An
     * address of a mailbox is one whatever is escaped in it, so a comment that nobody sees parts it.
     */
    static String line(String text) {
        return Legible.of(text)
                .replace("\\", "\\\\")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("_", "\\_")
                .replace("~", "\\~")
                .replace("$", "\\$")
                .replace("://", ":\\//")
                .replace("|", "\\|")
                .replace("`", "\\`")
                .replace("*", "\\*")
                .replace("[", "\\[")
                .replace("!", "\\!")
                .replace("#", "\\#")
                .replace("@", "&#64;")
                .replaceAll("(?i)(www)[.]", "$1\\\\.")
                .replaceAll("&#64;(?=[A-Za-z0-9_\\\\-]++[.])", "$0<!-- -->")
                .replace('\n', ' ');
    }
}
