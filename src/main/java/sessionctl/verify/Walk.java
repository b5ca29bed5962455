package sessionctl.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** Who did not see what was written, told of the one that all of it has in common where there is one. */
    public List<Finding> findings() {
        Map<Pair, String> broken = new LinkedHashMap<>();
        Set<String> all = new LinkedHashSet<>();
        for (int i = 0; i < visits.size(); i++) {
            Visit visit = visits.get(i);
            all.add(visit.droplet());
            if (i > 0 && visit.before() != visits.get(i - 1).step()) {
                broken.put(new Pair(visits.get(i - 1).droplet(), visit.droplet()), told(visit, i + 1));
            }
        }
        List<String> common = all.stream()
                .filter(d -> broken.keySet().stream().allMatch(p -> p.from().equals(d) || p.to().equals(d)))
                .toList();
        return common.size() == 1 ? alone(common.get(0), broken) : byReader(broken);
    }

    private static String told(Visit visit, int due) {
        String errors =
                visit.errors().isEmpty() ? "" : ", PHP says: " + visit.errors().get(0);
        return "(the counter said " + visit.visits() + " where " + due + " was due" + errors + ")";
    }

    private static List<Finding> alone(String droplet, Map<Pair, String> broken) {
        if (broken.isEmpty()) {
            return List.of();
        }
        boolean keepsNone = broken.containsKey(new Pair(droplet, droplet));
        String first = broken.entrySet().stream()
                .filter(e -> e.getKey().to().equals(droplet))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> broken.values().iterator().next());
        String what = keepsNone ? "it keeps no session at all " : "it does not share its sessions with the others ";
        return List.of(finding(droplet, what + first));
    }

    private static List<Finding> byReader(Map<Pair, String> broken) {
        Map<String, List<String>> writers = new LinkedHashMap<>();
        Map<String, String> told = new LinkedHashMap<>();
        broken.forEach((pair, how) -> {
            writers.computeIfAbsent(pair.to(), to -> new ArrayList<>()).add(pair.from());
            told.putIfAbsent(pair.to(), how);
        });
        List<Finding> findings = new ArrayList<>();
        writers.forEach((reader, from) -> findings.add(finding(
                reader, "it does not see what was written on " + String.join(", ", from) + " " + told.get(reader))));
        return findings;
    }

    private static Finding finding(String droplet, String what) {
        return new Finding(droplet, what, "see what differs there: sessionctl provision --dry-run");
    }
}
