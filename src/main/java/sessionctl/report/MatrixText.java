package sessionctl.report;

import java.util.HashMap;
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
    private static final int SHORTEST = 6;
    private static final int NARROWEST = 8;
    private static final int MOST_ADDRESSES = 4;

    /** Of a table that may be wider than a terminal. */
    private static final int MOST_COLUMNS = 20;

    /** A cluster has the square of its droplets' number of ways; JSON has all of them. */
    private static final int MOST_SENTENCES = 100;

    private final Map<String, Map<String, Cell>> rows = new LinkedHashMap<>();
    private final Map<String, Cell> firstOfRow = new HashMap<>();
    private final List<String> columns;

    private MatrixText(List<Cell> cells) {
        cells.stream().filter(Cell::mayEnter).forEach(this::add);
        cells.stream().filter(c -> !c.mayEnter()).forEach(this::add);
        columns = names(cells, Integer.MAX_VALUE);
    }

    private void add(Cell cell) {
        firstOfRow.putIfAbsent(row(cell), cell);
        rows.computeIfAbsent(row(cell), row -> new HashMap<>())
                .putIfAbsent(cell.to().name(), cell);
    }

    /** For a terminal: the matrix, shortened where it must be, and what is wrong with it. */
    static String of(List<Cell> cells) {
        return fitted(cells) + sentences(cells);
    }

    /** What is wrong, a sentence each. */
    static String sentences(List<Cell> cells) {
        Set<String> all = new LinkedHashSet<>();
        int more = 0;
        for (Cell cell : cells) {
            if (cell.wrong() && all.size() < MOST_SENTENCES) {
                all.add(sentence(cell) + "\n");
            } else if (cell.wrong()) {
                more++;
            }
        }
        String rest = more > 0 ? "and " + more + " more are not as they must be; --output json names all\n" : "";
        return String.join("", all) + rest + untested(cells);
    }

    private static long count(List<Cell> cells) {
        return cells.stream().filter(Cell::wrong).count();
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

    /** Whether there are few enough of them for a table. */
    static boolean isTable(List<Cell> cells) {
        return names(cells, MOST_COLUMNS + 1).size() <= MOST_COLUMNS;
    }

    /** The table alone, with the droplets' whole names; empty when nobody knocked, and of many droplets a summary. */
    static String table(List<Cell> cells) {
        if (cells.isEmpty()) {
            return "";
        }
        return isTable(cells) ? new MatrixText(cells).table(name -> name) : summary(cells);
    }

    /** The table in a line of 80; of a larger cluster, that it is as it must be, or how much of it is not. */
    static String fitted(List<Cell> cells) {
        if (cells.isEmpty()) {
            return "";
        }
        int most = TextTable.WIDTH / NARROWEST;
        List<String> names = names(cells, most + 1);
        if (names.size() <= most) {
            MatrixText matrix = new MatrixText(cells);
            int longest = names.stream().mapToInt(String::length).max().orElse(0);
            for (int width = longest; width >= Math.min(longest, SHORTEST); width--) {
                Map<String, String> some = new HashMap<>();
                List<String> cut = ShortNames.of(names, width);
                names.forEach(name -> some.put(name, cut.get(some.size())));
                String table = matrix.table(name -> some.getOrDefault(name, name));
                if (table.lines().allMatch(line -> line.length() <= TextTable.WIDTH)) {
                    return table;
                }
            }
        }
        return summary(cells);
    }

    /** Whether it is as it must be, or how much of it is not. */
    static String summary(List<Cell> cells) {
        long tested = cells.stream().filter(Cell::tested).count();
        long wrong = count(cells);
        long untested =
                cells.stream().filter(c -> c.answer() == Answer.NOT_TESTED).count();
        return tested + " connections tested, "
                + (wrong == 0 ? "all as they must be" : wrong + " not as they must be")
                + (untested == 0 ? "" : "; " + untested + " not tested") + "\n";
    }

    /** The droplets whose ports were knocked at, as many as are asked for. */
    private static List<String> names(List<Cell> cells, int most) {
        return cells.stream().map(c -> c.to().name()).distinct().limit(most).toList();
    }

    private String table(UnaryOperator<String> shown) {
        int narrowest = rows.values().stream()
                .flatMap(row -> row.values().stream())
                .mapToInt(c -> words(c).length())
                .reduce(NARROWEST, Math::max);
        int width = firstOfRow.values().stream()
                .mapToInt(c -> row(c, shown).length())
                .max()
                .orElse(0);
        StringBuilder out = new StringBuilder(" ".repeat(width));
        columns.forEach(c -> out.append("  ").append(padded(shown.apply(c), narrowest)));
        out.append('\n');
        rows.forEach((row, cells) -> {
            Cell first = firstOfRow.get(row);
            out.append(padded(first == null ? row : row(first, shown), width));
            for (String column : columns) {
                Cell cell = cells.get(column);
                int wide = Math.max(narrowest, shown.apply(column).length());
                out.append("  ").append(padded(cell == null ? "" : words(cell), wide));
            }
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

    private static String words(Cell cell) {
        return cell.answer().words() + (cell.wrong() ? " !" : "");
    }

    private static String sentence(Cell cell) {
        String answer = cell.answer().words();
        if (!cell.mayEnter()) {
            return "memcached on " + cell.to().name() + " answers hosts outside the cluster at " + cell.address();
        }
        if (cell.answer() == Answer.UNKNOWN && !cell.why().isEmpty()) {
            // The same of all others.
            return cell.from() + " did not say whose memcached it reaches: " + Legible.line(cell.why());
        }
        return cell.from() + " does not reach memcached on " + cell.to().name() + " (" + cell.address() + ": " + answer
                + "); is it running there, and are the rules of both droplets the inventory's?";
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
