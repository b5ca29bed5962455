package sessionctl.report.markdown;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import sessionctl.health.ClusterHealth;
import sessionctl.health.Finding;
import sessionctl.report.StatusRenderer;
import sessionctl.report.StatusTables;
import sessionctl.report.text.MatrixText;

/** The status report as Markdown, for a comment or a ticket. */
public final class StatusMarkdown implements StatusRenderer {
    @Override
    public void write(ClusterHealth health, int exitCode, PrintWriter all) {
        StringBuilder out = new StringBuilder("### sessionctl status: ");
        out.append(MarkdownText.line(StatusTables.headline(health))).append("\n\n");
        findings(health.findings(), out);
        out.append(MarkdownText.table(StatusTables.SERVICES, StatusTables.services(health)))
                .append(MarkdownText.table(StatusTables.SESSIONS, StatusTables.sessions(health)))
                .append("```text\n")
                .append(MatrixText.table(health.matrix()))
                .append(MatrixText.describeUntested(health.matrix()))
                .append("```\n");
        all.append(out);
    }

    static void findings(List<Finding> findings, StringBuilder out) {
        Finding.grouped(findings)
                .forEach(f -> out.append("- **")
                        .append(f.severity().name().toLowerCase(Locale.ROOT))
                        .append("** ")
                        .append(MarkdownText.line(f.sentence()))
                        .append('\n'));
        out.append(findings.isEmpty() ? "" : "\n");
    }
}
