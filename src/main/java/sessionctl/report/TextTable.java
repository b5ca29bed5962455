package sessionctl.report;

import java.util.ArrayList;
import java.util.List;

/** Columns as wide as what stands in them. */
final class TextTable {
    private TextTable() {}

    static String of(List<String> head, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(head);
        all.addAll(rows);
        StringBuilder out = new StringBuilder();
        for (List<String> row : all) {
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width =
                        all.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
                String cell = row.get(i);
                out.append(i == 0 ? "" : "  ").append(cell).append(" ".repeat(width - cell.length()));
            }
            out.append('\n');
        }
        return out.toString().replaceAll("(?m) +$", "");
    }
}
