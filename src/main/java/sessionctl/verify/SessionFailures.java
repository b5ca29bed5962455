package sessionctl.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Collects failures of sessions: one per session and kind, with all droplets that showed it. */
public final class SessionFailures {
    private final Map<SessionFailure.How, Map<String, Set<String>>> all = new TreeMap<>();

    /** Adds a failure. */
    public void add(String id, SessionFailure.How how, String droplet) {
        all.computeIfAbsent(how, h -> new TreeMap<>())
                .computeIfAbsent(id, i -> new TreeSet<>())
                .add(droplet);
    }

    /** Counts the sessions by kind of failure. */
    Map<SessionFailure.How, Integer> count() {
        Map<SessionFailure.How, Integer> count = new TreeMap<>();
        all.forEach((how, sessions) -> count.put(how, sessions.size()));
        return count;
    }

    /** The failures, sorted by kind and session id. */
    public List<SessionFailure> all() {
        List<SessionFailure> sessions = new ArrayList<>();
        all.forEach((how, of) -> of.forEach((id, on) -> sessions.add(new SessionFailure(id, how, List.copyOf(on)))));
        return sessions;
    }
}
