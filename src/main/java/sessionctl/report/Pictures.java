package sessionctl.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import sessionctl.health.Checked;
import sessionctl.health.Overview;
import sessionctl.health.Placement;
import sessionctl.state.Sighting;
import sessionctl.state.Stored;
import sessionctl.verify.Cell;

/** A cluster's matrix, placement of sessions and memory, drawn. */
final class Pictures {
    private static final double STEP = 26;
    private static final double LETTER = 7.5;
    private static final double BAR = 320;
    private static final double MEGABYTE = 1 << 20;

    /** Of its memory, where sessions begin to be pushed out. */
    private static final double FULL = 0.8;

    private final Overview overview;
    private final double margin;

    Pictures(Overview overview) {
        this.overview = overview;
        int longest = overview.droplets().stream()
                .mapToInt(c -> c.droplet().name().length())
                .max()
                .orElse(0);
        this.margin = Math.max(longest, "outside, private".length()) * LETTER + 8;
    }

    /** A row for who knocks, a column for whose port it is. */
    String matrix() {
        List<Cell> cells = overview.matrix();
        List<String> rows = List.copyOf(rows(cells));
        List<String> columns = List.copyOf(columns(cells));
        double head = columns.stream().mapToInt(String::length).max().orElse(0) * LETTER + 8;
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            out.append(String.format(
                    Locale.ROOT,
                    "<text class=\"start\" transform=\"translate(%.1f %.1f) rotate(-90)\">%s</text>%n",
                    margin + i * STEP + STEP / 2 + 4,
                    head - 4,
                    Markup.text(columns.get(i))));
        }
        for (int i = 0; i < rows.size(); i++) {
            out.append(Markup.words("end", margin - 8, head + i * STEP + 17, rows.get(i)));
        }
        for (Cell cell : cells) {
            double x = margin + columns.indexOf(cell.to().name()) * STEP;
            double y = head + rows.indexOf(MatrixText.row(cell)) * STEP;
            out.append(way(cell, x, y));
        }
        double width = margin + columns.size() * STEP + 4;
        return Markup.svg(width, head + rows.size() * STEP + 4, "who reaches whose memcached port", out.toString());
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
        String answer = cell.answer().name().toLowerCase(Locale.ROOT);
        String style = cell.right() ? (cell.mayEnter() ? "good" : "closed") : "bad";
        String title = MatrixText.row(cell) + " to " + cell.to().name() + " at " + cell.address() + ": " + answer;
        String sign = cell.right() ? (cell.mayEnter() ? "✓" : "–") : "✗";
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
            Set<String> held = placement.held(name);
            out.append(Markup.words("end", margin - 8, row * STEP + 17, name));
            for (int column = 0; column < placement.marks().size(); column++) {
                String mark = placement.marks().get(column);
                boolean lacks =
                        !overview.cluster().sparse() && placement.settled().contains(mark);
                String style = held.contains(mark) ? "held" : lacks ? "lacking" : "fresh";
                String title = name + (held.contains(mark) ? " holds session " : " lacks session ") + mark;
                double[] place = {margin + column * step, row * STEP, step - 2, STEP - 3};
                out.append(Markup.box(style, place, title));
            }
        }
        double width = margin + placement.marks().size() * step + 4;
        return Markup.svg(width, droplets.size() * STEP + 4, "which server holds which sessions", out.toString());
    }

    /** A bar a droplet: what is taken of memcached's memory, and where sessions begin to be pushed out. */
    String memory() {
        StringBuilder out = new StringBuilder();
        List<Checked> known = new ArrayList<>(overview.droplets());
        for (int row = 0; row < known.size(); row++) {
            Sighting seen = known.get(row).seen();
            double y = row * STEP;
            out.append(Markup.words(
                    "end", margin - 8, y + 17, known.get(row).droplet().name()));
            Stored stored = seen == null ? Stored.NOTHING : seen.actual().stored();
            if (stored.limit() == 0) {
                out.append(Markup.words("start", margin, y + 17, "not known"));
                continue;
            }
            double share = Math.min(1, (double) stored.bytes() / stored.limit());
            String words = String.format(
                    Locale.ROOT,
                    "%.1f of %.0f MB%s",
                    stored.bytes() / MEGABYTE,
                    stored.limit() / MEGABYTE,
                    stored.evictions() == 0 ? "" : ", " + stored.evictions() + " pushed out");
            String style = stored.evictions() > 0 ? "bad" : share > FULL ? "warn" : "held";
            out.append(Markup.box("empty", new double[] {margin, y, BAR, STEP - 3}, words));
            out.append(Markup.box(style, new double[] {margin, y, Math.max(2, BAR * share), STEP - 3}, words));
            out.append(Markup.box("mark", new double[] {margin + BAR * FULL, y, 1.5, STEP - 3}, "80 %"));
            out.append(Markup.words("start", margin + BAR + 10, y + 17, words));
        }
        double width = margin + BAR + 240;
        return Markup.svg(width, known.size() * STEP + 4, "memory of each memcached", out.toString());
    }
}
