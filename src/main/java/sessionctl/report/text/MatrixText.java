package sessionctl.report.text;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import sessionctl.inventory.Names;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortState;
import sessionctl.report.ShortNames;
import sessionctl.report.TerminalSafe;
import sessionctl.report.TextStyle;

/** The matrix of port probes as a table, followed by sentences about wrong connections. */
public final class MatrixText {
    private static final int SHORTEST = 6;
    private static final int NARROWEST = 8;
    private static final int MAX_ADDRESSES = 4;

    /** The limit of columns for a table that may be wider than a terminal. */
    private static final int MAX_COLUMNS = 20;

    /** The limit of sentences, because a cluster of n droplets has n² connections; JSON lists all. */
    private static final int MAX_SENTENCES = 100;

    private final Map<String, Map<String, PortProbe>> rows = new LinkedHashMap<>();
    private final Map<String, PortProbe> firstOfRow = new HashMap<>();
    private final List<String> columns;
    private final TextStyle style;

    private MatrixText(List<PortProbe> cells, TextStyle style) {
        this.style = style;
        cells.stream().filter(PortProbe::mustBeOpen).forEach(this::add);
        cells.stream().filter(c -> !c.mustBeOpen()).forEach(this::add);
        columns = names(cells, Integer.MAX_VALUE);
    }

    private void add(PortProbe probe) {
        firstOfRow.putIfAbsent(row(probe), probe);
        rows.computeIfAbsent(row(probe), row -> new HashMap<>())
                .putIfAbsent(probe.to().name(), probe);
    }

    /** Formats the matrix for a terminal, shortened if necessary, with sentences about wrong connections. */
    public static String of(List<PortProbe> cells, TextStyle style) {
        return fit(cells, style)
                + sentences(cells).lines().map(l -> style.wrapped(l) + "\n").collect(Collectors.joining());
    }

    /** Explains rows, columns and signs of the table. */
    private static String legend(TextStyle style) {
        String signs = style.ascii() ? "! not as expected" : "✓ as expected, ✗ not";
        return "rows connect from, columns connect to; " + signs + "\n";
    }

    /** Returns one sentence per wrong connection. */
    public static String sentences(List<PortProbe> cells) {
        Set<String> all = new LinkedHashSet<>();
        int more = 0;
        for (PortProbe probe : cells) {
            if (probe.isWrong() && all.size() < MAX_SENTENCES) {
                all.add(sentence(probe) + "\n");
            } else if (probe.isWrong()) {
                more++;
            }
        }
        String rest = more > 0 ? "and " + more + " more are not as expected; --output json lists all\n" : "";
        return String.join("", all) + rest + describeUntested(cells);
    }

    /** Lists the connections that were not tested, with the reasons; empty if all were tested. */
    public static String describeUntested(List<PortProbe> cells) {
        Map<String, Set<String>> places = new LinkedHashMap<>();
        for (PortProbe probe : cells) {
            boolean unreached = probe.why().equals(PortProbe.UNREACHED);
            // An unreachable droplet is listed once, not for each connection from and to it.
            if (probe.state() == PortState.NOT_TESTED && !(unreached && probe.mustBeOpen())) {
                places.computeIfAbsent(probe.why(), why -> new LinkedHashSet<>())
                        .add(unreached ? probe.to().name() : probe.address());
            }
        }
        StringBuilder sentences = new StringBuilder();
        places.forEach(
                (why, all) -> sentences.append("not tested: " + why + " " + Names.some(all, MAX_ADDRESSES) + "\n"));
        return sentences.toString();
    }

    /** Returns true if there are few enough droplets for a table. */
    public static boolean isTable(List<PortProbe> cells) {
        return names(cells, MAX_COLUMNS + 1).size() <= MAX_COLUMNS;
    }

