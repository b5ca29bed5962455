package sessionctl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sessionctl.health.Finding;
import sessionctl.health.Severity;

/** The findings of a report as text. Each fault is listed once, with all droplets that have it. */
public final class FindingLines {
    private final List<Finding> all;

    public FindingLines(List<Finding> findings) {
        all = Finding.grouped(findings);
    }

    public List<Finding> all() {
        return all;
    }

    /**
     * Counts the findings, as in "2 problems, 1 warning".
     *
     * @param none the text if there are no findings
     */
    public String count(String none) {
        long errors = all.stream().filter(f -> f.severity() == Severity.ERROR).count();
        long warnings = all.size() - errors;
        List<String> parts = new ArrayList<>();
        if (errors > 0) {
            parts.add(RunReport.count(errors, "problem"));
        }
        if (warnings > 0) {
            parts.add(RunReport.count(warnings, "warning"));
        }
        return parts.isEmpty() ? none : String.join(", ", parts);
    }

    /** Returns one line per finding, wrapped to the terminal. */
    public String lines(TextStyle style) {
        return all.stream().map(f -> style.paint(f) + "\n").collect(Collectors.joining());
    }

    /**
     * Appends the worst finding to a text that is longer than the terminal, because its top has scrolled out of view.
     */
    public String repeatWorst(String text, TextStyle style) {
        boolean scrolls = style.rows() > 0 && text.lines().count() >= style.rows();
        if (!scrolls || all.isEmpty()) {
            return text;
        }
        Finding worst = all.get(0);
        String where = count("") + (all.size() == 1 ? ": " : "; the worst: ") + worst.droplet();
        return text + "\n" + style.paint(new Finding(worst.severity(), where, worst.what(), worst.remedy())) + "\n";
    }
}
