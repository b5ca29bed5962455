package sessionctl.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sessionctl.state.HealthMetrics;

/**
 * The servers that hold each session of a sample. Each server reports its sessions with the smallest marks. Therefore
 * the placement is known for all marks up to the smallest of the servers' largest reported marks.
 *
 * @param marks the marks of the sessions with known placement, sorted
 * @param settled the marks of the sessions that every server must hold
 * @param byDroplet the marks that each server reported, by the droplet's name
 */
public record ObservedReplicas(List<String> marks, Set<String> settled, Map<String, Set<String>> byDroplet) {
    public ObservedReplicas {
        marks = List.copyOf(marks);
        settled = Set.copyOf(settled);
        byDroplet = Map.copyOf(byDroplet);
    }

    /** Derives the placement from the droplets' samples. */
    public static ObservedReplicas of(List<DropletHealth> droplets) {
        Map<String, Set<String>> held = new LinkedHashMap<>();
        TreeSet<String> all = new TreeSet<>();
        TreeSet<String> settled = new TreeSet<>();
        String end = "~";
        for (DropletHealth dropletHealth : droplets) {
            HealthMetrics.Cache cache = dropletHealth.cache();
            if (cache == null) {
                continue;
            }
            TreeSet<String> own = new TreeSet<>();
            cache.sample().forEach(copy -> {
                own.add(copy.mark());
                if (copy.settled()) {
                    settled.add(copy.mark());
                }
            });
            if (cache.sample().size() >= HealthMetrics.Cache.SAMPLE
                    && own.last().compareTo(end) < 0) {
                end = own.last();
            }
            all.addAll(own);
            held.put(dropletHealth.name(), own);
        }
        return new ObservedReplicas(List.copyOf(all.headSet(end, true)), settled.headSet(end, true), held);
    }

    /** Returns the marks that a droplet reported; empty for an unknown droplet. */
    public Set<String> marksOn(String droplet) {
        return byDroplet.getOrDefault(droplet, Set.of());
    }
}
