package sessionctl.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sessionctl.inventory.Droplet;
import sessionctl.state.LogLine;

/**
 * The log lines of a cluster in the order of their times.
 *
 * @param entries one entry per line, the latest last
 */
public record ClusterLogs(List<Entry> entries) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    public ClusterLogs {
        entries = List.copyOf(entries);
    }

    /** A line of one droplet. */
    public record Entry(Droplet droplet, LogLine line) {
        /** Returns the time in UTC. */
        public Instant time() {
            return Instant.EPOCH.plus(line.micros(), ChronoUnit.MICROS);
        }
    }

    /** Merges the lines of several droplets. Lines of one droplet with the same time keep their order. */
    public static ClusterLogs of(Map<Droplet, List<LogLine>> logs) {
        List<Entry> entries = new ArrayList<>();
        logs.forEach((droplet, lines) -> lines.forEach(line -> entries.add(new Entry(droplet, line))));
        entries.sort(Comparator.comparingLong(entry -> entry.line().micros()));
        return new ClusterLogs(entries);
    }

    /** Returns an entry as one line that is safe to print: time in UTC, droplet, source and text. */
    public static String line(Entry entry) {
        return TIME.format(entry.time()) + " " + entry.droplet().name() + " "
                + TerminalSafe.line(entry.line().source()) + ": "
                + TerminalSafe.line(entry.line().text());
    }
}
