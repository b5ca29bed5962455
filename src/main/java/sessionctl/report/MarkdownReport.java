package sessionctl.report;

import java.util.List;
import sessionctl.plan.Change;
import sessionctl.verify.Proof;

/** A comment for a pull request: a summary line, then a folded diff per droplet. */
public final class MarkdownReport implements Report {
    @Override
    public String before(Run run) {
        return "";
    }

    @Override
    public String after(Run run) {
        StringBuilder out =
                new StringBuilder("### sessionctl " + run.command() + (run.dryRun() ? " (dry run)" : "") + ": ");
        out.append(run.changes() == 0 ? "no changes" : run.size());
        out.append("\n\n| droplet | status | changes |\n|---|---|---|\n");
        for (Entry e : run.entries()) {
            out.append("| ").append(e.droplet().name()).append(" | ").append(e.status());
            out.append(" | ").append(e.changes().size()).append(" |\n");
        }
        run.entries().forEach(e -> details(e, out));
        out.append((run.matrix().isEmpty() ? "" : "\n```text\n" + MatrixText.of(run.matrix()) + "```\n"));
        return out.toString();
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

    private static void details(Entry entry, StringBuilder out) {
        Entry.Failure failure = entry.failure();
        if (failure != null) {
            out.append("\n**")
                    .append(entry.droplet().name())
                    .append(failure.step().isEmpty() ? "**: " : "** failed at " + line(failure.step()) + ": ")
                    .append(line(failure.why()))
                    .append("\n");
            if (!failure.output().isEmpty()) {
                fenced("text", Legible.of(failure.output()), out);
            }
        }
        if (!entry.changes().isEmpty()) {
            folded(entry, out);
        }
    }

    private static void folded(Entry entry, StringBuilder out) {
        out.append("\n<details><summary>").append(entry.droplet().name()).append("</summary>\n\n");
        entry.warnings().forEach(w -> out.append("- warning: ").append(line(w)).append('\n'));
        for (Change change : entry.changes()) {
            out.append("- ").append(line(change.stage() + ": " + change.describe()));
            out.append(
                    change.risk().words().isEmpty()
                            ? "\n"
                            : " (**" + change.risk().words() + "**)\n");
        }
        for (Change change : entry.changes()) {
            change.diffs().forEach(d -> fenced("diff", Legible.of(String.join("\n", d)), out));
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

    /** Text that stands in a line: nothing in it is markup. */
    static String line(String text) {
        return Legible.of(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("|", "\\|")
                .replace("`", "\\`")
                .replace("*", "\\*")
                .replace("[", "\\[")
                .replace("!", "\\!")
                .replace("#", "\\#")
                .replace("@", "&#64;")
                .replace('\n', ' ');
    }
}
