package sessionctl.report;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.health.Checked;
import sessionctl.health.Overview;
import sessionctl.health.Placement;
import sessionctl.state.Sighting;
import sessionctl.state.Stored;
import sessionctl.verify.Answer;
import sessionctl.verify.Cell;

/** A cluster's matrix, placement of sessions and memory, drawn. */
final class Pictures {
    private static final double STEP = 26;
    private static final double LETTER = 7.6;

    /** Of a name beside a picture; whole names come up for whoever points at it. */
    private static final int MOST_LETTERS = 20;

    /** Droplets between which each way gets a box. */
    private static final int MOST_DRAWN = 100;

    private static final double BAR = 340;
    private static final double THICK = 14;
    private static final double DEEP = 46;
    private static final double MEGABYTE = 1 << 20;

    /** Of its memory, where sessions begin to be pushed out. */
    private static final double FULL = 0.8;

    private final Overview overview;
    private final Map<String, String> shown = new LinkedHashMap<>();
    private final double margin;

    Pictures(Overview overview) {
        this.overview = overview;
        List<String> names =
                overview.droplets().stream().map(c -> c.droplet().name()).toList();
        List<String> some = ShortNames.of(names, MOST_LETTERS);
        for (int i = 0; i < names.size(); i++) {
            shown.put(names.get(i), some.get(i));
        }
        int longest = some.stream().mapToInt(String::length).max().orElse(0);
        this.margin = Math.max(longest, "outside, private".length()) * LETTER + 8;
    }

    /** A row for who knocks, a column for whose port it is; of many droplets, how much of it is not as it must be. */
    String matrix() {
        List<Cell> cells = overview.matrix();
        List<String> columns = List.copyOf(columns(cells));
        String untested = MatrixText.untested(cells);
        String words = columns.size() > MOST_DRAWN ? MatrixText.summary(cells) + untested : untested;
        return (columns.size() > MOST_DRAWN ? "" : matrix(cells, columns))
                + words.lines()
                        .map(line -> "<p>" + Markup.text(line) + "</p>\n")
                        .collect(Collectors.joining());
    }

