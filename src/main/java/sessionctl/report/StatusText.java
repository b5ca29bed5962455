package sessionctl.report;

import java.util.List;
import sessionctl.health.Finding;
import sessionctl.health.Overview;
import sessionctl.health.Severity;
import sessionctl.verify.Cell;

/** For a person at a terminal: what is wrong on top, then the tables. */
public final class StatusText implements StatusReport {
    private static final int WIDTH = 80;

    private final Style style;

    /** In colour or plain. */
    public StatusText(Style style) {
        this.style = style;
    }

    @Override
    public String of(Overview overview, int exitCode) {
        StringBuilder out = new StringBuilder();
        overview.findings().forEach(f -> out.append(finding(f)).append('\n'));
        String headline = Glance.headline(overview) + ".";
        out.append(overview.findings().isEmpty() ? style.good(headline) : style.bold(headline))
                .append("\n\n");
        out.append(TextTable.of(Glance.SERVICES, Glance.services(overview))).append('\n');
        out.append(TextTable.of(Glance.SESSIONS, Glance.sessions(overview))).append('\n');
        out.append(matrix(overview));
        return out.toString();
    }

    private String finding(Finding finding) {
        String sentence = Legible.of(finding.sentence());
        return finding.severity() == Severity.ERROR ? style.bad(sentence) : "warning: " + sentence;
    }

    /** The matrix where it fits; of a larger cluster, that it is as it must be, or how much of it is not. */
    private static String matrix(Overview overview) {
        List<Cell> cells = overview.matrix();
        String head = "who reaches port " + overview.cluster().memcached().port() + "\n";
        String table = MatrixText.table(cells);
        if (table.lines().allMatch(line -> line.length() <= WIDTH)) {
            return table.isEmpty() ? "" : head + table;
        }
        long wrong = cells.stream().filter(c -> !c.right()).count();
        return head + cells.size() + " ways tried, "
                + (wrong == 0
                        ? "each as it must be: every droplet reaches every other one, nobody outside reaches any"
                        : wrong + " not as they must be")
                + "\n";
    }
}
