package sessionctl.report.text;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.report.TrustedControls;

/**
 * Marks the differences between a text and the previous one: changed cells of tables, and other changed lines
 * completely.
 */
public final class ChangeMarks {
    private static final Pattern DURATION = Pattern.compile("([+-]?)([0-9.]{1,15}) (ms|s|min|h|d)");
    private static final Map<String, Double> SECONDS =
            Map.of("ms", 0.001, "s", 1.0, "min", 60.0, "h", 3600.0, "d", 86_400.0);
    /** The seconds by which measured times and clocks differ without a real change. */
    private static final double JITTER = 0.1;

    private ChangeMarks() {}

    /** Returns the text with its changes in inverse video (ECMA-48, SGR 7). */
    public static String marked(String before, String after) {
        if (before.isEmpty()) {
            return after;
        }
        Map<String, String> old = byKey(before);
        StringBuilder out = new StringBuilder();
        byKey(after).forEach((key, line) -> out.append(line(old.get(key), line)).append('\n'));
        return out.toString();
    }

    /** Indexes the lines by their first cell, which is the name of a table's row, and by its number of occurrence. */
    private static Map<String, String> byKey(String text) {
        Map<String, Integer> seen = new HashMap<>();
        Map<String, String> lines = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            List<String> cells = cells(TrustedControls.visible(line));
            String name = cells.isEmpty() ? "" : cells.get(0);
            lines.put(name + "\n" + seen.merge(name, 1, Integer::sum), line);
        });
        return lines;
    }

    private static String line(@Nullable String old, String line) {
        String plain = TrustedControls.visible(line);
        if (plain.isBlank() || line.equals(old)) {
            return line;
        }
        List<String> before = old == null ? List.of() : cells(TrustedControls.visible(old));
        List<String> after = cells(plain);
        if (before.size() != after.size()) {
            return inverse(plain);
        }
        StringBuilder out = new StringBuilder();
        int rest = 0;
        for (int i = 0; i < after.size(); i++) {
            String cell = after.get(i);
            boolean same = before.get(i).equals(cell) || differsByTimeOnly(before.get(i), cell);
            int start = plain.indexOf(cell, rest);
            out.append(plain.substring(rest, start)).append(same ? cell : inverse(cell));
            rest = start + cell.length();
        }
        return out.append(plain.substring(rest)).toString();
    }

    /** Returns true if two times differ only by passing time or jitter. */
    private static boolean differsByTimeOnly(String before, String after) {
        Matcher earlier = DURATION.matcher(before);
        Matcher later = DURATION.matcher(after);
        if (!earlier.matches() || !later.matches()) {
            return false;
        }
        boolean measured = !later.group(1).isEmpty() || later.group(3).equals("ms");
        return measured ? Math.abs(seconds(later) - seconds(earlier)) < JITTER : seconds(later) >= seconds(earlier);
    }

    private static double seconds(Matcher duration) {
        double value = Double.parseDouble(duration.group(2)) * SECONDS.getOrDefault(duration.group(3), 1.0);
        return duration.group(1).equals("-") ? -value : value;
    }

    /** Splits a line at gaps of two blanks or more. */
    private static List<String> cells(String line) {
        return Stream.of(line.split("  "))
                .map(String::strip)
                .filter(cell -> !cell.isEmpty())
                .toList();
    }

    private static String inverse(String text) {
        return TrustedControls.of("\u001b[7m") + text + TrustedControls.of("\u001b[0m");
    }
}
