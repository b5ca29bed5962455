package sessionctl.report;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import sessionctl.inventory.Droplet;
import sessionctl.state.RunStamp;

/** Sentences on who holds which droplet. */
public final class Holders {
    private Holders() {}

    /** Who holds these droplets, as in {@code lamp02 is held by alice@laptop since 12:03:44 UTC: provision}. */
    public static String held(Map<Droplet, RunStamp> holders) {
        return each(
                holders,
                (names, run) -> String.join(", ", names) + (names.size() == 1 ? " is" : " are") + " held by " + who(run)
                        + " since " + time(run) + ": " + Legible.line(run.command()),
                "; ");
    }

    /** Whose these droplets were, where that run ended without letting go. */
    public static String takenOver(Map<Droplet, RunStamp> former) {
        return each(
                former,
                (names, run) -> String.join(", ", names) + ": taken over from " + who(run) + ", whose "
                        + Legible.line(run.command()) + " of " + time(run) + " ended without a word.",
                "\n");
    }

    /** A sentence for each run, not for each droplet. */
    private static String each(
            Map<Droplet, RunStamp> runs, BiFunction<List<String>, RunStamp, String> sentence, String between) {
        Map<String, RunStamp> stamps = new LinkedHashMap<>();
        Map<String, List<String>> names = new LinkedHashMap<>();
        runs.forEach((droplet, run) -> {
            stamps.putIfAbsent(run.id(), run);
            names.computeIfAbsent(run.id(), id -> new ArrayList<>()).add(droplet.name());
        });
        return stamps.values().stream()
                .map(run -> sentence.apply(names.getOrDefault(run.id(), List.of()), run))
                .collect(Collectors.joining(between));
    }

    /** A user and where he sits, as in {@code alice@laptop (from 203.0.113.9)}. */
    static String who(RunStamp run) {
        return Legible.line(run.who()) + (run.from().equals("-") ? "" : " (from " + Legible.line(run.from()) + ")");
    }

    private static String time(RunStamp run) {
        String today = LocalDate.now(ZoneOffset.UTC) + "T";
        String time = run.time().startsWith(today) ? run.time().substring(today.length()) : run.time();
        return Legible.line(time.replace("T", " ").replace("Z", " UTC"));
    }
}
