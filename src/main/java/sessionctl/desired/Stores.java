package sessionctl.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Seconds;
import sessionctl.state.Actual;
import sessionctl.state.Stored;

/** What the servers hold, and what that means for a change of one of them. */
final class Stores {
    private static final long MEGABYTE = 1 << 20;

    private final Cluster cluster;

    /** The most that any of them holds: every server holds every session. */
    private Stored most = Stored.NOTHING;

    /** The servers that have pushed items out and are as full as before, by their addresses. */
    private final Map<String, Actual> full = new LinkedHashMap<>();

    Stores(Cluster cluster, Map<Droplet, Actual> seen) {
        this.cluster = cluster;
        seen.forEach((droplet, actual) -> {
            Stored stored = actual.stored();
            if (stored.bytes() > most.bytes()) {
                most = stored;
            }
            if (stored.evictions() > 0 && !stored.fits(stored.limit())) {
                full.put(droplet.privateIp().text(), actual);
            }
        });
    }

    Stored most() {
        return most;
    }

    /** Bytes that a droplet's memcached will have. */
    private long memory(Actual actual) {
        boolean kept = !cluster.memcached().memory().given() && actual.stored().limit() > 0;
        return kept ? actual.stored().limit() : cluster.memcached().memory().value() * MEGABYTE;
    }

    private static String megabytes(long bytes) {
        return (bytes + MEGABYTE - 1) / MEGABYTE + " MB";
    }

    /** Why a server cannot be filled again; empty where it can. */
    String tooSmall(Actual actual) {
        return most.fits(memory(actual))
                ? ""
                : "its memory of " + megabytes(memory(actual)) + " is too small for the " + megabytes(most.bytes())
                        + " that are stored";
    }

    /**
     * Why a server's peers cannot be given what only it holds, before it stops; empty where they can.
     *
     * @param peers their addresses
     */
    String noRoom(Actual actual, List<String> peers) {
        if (actual.stored().items() == 0) {
            return "";
        }
        for (String peer : peers) {
            Actual crowded = full.get(peer);
            if (crowded != null) {
                return peer
                        + " has pushed sessions out of its memory and has no room for those that only this one holds; "
                        + remedy(crowded);
            }
        }
        return "";
    }

    private boolean raised(Actual actual) {
        return memory(actual) > actual.stored().limit();
    }

    /** It is more memory, which takes a restart of every server. */
    private String remedy(Actual crowded) {
        return raised(crowded)
                ? "the remedy is more memory, which the inventory gives it now, so accept the loss once"
                        + " (--accept-session-loss)"
                : "the remedy is more memory: raise memcached.memory in the inventory";
    }

    /** What an operator should know of what is stored: what does not fit is lost, what is not opened in time is waited for. */
    List<String> warnings(Actual actual) {
        List<String> warnings = new ArrayList<>();
        if (actual.stored().evictions() > 0) {
            warnings.add("memcached has pushed " + actual.stored().evictions() + " items out of its "
                    + megabytes(actual.stored().limit()) + " since it started, so that sessions were lost;"
                    + (raised(actual)
                            ? " the inventory gives it " + megabytes(memory(actual)) + " now"
                            : " raise memcached.memory in the inventory"));
        }
        if (!tooSmall(actual).isEmpty()) {
            warnings.add((cluster.sparse() ? "a server holds " : "every server holds every session, ")
                    + megabytes(most.bytes()) + " now, which is more than " + megabytes(memory(actual))
                    + " hold without pushing some out; raise memcached.memory in the"
                    + " inventory");
        }
        Seconds timeout = cluster.sessions().serverTimeout().value();
        String late = Patience.of(timeout).lacking(most.items());
        if (!late.isEmpty()) {
            warnings.add("sessions.server_timeout is " + timeout + ", " + late);
        }
        return warnings;
    }
}
