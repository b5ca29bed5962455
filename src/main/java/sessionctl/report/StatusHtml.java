package sessionctl.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import sessionctl.health.Finding;
import sessionctl.health.Overview;

/** One page that needs nothing besides itself, with pictures. */
public final class StatusHtml implements StatusReport {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>%s</title>
            <style>
            %s</style>
            </head>
            <body>
            <h1>%s</h1>
            <p>%s</p>
            """;

    private final String when;

    /** A page that says of when it is. */
    public StatusHtml(String when) {
        this.when = when;
    }

    @Override
    public void write(Overview overview, int exitCode, PrintWriter all) {
        Pictures pictures = new Pictures(overview);
        String headline = Markup.text(Glance.headline(overview));
        StringBuilder out = new StringBuilder(HEAD.formatted(headline, style(), headline, Markup.text(when)));
        findings(overview.findings(), out);
        out.append("<h2>Services</h2>\n");
        table(Glance.SERVICES, Glance.services(overview), out);
        out.append("<h2>Sessions</h2>\n");
        table(Glance.SESSIONS, Glance.sessions(overview), out);
        picture(
                "Who reaches whose port " + overview.cluster().memcached().port(),
                "A row for who tries, a column for whose port it is: ✓ open as it must be, – closed as it must be,"
                        + " ✗ wrong, ? not tested, empty for a droplet that has"
                        + " left.",
                pictures.matrix(),
                out);
        picture("Where the sessions are", pictures.placementWords(), pictures.placement(), out);
        picture(
                "Memory",
                "From the mark on, at 80 %, sessions may be pushed out before their time.",
                pictures.memory(),
                out);
        all.append(out).append("</body>\n</html>\n");
    }

    private static String style() {
        try (InputStream in = StatusHtml.class.getResourceAsStream("/sessionctl/report/status.css")) {
            if (in == null) {
                throw new IllegalStateException("the page's style is not packed into the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void findings(List<Finding> findings, StringBuilder out) {
        if (findings.isEmpty()) {
            return;
        }
        out.append("<ul class=\"findings\">\n");
        for (Finding finding : findings) {
            out.append("<li class=\"")
                    .append(finding.severity().name().toLowerCase(Locale.ROOT))
                    .append("\"><strong>")
                    .append(Markup.text(finding.droplet()))
                    .append("</strong> ")
                    .append(Markup.text(finding.what()))
                    .append(finding.remedy().isEmpty() ? "" : "<code>" + Markup.text(finding.remedy()) + "</code>")
                    .append("</li>\n");
        }
        out.append("</ul>\n");
    }

    private static void table(List<String> head, List<List<String>> rows, StringBuilder out) {
        out.append("<div class=\"wide\"><table>\n");
        row("th", head, out);
        rows.forEach(r -> row("td", r, out));
        out.append("</table></div>\n");
    }

    private static void row(String element, List<String> cells, StringBuilder out) {
        out.append("<tr>");
        cells.forEach(
                c -> out.append("<" + element + ">").append(Markup.text(c)).append("</" + element + ">"));
        out.append("</tr>\n");
    }

    private static void picture(String title, String words, String svg, StringBuilder out) {
        out.append("<h2>").append(Markup.text(title)).append("</h2>\n<p>").append(Markup.text(words));
        out.append("</p>\n<div class=\"wide\">\n").append(svg).append("</div>\n");
    }
}
