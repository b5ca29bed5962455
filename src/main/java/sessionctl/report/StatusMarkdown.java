package sessionctl.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import sessionctl.health.Finding;
import sessionctl.health.Overview;

/** For a comment or a ticket. */
public final class StatusMarkdown implements StatusReport {
    @Override
    public void write(Overview overview, int exitCode, PrintWriter all) {
        StringBuilder out = new StringBuilder("### sessionctl status: ");
        out.append(MarkdownReport.line(Glance.headline(overview))).append("\n\n");
        findings(overview.findings(), out);
        table(Glance.SERVICES, Glance.services(overview), out);
        table(Glance.SESSIONS, Glance.sessions(overview), out);
        out.append("```text\n")
                .append(MatrixText.table(overview.matrix()))
                .append(MatrixText.untested(overview.matrix()))
                .append("```\n");
        all.append(out);
    }

    static void findings(List<Finding> findings, StringBuilder out) {
        findings.forEach(f -> out.append("- **")
                .append(f.severity().name().toLowerCase(Locale.ROOT))
                .append("** ")
                .append(MarkdownReport.line(f.sentence()))
                .append('\n'));
        out.append(findings.isEmpty() ? "" : "\n");
    }

    static void table(List<String> head, List<List<String>> rows, StringBuilder out) {
        out.append(row(head)).append("|---".repeat(head.size())).append("|\n");
        rows.forEach(r -> out.append(row(r)));
        out.append('\n');
    }

    private static String row(List<String> cells) {
        return cells.stream().map(MarkdownReport::line).collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
