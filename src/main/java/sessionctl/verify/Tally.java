package sessionctl.verify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What became of many visitors' sessions while something was done to one server. */
public final class Tally {
    private final String server;
    private final Set<String> asked = new HashSet<>();
    private final BadSessions bad = new BadSessions();
    private int requests;
    private int kept;
    private long slowest;
    private String slowestOn = "";

    /**
     * Nothing yet.
     *
     * @param server the droplet that it was done to
     */
    public Tally(String server) {
        this.server = server;
    }

    /** The droplet that it was done to. */
    public String server() {
        return server;
    }

    /** One more request of a visitor, answered. */
    public synchronized void add(Visit before, Visit now) {
        count(before);
        if (now.millis() > slowest) {
            slowest = now.millis();
            slowestOn = now.droplet();
        }
        if (now.before() == before.step() && now.visits() == before.visits() + 1) {
            kept++;
        } else {
            BadSession.How how = now.before() == 0 ? BadSession.How.LOST : BadSession.How.OLDER;
            bad.add(before.id(), how, now.droplet());
        }
    }

    /** One more request that was not answered. */
    public synchronized void fail(Visit before, String droplet) {
        count(before);
        bad.add(before.id(), BadSession.How.UNANSWERED, droplet);
    }

    private void count(Visit before) {
        requests++;
        asked.add(before.id());
    }

    /** Milliseconds that the slowest answer took. */
    public synchronized long slowest() {
        return slowest;
    }

    /** As in {@code 1042 ms on lamp02 while lamp01 was cut off}. */
    public synchronized String slowestTold(String what) {
        return slowest + " ms on " + slowestOn + " while " + server + " " + what;
    }

    /** How many sessions were asked for. */
    public synchronized int sessions() {
        return asked.size();
    }

    /** How many requests asked for them. */
    public synchronized int requests() {
        return requests;
    }

    /** How many of these found their session neither lost nor old, and were answered. */
    public synchronized int kept() {
        return kept;
    }

    /** What was wrong, as a finding on the server; empty where nothing was. */
    public synchronized List<Finding> findings(String when) {
        List<String> parts = new ArrayList<>();
        bad.count().forEach((how, many) -> parts.add(many + " of " + asked.size() + " sessions were " + how.words()));
        if (parts.isEmpty()) {
            return List.of();
        }
        List<BadSession> sessions = bad.all();
        String seenOn = sessions.stream()
                .flatMap(session -> session.droplets().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        String what = when + " " + String.join(", ", parts) + ", seen on " + seenOn;
        return List.of(
                new Finding(server, what, "see journalctl -u memcached there; run: {sessionctl provision}", sessions));
    }
}
