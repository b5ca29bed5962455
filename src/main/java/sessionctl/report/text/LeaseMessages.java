package sessionctl.report.text;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import sessionctl.inventory.Droplet;
import sessionctl.report.TerminalSafe;
import sessionctl.state.RunInfo;

/** Messages about the owners of leases. */
public final class LeaseMessages {
    private LeaseMessages() {}

    /** Names the owners of leases, as in {@code lamp02 is held by alice@laptop since 12:03:44 UTC: provision}. */
    public static String describeHeld(Map<Droplet, RunInfo> holders) {
        return each(
                holders,
                (names, run) -> String.join(", ", names) + (names.size() == 1 ? " is" : " are") + " held by "
                        + describeOwner(run) + " since " + time(run) + ": " + TerminalSafe.line(run.command()),
                "; ");
    }

    /** Names the former owners of leases that were taken over because their runs ended without releasing them. */
    public static String describeTakenOver(Map<Droplet, RunInfo> former) {
        return each(
                former,
                (names, run) -> String.join(", ", names) + ": taken over from " + describeOwner(run) + ", whose "
                        + TerminalSafe.line(run.command()) + " of " + time(run) + " ended without a message.",
                "\n");
    }

    /** Returns one sentence per run, with all its droplets. */
    private static String each(
            Map<Droplet, RunInfo> runs, BiFunction<List<String>, RunInfo, String> sentence, String between) {
        Map<String, RunInfo> stamps = new LinkedHashMap<>();
        Map<String, List<String>> names = new LinkedHashMap<>();
        runs.forEach((droplet, run) -> {
            stamps.putIfAbsent(run.id(), run);
            names.computeIfAbsent(run.id(), id -> new ArrayList<>()).add(droplet.name());
        });
        return stamps.values().stream()
                .map(run -> sentence.apply(names.getOrDefault(run.id(), List.of()), run))
                .collect(Collectors.joining(between));
    }

    /** Formats a user with the host and the remote address, as in {@code alice@laptop (from 203.0.113.9)}. */
    public static String describeOwner(RunInfo run) {
        return TerminalSafe.line(run.who())
                + (run.from().equals("-") ? "" : " (from " + TerminalSafe.line(run.from()) + ")");
    }

    private static String time(RunInfo run) {
        String today = LocalDate.now(ZoneOffset.UTC) + "T";
        String time = run.time().startsWith(today) ? run.time().substring(today.length()) : run.time();
        return TerminalSafe.line(time.replace("T", " ").replace("Z", " UTC"));
    }
}
