package sessionctl.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import sessionctl.verify.http.ProbeResponse;

/**
 * The answers to one user who visits the droplets in turn. The error to find is that one droplet does not see what
 * another wrote. Therefore each droplet follows each other droplet, and itself, exactly once.
 */
public final class VisitSequence {
    private final List<ProbeResponse> visits = new ArrayList<>();

    /** Returns the route over a number of droplets: indices in which every ordered pair is adjacent exactly once. */
    public static List<Integer> route(int droplets) {
        List<Integer> route = new ArrayList<>();
        for (int i = 0; i < droplets; i++) {
            route.add(i);
            for (int j = i + 1; j < droplets; j++) {
                route.add(i);
                route.add(j);
            }
        }
        route.add(0);
        return route;
    }

    /** Adds the next answer. */
    public void add(ProbeResponse visit) {
        visits.add(visit);
    }

    /**
     * Lists the counters, as in {@code 1 2 3 4}. Abbreviates the list to the first eight and the last if there are more
     * than 20.
     */
    public String describeCounters() {
        List<String> counters =
                visits.stream().map(v -> Integer.toString(v.visits())).toList();
        return counters.size() <= 20
                ? String.join(" ", counters)
                : String.join(" ", counters.subList(0, 8)) + " … " + counters.get(counters.size() - 1);
    }

    /**
     * A visit that did not see what the previous visit wrote.
     *
     * @param from the droplet of the previous visit
     * @param to the droplet of the visit
     * @param counter the counter, as in {@code (the counter said 1 where 4 was due)}
     */
    private record Mismatch(String from, String to, String id, SessionFailure.How how, String counter) {}

    /**
     * Returns the droplets that did not see another droplet's writes. If exactly one droplet takes part in every
     * failure, returns one finding on that droplet.
     */
    public List<CheckFailure> findings() {
        List<Mismatch> mismatches = new ArrayList<>();
        for (int i = 1; i < visits.size(); i++) {
            ProbeResponse last = visits.get(i - 1);
            ProbeResponse visit = visits.get(i);
            if (visit.before() != last.step()) {
                SessionFailure.How how = visit.before() == 0 ? SessionFailure.How.LOST : SessionFailure.How.OLDER;
                mismatches.add(
                        new Mismatch(last.droplet(), visit.droplet(), last.id(), how, describeCounter(visit, i + 1)));
            }
        }
        List<String> common = visits.stream()
                .map(ProbeResponse::droplet)
                .distinct()
                .filter(d -> mismatches.stream().allMatch(m -> m.from().equals(d) || m.to().equals(d)))
                .toList();
        return common.size() == 1 ? findingsOnOne(common.get(0), mismatches) : byReader(mismatches);
    }

    private static String describeCounter(ProbeResponse visit, int due) {
        String errors = visit.errors().isEmpty()
                ? ""
                : ", PHP reports: " + visit.errors().get(0);
        return "(the counter was " + visit.visits() + " instead of " + due + errors + ")";
    }

    private static List<CheckFailure> findingsOnOne(String droplet, List<Mismatch> mismatches) {
        if (mismatches.isEmpty()) {
            return List.of();
        }
        boolean keepsNone = mismatches.stream().anyMatch(m -> m.from().equals(m.to()));
        String first = mismatches.stream()
                .filter(m -> m.to().equals(droplet))
                .findFirst()
                .orElse(mismatches.get(0))
                .counter();
        String what = keepsNone ? "it keeps no session at all " : "it does not share its sessions with the others ";
        return List.of(finding(droplet, what + first, mismatches));
    }

    private static List<CheckFailure> byReader(List<Mismatch> mismatches) {
        Map<String, List<Mismatch>> readers = mismatches.stream()
                .collect(Collectors.groupingBy(Mismatch::to, LinkedHashMap::new, Collectors.toList()));
        List<CheckFailure> findings = new ArrayList<>();
        readers.forEach((reader, all) -> {
            String from = all.stream().map(Mismatch::from).collect(Collectors.joining(", "));
            String what = "it does not see what was written on " + from + " "
                    + all.get(0).counter();
            findings.add(finding(reader, what, all));
        });
        return findings;
    }

    private static CheckFailure finding(String droplet, String what, List<Mismatch> mismatches) {
        SessionFailures sessions = new SessionFailures();
        mismatches.forEach(m -> sessions.add(m.id(), m.how(), m.to()));
        return new CheckFailure(
                droplet, what, "see what differs there: {sessionctl provision --dry-run}", sessions.all());
    }
}
