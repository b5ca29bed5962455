package sessionctl.report;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import sessionctl.verify.Answer;
import sessionctl.verify.Cell;

/** Who reaches whose memcached port, as a table; what is wrong stands below it in sentences. */
final class MatrixText {
    private MatrixText() {}

    private static final int SHORTEST = 6;
    private static final int NARROWEST = 8;
    private static final int MOST_ADDRESSES = 4;

    /** For a terminal: the matrix, shortened where it must be, and what is wrong with it. */
    static String of(List<Cell> cells) {
        return fitted(cells) + sentences(cells);
    }

    /** What is wrong, a sentence each. */
    static String sentences(List<Cell> cells) {
        return cells.stream().filter(Cell::wrong).map(c -> sentence(c) + "\n").collect(Collectors.joining())
                + untested(cells);
    }

    /** Which connections say nothing, and why; empty where all do. */
    static String untested(List<Cell> cells) {
        Map<String, Set<String>> places = new LinkedHashMap<>();
        for (Cell cell : cells) {
            boolean unreached = cell.why().equals(Cell.UNREACHED);
            // A droplet without a connection is told once, not with each way to and from it.
            if (cell.answer() == Answer.NOT_TESTED && !(unreached && cell.mayEnter())) {
                places.computeIfAbsent(cell.why(), why -> new LinkedHashSet<>())
                        .add(unreached ? cell.to().name() : cell.address());
            }
        }
        StringBuilder sentences = new StringBuilder();
        places.forEach((why, all) -> {
            String some = all.stream().limit(MOST_ADDRESSES).collect(Collectors.joining(", "));
            int more = all.size() - MOST_ADDRESSES;
            sentences.append("not tested: " + why + " " + some + (more > 0 ? " and " + more + " more" : "") + "\n");
        });
        return sentences.toString();
    }

    /** The table alone, with the droplets' whole names; empty when nobody knocked. */
    static String table(List<Cell> cells) {
        return table(cells, name -> name);
    }

    /** The table in a line of 80; of a larger cluster, that it is as it must be, or how much of it is not. */
    static String fitted(List<Cell> cells) {
        List<String> names = names(cells);
        int longest = names.stream().mapToInt(String::length).max().orElse(0);
        for (int width = longest; width >= Math.min(longest, SHORTEST); width--) {
            List<String> some = ShortNames.of(names, width);
            String table = table(cells, name -> names.contains(name) ? some.get(names.indexOf(name)) : name);
            if (table.lines().allMatch(line -> line.length() <= TextTable.WIDTH)) {
                return table;
            }
        }
        long tested = cells.stream().filter(Cell::tested).count();
        long wrong = cells.stream().filter(Cell::wrong).count();
        long untested =
                cells.stream().filter(c -> c.answer() == Answer.NOT_TESTED).count();
        return tested + " connections tested, "
                + (wrong == 0 ? "all as they must be" : wrong + " not as they must be")
                + (untested == 0 ? "" : "; " + untested + " not tested") + "\n";
    }

    private static List<String> names(List<Cell> cells) {
        return cells.stream().map(c -> c.to().name()).distinct().toList();
    }

    private static String table(List<Cell> cells, UnaryOperator<String> shown) {
        if (cells.isEmpty()) {
            return "";
        }
        Map<String, Cell> rows = new LinkedHashMap<>();
        cells.stream().filter(Cell::mayEnter).forEach(c -> rows.putIfAbsent(row(c), c));
        cells.forEach(c -> rows.putIfAbsent(row(c), c));
        List<String> columns = names(cells);
        int narrowest = cells.stream().mapToInt(c -> words(c).length()).reduce(NARROWEST, Math::max);
        int width = rows.values().stream()
                .mapToInt(c -> row(c, shown).length())
                .max()
                .orElse(0);
        StringBuilder out = new StringBuilder(" ".repeat(width));
        columns.forEach(c -> out.append("  ").append(padded(shown.apply(c), narrowest)));
        out.append('\n');
        rows.forEach((row, cell) -> {
            out.append(padded(row(cell, shown), width));
            columns.forEach(column -> out.append("  ")
                    .append(padded(
                            answer(cells, row, column),
                            Math.max(narrowest, shown.apply(column).length()))));
            out.append('\n');
        });
        return out.toString().replaceAll("(?m)(?<! ) +$", "");
    }

    static String row(Cell cell) {
        return row(cell, name -> name);
    }

    private static String row(Cell cell, UnaryOperator<String> shown) {
        String from = shown.apply(cell.from());
        if (cell.mayEnter()) {
            return from;
        }
        boolean isPublic = cell.address().equals(cell.to().publicIp().text());
        return from + (isPublic ? ", public" : ", private");
    }

    private static String answer(List<Cell> cells, String row, String column) {
        return cells.stream()
                .filter(c -> row(c).equals(row) && c.to().name().equals(column))
                .map(MatrixText::words)
                .findFirst()
                .orElse("");
    }

    private static String words(Cell cell) {
        return cell.answer().words() + (cell.wrong() ? " !" : "");
    }

    private static String sentence(Cell cell) {
        String answer = cell.answer().words();
        return cell.mayEnter()
                ? cell.from() + " does not reach memcached on " + cell.to().name() + " (" + cell.address() + ": "
                        + answer + "); is it running there, and are the rules of both droplets the inventory's?"
                : "memcached on " + cell.to().name() + " answers hosts outside the cluster at " + cell.address();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
