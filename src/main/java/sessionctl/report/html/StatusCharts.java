package sessionctl.report.html;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import sessionctl.health.ClusterHealth;
import sessionctl.health.ObservedReplicas;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortState;
import sessionctl.report.ShortNames;
import sessionctl.report.text.MatrixText;

/** The contents of the page's charts. The template calls these methods and draws the charts. */
public final class StatusCharts {
    /** The width of a letter in pixels. */
    private static final double LETTER = 7.6;

    /** The maximum length of a name beside a chart. Tooltips contain the full name. */
    private static final int MAX_LETTERS = 20;

    /** The limit of columns for a matrix with one box per connection. */
    private static final int MAX_DRAWN = 100;

    private final ClusterHealth health;
    private final ObservedReplicas placement;
    private final Map<String, String> shortNames = new HashMap<>();

    StatusCharts(ClusterHealth health) {
        this.health = health;
        this.placement = ObservedReplicas.of(health.droplets());
        List<String> names =
                health.droplets().stream().map(c -> c.droplet().name()).toList();
        List<String> some = ShortNames.of(names, MAX_LETTERS);
        for (int i = 0; i < names.size(); i++) {
            shortNames.put(names.get(i), some.get(i));
        }
    }

    /** Returns the name that is shown beside a chart; for other texts, the text. */
    public String shorten(String name) {
        return shortNames.getOrDefault(name, name);
    }

    /** Returns the width of the longest of these names. */
    public double width(List<String> names) {
        return names.stream().mapToInt(name -> shorten(name).length()).max().orElse(0) * LETTER + 8;
    }

    /** Returns the width of the labels to the left of the charts. */
    public double margin() {
        return Math.max(width(List.copyOf(shortNames.keySet())), width(List.of("outside, private")));
    }

    /**
     * A box of the matrix.
     *
     * @param style its CSS class
     */
    public record Box(int row, int column, String style, String sign, String title) {}

    /** Returns true if there are few enough columns to draw the matrix. */
    public boolean isDrawn() {
        return columns().size() <= MAX_DRAWN;
    }

    /** Returns the lines below the matrix. They describe connections that it does not show. */
    public List<String> notes() {
        List<PortProbe> probes = health.matrix();
        return ((isDrawn() ? "" : MatrixText.summary(probes)) + MatrixText.describeUntested(probes))
                .lines()
                .toList();
    }

    /** Returns the sources of connections, droplets first. */
    public List<String> rows() {
        return Stream.concat(health.matrix().stream().filter(PortProbe::mustBeOpen), health.matrix().stream())
                .map(MatrixText::row)
                .distinct()
                .toList();
    }

    /** Returns the targets of connections. */
    public List<String> columns() {
        return health.matrix().stream().map(c -> c.to().name()).distinct().toList();
    }

    /** Returns one box per connection. */
    public List<Box> boxes() {
        List<String> rows = rows();
        List<String> columns = columns();
        return health.matrix().stream()
                .map(probe -> box(
                        probe,
                        rows.indexOf(MatrixText.row(probe)),
                        columns.indexOf(probe.to().name())))
                .toList();
    }

    private static Box box(PortProbe probe, int row, int column) {
        String title = MatrixText.row(probe) + " to " + probe.to().name() + " at " + probe.address() + ": "
                + probe.state().words();
        if (!probe.isTested()) {
            return new Box(row, column, "untested", probe.state() == PortState.LEFT ? "" : "?", title);
        }
        if (probe.isWrong()) {
            return new Box(row, column, "bad", "✗", title);
        }
        return probe.mustBeOpen()
                ? new Box(row, column, "good", "✓", title)
                : new Box(row, column, "closed", "–", title);
    }

    /** Explains the placement chart. */
    public String placementRule() {
        return health.cluster().hasPartialReplicas()
                ? "Each is on " + health.cluster().copies() + " servers or more."
                : "Every server holds every session: a red border marks a session that a server lacks, a"
                        + " grey gap one that was just written.";
    }

    /** Returns the marks of the sampled sessions. */
    public List<String> marks() {
        return placement.marks();
    }

    /** Returns true if it is known which sessions this droplet holds. */
    public boolean isSampled(String droplet) {
        return placement.byDroplet().containsKey(droplet);
    }

    /** Returns the CSS class for a session on a droplet. */
    public String replicaStyle(String droplet, String mark) {
        if (placement.marksOn(droplet).contains(mark)) {
            return "held";
        }
        return !health.cluster().hasPartialReplicas() && placement.settled().contains(mark) ? "lacking" : "fresh";
    }
}
