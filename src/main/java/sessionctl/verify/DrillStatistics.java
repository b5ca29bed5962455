package sessionctl.verify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.verify.http.ProbeResponse;

/** The outcome of the simulated users' requests during one step of a drill. Safe for use by several threads. */
public final class DrillStatistics {
    private final String server;
    private final Set<String> sessionIds = new HashSet<>();
    private final SessionFailures failures = new SessionFailures();
    private int requests;
    private int found;
    private long slowest;
    private String slowestOn = "";

    /**
     * Empty statistics.
     *
     * @param server the name of the droplet that is drilled; empty for the requests before a drill
     */
    public DrillStatistics(String server) {
        this.server = server;
    }

    /** The name of the droplet that is drilled. */
    public String server() {
        return server;
    }

    /**
     * Counts a request that was answered.
     *
     * @param before the user's previous answer, which this one must continue
     */
    public synchronized void add(ProbeResponse before, ProbeResponse now) {
        count(before);
        if (now.millis() > slowest) {
            slowest = now.millis();
            slowestOn = now.droplet();
        }
        if (now.before() == before.step() && now.visits() == before.visits() + 1) {
            found++;
        } else {
            SessionFailure.How how = now.before() == 0 ? SessionFailure.How.LOST : SessionFailure.How.OLDER;
            failures.add(before.id(), how, now.droplet());
        }
    }

    /** Counts a request that was not answered. */
    public synchronized void fail(ProbeResponse before, String droplet) {
        count(before);
        failures.add(before.id(), SessionFailure.How.UNANSWERED, droplet);
    }

    private void count(ProbeResponse before) {
        requests++;
        sessionIds.add(before.id());
    }

    /** The duration of the slowest answer, in milliseconds. */
    public synchronized long slowest() {
        return slowest;
    }

    /** Describes the slowest answer, as in {@code 1042 ms on lamp02 while lamp01 was cut off}. */
    public synchronized String describeSlowest(String what) {
        return slowest + " ms on " + slowestOn + " while " + server + " " + what;
    }

    /** The number of sessions that were requested. */
    public synchronized int sessions() {
        return sessionIds.size();
    }

    /** The number of requests. */
    public synchronized int requests() {
        return requests;
    }

    /** The number of requests that were answered and found their session in its latest state. */
    public synchronized int found() {
        return found;
    }

    /**
     * Returns the failures as one finding on the drilled server; empty if every request found its session.
     *
     * @param when the step of the drill, as in {@code while it was stopped}
     */
    public synchronized List<CheckFailure> findings(String when) {
        List<String> parts = new ArrayList<>();
        failures.count()
                .forEach((how, many) -> parts.add(many + " of " + sessionIds.size() + " sessions were " + how.words()));
        if (parts.isEmpty()) {
            return List.of();
        }
        List<SessionFailure> sessions = failures.all();
        String seenOn = sessions.stream()
                .flatMap(session -> session.droplets().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        String what = when + " " + String.join(", ", parts) + ", seen on " + seenOn;
        return List.of(new CheckFailure(
                server, what, "see journalctl -u memcached there; run: {sessionctl provision}", sessions));
    }
}
