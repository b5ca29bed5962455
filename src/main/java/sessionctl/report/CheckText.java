package sessionctl.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import sessionctl.health.Aspect;
import sessionctl.health.Examined;
import sessionctl.health.Preflight;
import sessionctl.health.Severity;

/** For a person: what is wrong on top, then what was looked at, a column a droplet. */
public final class CheckText implements CheckReport {
    private static final int MARK = "warning".length();
    private static final int LABEL = Arrays.stream(Aspect.values())
            .mapToInt(a -> a.toString().length())
            .max()
            .orElse(0);

    private final Style style;

    /** In colour or plain. */
    public CheckText(Style style) {
        this.style = style;
    }

    @Override
    public String of(Preflight preflight, int exitCode) {
        StringBuilder out = new StringBuilder();
        preflight.findings().forEach(f -> out.append(style.of(f)).append('\n'));
        out.append(style.bold(headline(preflight) + ".")).append("\n\n");
        int droplets = preflight.droplets().size();
        int width = TextTable.columnWidth(droplets, LABEL);
        out.append(
                width < MARK
                        ? counted(preflight)
                        : TextTable.of(ShortNames.of(head(preflight), width), rows(preflight)));
        return out.toString();
    }

    static String headline(Preflight preflight) {
        long errors = preflight.findings().stream()
                .filter(f -> f.severity() == Severity.ERROR)
                .count();
        return "cluster " + preflight.cluster().name() + ": "
                + Run.count(preflight.droplets().size(), "droplet") + ", "
                + (errors == 0 ? "nothing stops a run" : Run.count(errors, "problem"));
    }

    static List<String> head(Preflight preflight) {
        List<String> head = new ArrayList<>(List.of(""));
        preflight.droplets().forEach(d -> head.add(d.droplet().name()));
        return head;
    }

    static List<List<String>> rows(Preflight preflight) {
        return Arrays.stream(Aspect.values()).map(a -> row(preflight, a)).toList();
    }

    private static List<String> row(Preflight preflight, Aspect aspect) {
        List<String> row = new ArrayList<>(List.of(aspect.toString()));
        preflight.droplets().forEach(d -> row.add(Preflight.mark(d, aspect)));
        return row;
    }

    /** Of many droplets, how many are as they must be. */
    private static String counted(Preflight preflight) {
        List<List<String>> rows = new ArrayList<>();
        for (Aspect aspect : Aspect.values()) {
            List<String> marks = new ArrayList<>();
            for (Examined examined : preflight.droplets()) {
                marks.add(Preflight.mark(examined, aspect));
            }
            List<String> row = new ArrayList<>(List.of(aspect.toString()));
            List.of("ok", "warning", "error", "-")
                    .forEach(m -> row.add(
                            Long.toString(marks.stream().filter(m::equals).count())));
            rows.add(row);
        }
        return TextTable.of(List.of("", "ok", "warning", "error", "not tried"), rows);
    }
}
