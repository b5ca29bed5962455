package sessionctl.report.text;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import sessionctl.health.ClusterHealth;
import sessionctl.ports.PortProbe;
import sessionctl.report.FindingLines;
import sessionctl.report.StatusRenderer;
import sessionctl.report.StatusTables;
import sessionctl.report.TextStyle;

/** The status report as text for a terminal: findings, then tables. */
public final class StatusText implements StatusRenderer {
    private final TextStyle style;
    private final Supplier<String> time;

    /**
     * A report in this style.
     *
     * @param time supplies the time of the observation; empty to print none
     */
    public StatusText(TextStyle style, Supplier<String> time) {
        this.style = style;
        this.time = time;
    }

    @Override
    public void write(ClusterHealth health, int exitCode, PrintWriter all) {
        FindingLines problems = new FindingLines(health.findings());
        String headline = style.wrapped(StatusTables.headline(health) + ".");
        String when = time.get();
        StringBuilder out = new StringBuilder(problems.lines(style));
        out.append(problems.all().isEmpty() ? style.good(headline) : style.bold(headline))
                .append(when.isEmpty() ? "" : "\n" + when)
                .append("\n\n")
                .append(TextTable.of(StatusTables.SERVICES, StatusTables.services(health)))
                .append(StatusTables.LEGEND)
                .append("\n\n")
                .append(TextTable.of(StatusTables.SESSIONS, StatusTables.sessions(health)))
                .append('\n')
                .append(matrix(health));
        all.append(problems.repeatWorst(out.toString(), style));
    }

    private String matrix(ClusterHealth health) {
        List<PortProbe> cells = health.matrix();
        String head = "connections to port " + health.cluster().memcached().port() + "\n";
        return cells.isEmpty() ? "" : head + MatrixText.fit(cells, style) + MatrixText.describeUntested(cells);
    }
}
