package sessionctl.report;

import sessionctl.health.Preflight;

/** For a comment or a ticket. */
public final class CheckMarkdown implements CheckReport {
    @Override
    public String of(Preflight preflight, int exitCode) {
        StringBuilder out = new StringBuilder("### sessionctl check: ");
        out.append(MarkdownReport.line(CheckText.headline(preflight))).append("\n\n");
        StatusMarkdown.findings(preflight.findings(), out);
        StatusMarkdown.table(CheckText.head(preflight), CheckText.rows(preflight), out);
        return out.toString();
    }
}
