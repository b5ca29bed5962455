package sessionctl.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A table of the losses of each drill that was run, without a guard and with it. */
final class DrillTable {
    private static final Path FILE = Path.of("target", "drills.md");
    private static final Map<String, Map<Boolean, Visitors.Losses>> ROWS = new LinkedHashMap<>();

    private DrillTable() {}

    static synchronized void add(String drill, boolean guarded, Visitors.Losses losses) {
        ROWS.computeIfAbsent(drill, d -> new LinkedHashMap<>()).put(guarded, losses);
    }

    /** Prints the table and writes it to target/drills.md. */
    static synchronized void print() {
        StringBuilder table = new StringBuilder();
        line(
                table,
                List.of(
                        "drill",
                        "unguarded: lost",
                        "stale",
                        "failed",
                        "slowest",
                        "requests",
                        "guarded: lost",
                        "stale",
                        "failed",
                        "slowest",
                        "requests"));
        table.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        ROWS.forEach((drill, columns) -> {
            List<String> without = cells(columns, false);
            List<String> with = cells(columns, true);
            line(
                    table,
                    Stream.of(List.of(drill), without, with)
                            .flatMap(List::stream)
                            .toList());
        });
        System.out.println(table);
        try {
            Files.writeString(FILE, table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> cells(Map<Boolean, Visitors.Losses> columns, boolean guarded) {
        Visitors.Losses losses = columns.get(guarded);
        if (losses == null) {
            return List.of("-", "-", "-", "-", "-");
        }
        return List.of(
                losses.lost() + " of " + losses.sessions(),
                losses.stale() + (losses.ahead() > 0 ? " + " + losses.ahead() + " ahead" : ""),
                Integer.toString(losses.failed()),
                losses.slowest() + " ms",
                "%d, %.0f a second".formatted(losses.requests(), losses.rate()));
    }

    private static void line(StringBuilder table, List<String> cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
