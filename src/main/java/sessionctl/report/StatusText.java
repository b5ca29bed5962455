package sessionctl.report;

import java.io.PrintWriter;
import java.util.List;
import sessionctl.health.Overview;
import sessionctl.verify.Cell;

/** For a person at a terminal: what is wrong on top, then the tables. */
public final class StatusText implements StatusReport {
    private final Style style;

    /** In colour or plain. */
    public StatusText(Style style) {
        this.style = style;
    }

    @Override
    public void write(Overview overview, int exitCode, PrintWriter all) {
        StringBuilder out = new StringBuilder();
        overview.findings().forEach(f -> out.append(style.of(f)).append('\n'));
        String headline = Glance.headline(overview) + ".";
        out.append(overview.findings().isEmpty() ? style.good(headline) : style.bold(headline))
                .append("\n\n");
        out.append(TextTable.of(Glance.SERVICES, Glance.services(overview))).append('\n');
        out.append(TextTable.of(Glance.SESSIONS, Glance.sessions(overview))).append('\n');
        out.append(matrix(overview));
        all.append(out);
    }

    private static String matrix(Overview overview) {
        List<Cell> cells = overview.matrix();
        String head = "who reaches port " + overview.cluster().memcached().port() + "\n";
        return cells.isEmpty() ? "" : head + MatrixText.fitted(cells) + MatrixText.untested(cells);
    }
}
