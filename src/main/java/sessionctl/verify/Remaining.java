package sessionctl.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of the run's own sessions the servers hold when a drill is over.
 *
 * @param ids of all
 * @param held those that each server holds, by the droplet's name
 */
public record Remaining(List<String> ids, Map<String, Set<String>> held) {
    private static final String REMEDY = "run: {sessionctl provision}";

    /** Copies the lists. */
    public Remaining {
        ids = List.copyOf(ids);
        held = new LinkedHashMap<>(held);
    }

    /** The servers that lack some, where each must hold every one. */
    public List<Finding> lacking() {
        List<Finding> findings = new ArrayList<>();
        held.forEach((droplet, holds) -> {
            List<BadSession> bad = ids.stream()
                    .filter(id -> !holds.contains(id))
                    .map(id -> new BadSession(id, BadSession.How.MISSING, List.of(droplet)))
                    .toList();
            if (!bad.isEmpty()) {
                String what = "after the drill its memcached lacks " + bad.size() + " of " + ids.size() + " sessions";
                findings.add(new Finding(droplet, what, REMEDY, bad));
            }
        });
        return findings;
    }

    /** The sessions that are on fewer servers than they must be, told of the cluster. */
    public List<Finding> fewerThan(int wanted, String cluster) {
        List<BadSession> bad = ids.stream()
                .filter(id -> held.size() - without(id).size() < wanted)
                .map(id -> new BadSession(id, BadSession.How.MISSING, without(id)))
                .toList();
        String what = "after the drill " + bad.size() + " of " + ids.size() + " sessions are on fewer than " + wanted
                + " servers";
        return bad.isEmpty() ? List.of() : List.of(new Finding(cluster, what, REMEDY, bad));
    }

    private List<String> without(String id) {
        return held.keySet().stream()
                .filter(droplet -> !held.getOrDefault(droplet, Set.of()).contains(id))
                .toList();
    }
}
