package sessionctl.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One visitor on his way over the droplets. What may go wrong is that one droplet does not see what another has written,
 * so the orders that matter are those of two: on his way every droplet follows every other one, and itself, once.
 */
public final class Walk {
    private final List<Visit> visits = new ArrayList<>();

    /** The way over this many droplets: their indices, in which every ordered pair stands together once. */
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

    /** The next answer. */
    public void add(Visit visit) {
        visits.add(visit);
    }

    /** What lies between two answers that follow each other. */
    private record Pair(String from, String to) {}

    /** As in "the counter went from 1 to 10". */
    public String counted() {
        List<String> counters =
                visits.stream().map(v -> Integer.toString(v.visits())).toList();
        return counters.size() <= 20
                ? String.join(" ", counters)
                : String.join(" ", counters.subList(0, 8)) + " … " + counters.get(counters.size() - 1);
    }

    /**
     * What one answer should have known.
     *
     * @param told as in "(the counter said 1 where 4 was due)"
     */
    private record Broken(Pair pair, String id, BadSession.How how, String told) {}

    /** Who did not see what was written, told of the one that all of it has in common where there is one. */
    public List<Finding> findings() {
        Map<Pair, Broken> broken = new LinkedHashMap<>();
        for (int i = 1; i < visits.size(); i++) {
            Visit last = visits.get(i - 1);
            Visit visit = visits.get(i);
            if (visit.before() != last.step()) {
                Pair pair = new Pair(last.droplet(), visit.droplet());
                BadSession.How how = visit.before() == 0 ? BadSession.How.LOST : BadSession.How.OLDER;
                broken.put(pair, new Broken(pair, last.id(), how, told(visit, i + 1)));
            }
        }
        List<String> common = visits.stream()
                .map(Visit::droplet)
                .distinct()
                .filter(d -> broken.keySet().stream().allMatch(p -> p.from().equals(d) || p.to().equals(d)))
                .toList();
        return common.size() == 1 ? alone(common.get(0), broken) : byReader(broken.values());
    }

    private static String told(Visit visit, int due) {
        String errors =
                visit.errors().isEmpty() ? "" : ", PHP says: " + visit.errors().get(0);
        return "(the counter said " + visit.visits() + " where " + due + " was due" + errors + ")";
    }

    private static List<Finding> alone(String droplet, Map<Pair, Broken> broken) {
        if (broken.isEmpty()) {
            return List.of();
        }
        boolean keepsNone = broken.containsKey(new Pair(droplet, droplet));
        String first = broken.values().stream()
                .filter(b -> b.pair().to().equals(droplet))
                .findFirst()
                .orElseGet(() -> broken.values().iterator().next())
                .told();
        String what = keepsNone ? "it keeps no session at all " : "it does not share its sessions with the others ";
        return List.of(finding(droplet, what + first, broken.values()));
    }

    private static List<Finding> byReader(Collection<Broken> broken) {
        Map<String, List<Broken>> readers = broken.stream()
                .collect(Collectors.groupingBy(b -> b.pair().to(), LinkedHashMap::new, Collectors.toList()));
        List<Finding> findings = new ArrayList<>();
        readers.forEach((reader, all) -> {
            String from = all.stream().map(b -> b.pair().from()).collect(Collectors.joining(", "));
            String what = "it does not see what was written on " + from + " "
                    + all.get(0).told();
            findings.add(finding(reader, what, all));
        });
        return findings;
    }

    private static Finding finding(String droplet, String what, Collection<Broken> broken) {
        BadSessions sessions = new BadSessions();
        broken.forEach(b -> sessions.add(b.id(), b.how(), b.pair().to()));
        return new Finding(droplet, what, "see what differs there: {sessionctl provision --dry-run}", sessions.all());
    }
}
