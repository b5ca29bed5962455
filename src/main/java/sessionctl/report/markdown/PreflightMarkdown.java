package sessionctl.report.markdown;

import sessionctl.health.Preflight;
import sessionctl.report.PreflightRenderer;
import sessionctl.report.text.PreflightText;

/** The preflight checks as Markdown, for a comment or a ticket. */
public final class PreflightMarkdown implements PreflightRenderer {
    @Override
    public String render(Preflight preflight, int exitCode) {
        StringBuilder out = new StringBuilder("### sessionctl check: ");
        out.append(MarkdownText.line(PreflightText.headline(preflight))).append("\n\n");
        StatusMarkdown.findings(preflight.findings(), out);
        out.append(MarkdownText.table(PreflightText.head(preflight), PreflightText.rows(preflight)));
        return out.toString();
    }
}