    /**
     * Returns the table with full names. Returns an empty text if no port was probed, and a summary for many droplets.
     */
    public static String table(List<PortProbe> cells) {
        if (cells.isEmpty()) {
            return "";
        }
        return isTable(cells)
                ? legend(TextStyle.PLAIN) + new MatrixText(cells, TextStyle.PLAIN).table(name -> name)
                : summary(cells);
    }

    /**
     * Returns the table at a width of 80 characters, with shortened names if necessary. Returns a summary if it does
     * not fit.
     */
    public static String fit(List<PortProbe> cells, TextStyle style) {
        if (cells.isEmpty()) {
            return "";
        }
        int most = TextTable.WIDTH / NARROWEST;
        List<String> names = names(cells, most + 1);
        if (names.size() <= most) {
            MatrixText matrix = new MatrixText(cells, style);
            int longest = names.stream().mapToInt(String::length).max().orElse(0);
            for (int width = longest; width >= Math.min(longest, SHORTEST); width--) {
                Map<String, String> some = new HashMap<>();
                List<String> cut = ShortNames.of(names, width);
                names.forEach(name -> some.put(name, cut.get(some.size())));
                String table = matrix.table(name -> some.getOrDefault(name, name));
                if (table.lines().allMatch(line -> line.length() <= TextTable.WIDTH)) {
                    return legend(style) + table;
                }
            }
        }
        return summary(cells);
    }

    /** Counts the tested, wrong and untested connections. */
    public static String summary(List<PortProbe> cells) {
        long tested = cells.stream().filter(PortProbe::isTested).count();
        long wrong = cells.stream().filter(PortProbe::isWrong).count();
        long untested =
                cells.stream().filter(c -> c.state() == PortState.NOT_TESTED).count();
        return tested + " connections tested, "
                + (wrong == 0 ? "all as expected" : wrong + " not as expected")
                + (untested == 0 ? "" : "; " + untested + " not tested") + "\n";
    }

    /** Returns the names of the probed droplets, up to a limit. */
    private static List<String> names(List<PortProbe> cells, int most) {
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
        columns.forEach(c -> out.append("  ").append(TextTable.padded(shown.apply(c), narrowest)));
        out.append('\n');
        rows.forEach((row, cells) -> {
            PortProbe first = firstOfRow.get(row);
            out.append(TextTable.padded(first == null ? row : row(first, shown), width));
            for (String column : columns) {
                PortProbe probe = cells.get(column);
                int wide = Math.max(narrowest, shown.apply(column).length());
                out.append("  ").append(TextTable.padded(probe == null ? "" : words(probe), wide));
            }
            out.append('\n');
        });
        return out.toString().replaceAll("(?m)(?<! ) +$", "");
    }

    public static String row(PortProbe probe) {
        return row(probe, name -> name);
    }

    private static String row(PortProbe probe, UnaryOperator<String> shown) {
        String from = shown.apply(probe.from());
        if (probe.mustBeOpen()) {
            return from;
        }
        boolean isPublic = probe.address().equals(probe.to().publicIp().text());
        return from + (isPublic ? ", public" : ", private");
    }

    private String words(PortProbe probe) {
        String good = style.ascii() ? "" : " ✓";
        String bad = style.ascii() ? " !" : " ✗";
        return probe.state().words() + (probe.isWrong() ? bad : probe.isRight() ? good : "");
    }

    private static String sentence(PortProbe probe) {
        String answer = probe.state().words();
        if (!probe.mustBeOpen()) {
            return "memcached on " + probe.to().name() + " answers hosts outside the cluster at " + probe.address();
        }
        if (probe.state() == PortState.UNKNOWN && !probe.why().isEmpty()) {
            // The other probes of this droplet failed for the same reason.
            return probe.from() + " could not test its connections to memcached: " + TerminalSafe.line(probe.why());
        }
        return probe.from() + " does not reach memcached on " + probe.to().name() + " (" + probe.address() + ": "
                + answer + "); is it running there, and do the rules of both droplets match the inventory?";
    }
}
