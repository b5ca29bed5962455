package sessionctl.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Counts sessions, requests and incidents, and measures the requests' duration. */
final class Tally {
    /** The maximum number of stored incidents; more would add nothing about a cause. */
    private static final int KEPT_INCIDENTS = 500;

    private static final int MINUTE = 60_000;

    private final int[] took = new int[MINUTE + 1];
    private final List<Incident> incidents = new ArrayList<>();
    private int lost;
    private int stale;
    private int ahead;
    private int failed;
    private int retried;
    private int requests;
    private int sessions;
    private int activeRead;
    private long processorBefore;
    private long trafficBegan;
    private long trafficEnded;
    private int trafficRequests;

    void opened() {
        sessions++;
    }

    int sessions() {
        return sessions;
    }

    /** Counts an active session that was read for the first time after it was opened. */
    void activeRead() {
        activeRead++;
    }

    /**
     * Starts the measurement. Earlier durations are discarded: they come from opening many sessions on servers that
     * were idle before.
     */
    void trafficBegins() {
        Arrays.fill(took, 0);
        processorBefore = processorTime();
        trafficBegan = System.nanoTime();
        trafficRequests = requests;
    }

    void trafficEnds() {
        trafficEnded = System.nanoTime();
        trafficRequests = requests - trafficRequests;
    }

    /** Counts a request that ended now, with or without success. */
    void ended(Visit visit) {
        requests++;
        if (visit.isRetry()) {
            retried++;
        }
        took[(int) Math.min(MINUTE, (System.nanoTime() - visit.began()) / 1_000_000)]++;
    }

    void failed(Incident incident) {
        failed++;
        store(incident);
    }

    void judged(Session.Verdict verdict, Incident incident) {
        switch (verdict) {
            case FINE -> {
                return;
            }
            case LOST -> lost++;
            case STALE -> stale++;
            case AHEAD -> ahead++;
        }
        store(incident.as(verdict.name().toLowerCase(Locale.ROOT)));
    }

    private void store(Incident incident) {
        if (incidents.size() < KEPT_INCIDENTS) {
            incidents.add(incident);
        }
    }

    boolean isClean() {
        return lost + stale + ahead + failed == 0;
    }

    boolean isEmpty() {
        return sessions == 0;
    }

    /** Returns the duration of the slowest request, in milliseconds. */
    int slowest() {
        int slowest = took.length - 1;
        while (slowest > 0 && took[slowest] == 0) {
            slowest--;
        }
        return slowest;
    }

    /** Returns the duration that this share of the requests did not exceed, in milliseconds. */
    private int quantile(double share) {
        long left = Math.round(share * longerThan(0));
        int millis = 0;
        while (millis < MINUTE && left > took[millis]) {
            left -= took[millis++];
        }
        return millis;
    }

    private int longerThan(int millis) {
        return Arrays.stream(took, millis, took.length).sum();
    }

    private double rate() {
        boolean over = trafficEnded != 0;
        long until = over ? trafficEnded : System.nanoTime();
        int done = over ? trafficRequests : requests - trafficRequests;
        return trafficBegan == 0 ? 0 : done * 1e9 / (until - trafficBegan);
    }

    /** Returns the processor time of this process since the traffic began, in percent of one processor. */
    private double processor() {
        return 100.0 * (processorTime() - processorBefore) / (System.nanoTime() - trafficBegan);
    }

    private static long processorTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Returns the counts as JSON, on one line. */
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"lost\":%d,\"stale\":%d,\"ahead\":%d,\"failed\":%d,\"retried\":%d,%s,%s,\"incidents\":%s}",
                lost,
                stale,
                ahead,
                failed,
                retried,
                speed(),
                size(),
                incidents.stream().map(Incident::json).collect(Collectors.joining(",", "[", "]")));
    }

    private String speed() {
        return String.format(
                Locale.ROOT,
                "\"slowest_ms\":%d,\"median_ms\":%d,\"p99_ms\":%d,\"over_one_second\":%d,\"rate\":%.1f,"
                        + "\"processor_percent\":%.1f",
                slowest(),
                quantile(0.5),
                quantile(0.99),
                longerThan(1000),
                rate(),
                processor());
    }

    private String size() {
        return String.format(
                Locale.ROOT, "\"requests\":%d,\"sessions\":%d,\"active_looked_at\":%d", requests, sessions, activeRead);
    }

    /** Returns the counts as a sentence. */
    String sentence() {
        return String.format(
                "%d lost, %d stale, %d failed of %d requests (%.0f a second) over %d sessions, slowest %d ms, 99 %% within"
                        + " %d ms, %d asked again, %.0f %% of a processor taken",
                lost, stale, failed, requests, rate(), sessions, slowest(), quantile(0.99), retried, processor());
    }
}
