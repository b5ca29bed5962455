package sessionctl.report.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import sessionctl.health.Preflight;
import sessionctl.health.PreflightItem;
import sessionctl.health.PreflightResult;
import sessionctl.report.FindingLines;
import sessionctl.report.PreflightRenderer;
import sessionctl.report.RunReport;
import sessionctl.report.ShortNames;
import sessionctl.report.TextStyle;

/** The preflight checks as text: a table with one column per droplet, then the findings. */
public final class PreflightText implements PreflightRenderer {
    private static final int MARK = "warning".length();
    private static final int LABEL = Arrays.stream(PreflightItem.values())
            .mapToInt(a -> a.toString().length())
            .max()
            .orElse(0);

    private final TextStyle style;

    /** A report in this style. */
    public PreflightText(TextStyle style) {
        this.style = style;
    }

    @Override
    public String render(Preflight preflight, int exitCode) {
        FindingLines problems = new FindingLines(preflight.findings());
        int droplets = preflight.droplets().size();
        int width = TextTable.columnWidth(droplets, LABEL);
        String table = width < MARK
                ? counted(preflight)
                : TextTable.of(ShortNames.of(head(preflight), width), rows(preflight));
        String text = table + "\n" + problems.lines(style) + style.bold(headline(preflight) + ".") + "\n";
        return problems.repeatWorst(text, style);
    }

    public static String headline(Preflight preflight) {
        FindingLines problems = new FindingLines(preflight.findings());
        return "cluster " + preflight.cluster().name() + ": "
                + RunReport.count(preflight.droplets().size(), "droplet") + ", "
                + (preflight.hasErrors()
                        ? ""
                        : "nothing stops a run" + (problems.all().isEmpty() ? "" : ", "))
                + problems.count("");
    }

    public static List<String> head(Preflight preflight) {
        List<String> head = new ArrayList<>(List.of(""));
        preflight.droplets().forEach(d -> head.add(d.droplet().name()));
        return head;
    }

    public static List<List<String>> rows(Preflight preflight) {
        return Arrays.stream(PreflightItem.values()).map(a -> row(preflight, a)).toList();
    }

    private static List<String> row(Preflight preflight, PreflightItem check) {
        List<String> row = new ArrayList<>(List.of(check.toString()));
        preflight.droplets().forEach(d -> row.add(Preflight.mark(d, check)));
        return row;
    }

    /** Counts the results of each check, for clusters with too many droplets for a table. */
    private static String counted(Preflight preflight) {
        List<List<String>> rows = new ArrayList<>();
        for (PreflightItem check : PreflightItem.values()) {
            List<String> marks = new ArrayList<>();
            for (PreflightResult examined : preflight.droplets()) {
                marks.add(Preflight.mark(examined, check));
            }
            List<String> row = new ArrayList<>(List.of(check.toString()));
            List.of("ok", "warning", "error", "-")
                    .forEach(m -> row.add(
                            Long.toString(marks.stream().filter(m::equals).count())));
            rows.add(row);
        }
        return TextTable.of(List.of("", "ok", "warning", "error", "skipped"), rows);
    }
}
