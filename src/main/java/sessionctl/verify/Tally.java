package sessionctl.verify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What became of many visitors' sessions while something was done to one server. */
public final class Tally {
    private final String server;
    private final Set<String> seenOn = new LinkedHashSet<>();
    private int sessions;
    private int lost;
    private int stale;
    private int failed;
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
        sessions++;
        if (now.millis() > slowest) {
            slowest = now.millis();
            slowestOn = now.droplet();
        }
        boolean kept = now.before() == before.step() && now.visits() == before.visits() + 1;
        if (!kept) {
            lost += now.before() == 0 ? 1 : 0;
            stale += now.before() == 0 ? 0 : 1;
            seenOn.add(now.droplet());
        }
    }

    /** One more request that was not answered. */
    public synchronized void fail(String droplet) {
        sessions++;
        failed++;
        seenOn.add(droplet);
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
        return sessions;
    }

    /** How many of them were neither lost nor old nor unanswered. */
    public synchronized int kept() {
        return sessions - lost - stale - failed;
    }

    /** What was wrong, as a finding on the server; empty where nothing was. */
    public synchronized List<Finding> findings(String when) {
        List<String> parts = new ArrayList<>();
        if (lost > 0) {
            parts.add(lost + " of " + sessions + " sessions were lost");
        }
        if (stale > 0) {
            parts.add(stale + " of " + sessions + " sessions were read in an older state");
        }
        if (failed > 0) {
            parts.add(failed + " of " + sessions + " requests were not answered");
        }
        if (parts.isEmpty()) {
            return List.of();
        }
        String what = when + " " + String.join(", ", parts) + ", seen on " + String.join(", ", seenOn);
        return List.of(new Finding(server, what, "see journalctl -u memcached there; run: sessionctl provision"));
    }
}
