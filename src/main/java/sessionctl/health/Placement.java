package sessionctl.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sessionctl.state.Vitals;

/**
 * Which servers hold which of a sample of sessions. Each server tells those of its sessions that have the smallest marks,
 * so that up to the smallest of their largest marks it is known of each session who has it and who has not.
 *
 * @param marks of the sessions of which that is known, in order
 * @param settled of those that every server must hold
 */
public record Placement(List<String> marks, Set<String> settled, Map<String, Set<String>> byDroplet) {
    /** Copies the lists. */
    public Placement {
        marks = List.copyOf(marks);
        settled = Set.copyOf(settled);
        byDroplet = Map.copyOf(byDroplet);
    }

    /** From what the droplets told. */
    public static Placement of(List<Checked> droplets) {
        Map<String, Set<String>> held = new LinkedHashMap<>();
        TreeSet<String> all = new TreeSet<>();
        TreeSet<String> settled = new TreeSet<>();
        String end = "~";
        for (Checked checked : droplets) {
            Vitals.Cache cache =
                    checked.seen() == null ? null : checked.seen().vitals().cache();
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
            if (cache.sample().size() >= Vitals.Cache.SAMPLE && own.last().compareTo(end) < 0) {
                end = own.last();
            }
            all.addAll(own);
            held.put(checked.name(), own);
        }
        return new Placement(List.copyOf(all.headSet(end, true)), settled.headSet(end, true), held);
    }

    /** The marks of the sessions that a droplet holds. */
    public Set<String> held(String droplet) {
        return byDroplet.getOrDefault(droplet, Set.of());
    }
}
