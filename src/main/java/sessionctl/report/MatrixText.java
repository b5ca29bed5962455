package sessionctl.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import sessionctl.verify.Cell;

/** Who reaches whose memcached port, as a table; what is wrong stands below it in sentences. */
final class MatrixText {
    private MatrixText() {}

    static String of(List<Cell> cells) {
        StringBuilder out = new StringBuilder(table(cells));
        cells.stream()
                .filter(c -> !c.right())
                .forEach(c -> out.append(sentence(c)).append('\n'));
        return out.toString();
    }

    /** The table alone; empty when nobody knocked. */
    static String table(List<Cell> cells) {
        if (cells.isEmpty()) {
            return "";
        }
        Set<String> rows = new LinkedHashSet<>();
        Set<String> columns = new LinkedHashSet<>();
        cells.stream().filter(Cell::mayEnter).forEach(c -> rows.add(row(c)));
        cells.forEach(c -> rows.add(row(c)));
        cells.forEach(c -> columns.add(c.to().name()));
        int width = rows.stream().mapToInt(String::length).max().orElse(0);
        StringBuilder out = new StringBuilder(" ".repeat(width));
        columns.forEach(c -> out.append("  ").append(padded(c, 8)));
        out.append('\n');
        for (String row : rows) {
            out.append(padded(row, width));
            columns.forEach(column ->
                    out.append("  ").append(padded(answer(cells, row, column), Math.max(8, column.length()))));
            out.append('\n');
        }
        return out.toString().replaceAll("(?m) +$", "");
    }

    static String row(Cell cell) {
        if (cell.mayEnter()) {
            return cell.from();
        }
        boolean isPublic = cell.address().equals(cell.to().publicIp().text());
        return cell.from() + (isPublic ? ", public" : ", private");
    }

    private static String answer(List<Cell> cells, String row, String column) {
        return cells.stream()
                .filter(c -> row(c).equals(row) && c.to().name().equals(column))
                .map(c -> c.answer().name().toLowerCase(Locale.ROOT) + (c.right() ? "" : " !"))
                .findFirst()
                .orElse("");
    }

    private static String sentence(Cell cell) {
        String answer = cell.answer().name().toLowerCase(Locale.ROOT);
        return cell.mayEnter()
                ? cell.from() + " does not reach memcached on " + cell.to().name() + " (" + cell.address() + ": "
                        + answer + "); is it running there, and are the rules of both droplets the inventory's?"
                : "memcached on " + cell.to().name() + " answers strangers at " + cell.address()
                        + "; run: sessionctl firewall";
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
