package sessionctl.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sessions that broke a promise, each told once with all droplets where that was seen. */
public final class BadSessions {
    private final Map<BadSession.How, Map<String, Set<String>>> all = new TreeMap<>();

    /** One more sight of one. */
    public void add(String id, BadSession.How how, String droplet) {
        all.computeIfAbsent(how, h -> new TreeMap<>())
                .computeIfAbsent(id, i -> new TreeSet<>())
                .add(droplet);
    }

    /** How many there are, by what was wrong with them. */
    Map<BadSession.How, Integer> count() {
        Map<BadSession.How, Integer> count = new TreeMap<>();
        all.forEach((how, sessions) -> count.put(how, sessions.size()));
        return count;
    }

    /** All of them. */
    public List<BadSession> all() {
        List<BadSession> sessions = new ArrayList<>();
        all.forEach((how, of) -> of.forEach((id, on) -> sessions.add(new BadSession(id, how, List.copyOf(on)))));
        return sessions;
    }
}
