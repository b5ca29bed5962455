package sessionctl.report.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import sessionctl.report.ShortNames;
import sessionctl.report.TerminalSafe;

/**
 * A table whose columns are as wide as their contents, within 80 characters. If that is too narrow, the names in the
 * first column are shortened.
 */
final class TextTable {
    static final int WIDTH = 80;
    private static final String BETWEEN = "  ";

    private TextTable() {}

    static String of(List<String> head, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(head.stream().map(TextTable::cell).toList());
        rows.forEach(row -> all.add(row.stream().map(TextTable::cell).toList()));
        int[] widths = IntStream.range(0, head.size())
                .map(column -> all.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        int others = IntStream.of(widths).skip(1).map(w -> w + BETWEEN.length()).sum();
        int first = Math.max(head.get(0).length(), Math.min(widths[0], WIDTH - others));
        List<String> names = ShortNames.of(all.stream().map(row -> row.get(0)).toList(), first);
        widths[0] = names.stream().mapToInt(String::length).max().orElse(0);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < all.size(); i++) {
            StringBuilder line = new StringBuilder(padded(names.get(i), widths[0]));
            for (int column = 1; column < widths.length; column++) {
                line.append(BETWEEN).append(padded(all.get(i).get(column), widths[column]));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    /** Converts a text to a single line, cut to the width of the table. */
    private static String cell(String text) {
        String line = TerminalSafe.line(text);
        return line.length() > WIDTH ? line.substring(0, WIDTH - 1) + "…" : line;
    }

    /** Returns the width that is available to each of several equal columns beside a first one. */
    static int columnWidth(int columns, int first) {
        return (WIDTH - first) / Math.max(1, columns) - BETWEEN.length();
    }

    /** Fills a text with blanks up to this width. */
    static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