    private String matrix(List<Cell> cells, List<String> columns) {
        List<String> rows = List.copyOf(rows(cells));
        double head = columns.stream().mapToInt(c -> shown(c).length()).max().orElse(0) * LETTER + 8;
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            out.append(String.format(
                    Locale.ROOT,
                    "<text class=\"start\" transform=\"translate(%.1f %.1f) rotate(-90)\">%s</text>%n",
                    margin + i * STEP + STEP / 2 + 4,
                    head - 4,
                    Markup.text(shown(columns.get(i)))));
        }
        for (int i = 0; i < rows.size(); i++) {
            out.append(Markup.words("end", margin - 8, head + i * STEP + 17, shown(rows.get(i))));
        }
        Map<String, Integer> columnOf = places(columns);
        Map<String, Integer> rowOf = places(rows);
        for (Cell cell : cells) {
            double x = margin + columnOf.getOrDefault(cell.to().name(), 0) * STEP;
            double y = head + rowOf.getOrDefault(MatrixText.row(cell), 0) * STEP;
            out.append(way(cell, x, y));
        }
        double width = margin + columns.size() * STEP + 4;
        return Markup.svg(width, head + rows.size() * STEP + 4, "who reaches whose memcached port", out.toString());
    }

    private static Map<String, Integer> places(List<String> names) {
        Map<String, Integer> places = new HashMap<>();
        names.forEach(name -> places.put(name, places.size()));
        return places;
    }

    private String shown(String name) {
        return shown.getOrDefault(name, name);
    }

    private static Set<String> rows(List<Cell> cells) {
        Set<String> rows = new LinkedHashSet<>();
        cells.stream().filter(Cell::mayEnter).forEach(c -> rows.add(MatrixText.row(c)));
        cells.forEach(c -> rows.add(MatrixText.row(c)));
        return rows;
    }

    private static Set<String> columns(List<Cell> cells) {
        Set<String> columns = new LinkedHashSet<>();
        cells.forEach(c -> columns.add(c.to().name()));
        return columns;
    }

    private static String way(Cell cell, double x, double y) {
        String answer = cell.answer().words();
        String style = !cell.tested() ? "untested" : cell.wrong() ? "bad" : cell.mayEnter() ? "good" : "closed";
        String title = MatrixText.row(cell) + " to " + cell.to().name() + " at " + cell.address() + ": " + answer;
        String sign = !cell.tested()
                ? cell.answer() == Answer.LEFT ? "" : "?"
                : cell.wrong() ? "✗" : cell.mayEnter() ? "✓" : "–";
        return Markup.box(style, new double[] {x, y, STEP - 3, STEP - 3}, title)
                + Markup.words("sign", x + (STEP - 3) / 2, y + 17, sign);
    }

    /** What the picture of the placement shows. */
    String placementWords() {
        return "A sample of the sessions, a column each. "
                + (!overview.cluster().sparse()
                        ? "Every server holds every session: a gap with a red border is one that a server lacks, a grey"
                                + " one was only just written."
                        : "Each is on " + overview.cluster().copies() + " servers or more.");
    }

    /** A row a server, a column a session of the sample. */
    String placement() {
        Placement placement = Placement.of(overview.droplets());
        if (placement.marks().isEmpty()) {
            return "<p>No server holds a session.</p>\n";
        }
        double step = 12;
        StringBuilder out = new StringBuilder();
        List<Checked> droplets = overview.droplets();
        for (int row = 0; row < droplets.size(); row++) {
            String name = droplets.get(row).droplet().name();
            out.append(Markup.words("end", margin - 8, row * STEP + 17, shown(name)));
            if (!placement.byDroplet().containsKey(name)) {
                out.append(Markup.words("start", margin, row * STEP + 17, "not known"));
                continue;
            }
            for (int column = 0; column < placement.marks().size(); column++) {
                // Below the edge, for the border of a gap is wider than the box.
                double[] place = {margin + column * step, row * STEP + 1, step - 2, STEP - 4};
                out.append(copy(placement, name, placement.marks().get(column), place));
            }
        }
        double width = margin + Math.max(80, placement.marks().size() * step) + 4;
        return Markup.svg(width, droplets.size() * STEP + 4, "which server holds which sessions", out.toString());
    }

    private String copy(Placement placement, String name, String mark, double[] place) {
        boolean held = placement.held(name).contains(mark);
        boolean lacks = !overview.cluster().sparse() && placement.settled().contains(mark);
        String style = held ? "held" : lacks ? "lacking" : "fresh";
        return Markup.box(style, place, name + (held ? " holds session " : " lacks session ") + mark);
    }

    /** A bar a droplet: what is taken of memcached's memory, and where sessions begin to be pushed out. */
    String memory() {
        StringBuilder out = new StringBuilder();
        List<Checked> droplets = overview.droplets();
        for (int row = 0; row < droplets.size(); row++) {
            Sighting seen = droplets.get(row).seen();
            Stored stored = seen == null ? Stored.NOTHING : seen.actual().stored();
            bar(shown(droplets.get(row).droplet().name()), stored, row * DEEP, out);
        }
        return Markup.svg(BAR, droplets.size() * DEEP, "memory of each memcached", out.toString());
    }

    /** Its words stand above it, so that a narrow window shows both. */
    private static void bar(String name, Stored stored, double y, StringBuilder out) {
        if (stored.limit() == 0) {
            out.append(Markup.words("start", 0, y + 15, name + ": not known"));
            return;
        }
        double share = Math.min(1, (double) stored.bytes() / Math.max(1, stored.limit()));
        String words = String.format(
                Locale.ROOT,
                "%s: %.1f of %.0f MB%s",
                name,
                stored.bytes() / MEGABYTE,
                stored.limit() / MEGABYTE,
                stored.evictions() == 0 ? "" : ", " + stored.evictions() + " pushed out");
        String style = stored.evictions() > 0 ? "bad" : share > FULL ? "warn" : "held";
        double top = y + 21;
        out.append(Markup.words("start", 0, y + 15, words));
        out.append(Markup.box("empty", new double[] {0, top, BAR, THICK}, words));
        out.append(Markup.box(style, new double[] {0, top, Math.max(2, BAR * share), THICK}, words));
        out.append(Markup.box("mark", new double[] {BAR * FULL, top, 1.5, THICK}, "80 %"));
    }
}
