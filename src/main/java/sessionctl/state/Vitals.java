package sessionctl.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a droplet fares at the moment, besides what it is.
 *
 * @param uptime seconds since it booted
 * @param clock how its clock compares with that of the machine that asks
 * @param cache its memcached; null where none answers at the private address
 * @param trips a throw-away key's way to each server and back, in the order of the servers
 */
public record Vitals(long uptime, Clock clock, @Nullable Cache cache, List<Trip> trips) {
    /** Copies the trips. */
    public Vitals {
        trips = List.copyOf(trips);
    }

    /**
     * A clock against another one.
     *
     * @param now its time when it answered, in seconds since 1970
     * @param ahead seconds, negative when it is behind
     * @param tolerance seconds by which the truth may differ from that, either way
     */
    public record Clock(long now, double ahead, double tolerance) {}

    /**
     * What a memcached says of itself and of the sessions in it.
     *
     * @param version its own
     * @param uptime seconds since it started
     * @param hits reads that found something
     * @param misses reads that found nothing
     * @param sessions how many sessions it holds, without locks; negative where it does not say
     * @param locks what is locked for longer than a request may take
     * @param sample some of its sessions, the same ones on every server that has them
     */
    public record Cache(
            String version,
            long uptime,
            long hits,
            long misses,
            long sessions,
            List<StaleLock> locks,
            List<Copy> sample) {
        /** The most that a sample holds; one with fewer is all there is. */
        public static final int SAMPLE = 48;

        /** Copies the lists. */
        public Cache {
            locks = List.copyOf(locks);
            sample = List.copyOf(sample);
        }
    }

    /**
     * A lock that PHP holds on a session.
     *
     * @param session the first letters of the session's name, which is as good as a password
     * @param left seconds until memcached forgets it; negative for never
     * @param idle seconds since anybody touched it, at least
     */
    public record StaleLock(String session, long left, long idle) {}

    /**
     * A copy of a session.
     *
     * @param mark a checksum of the session's name; the sample holds those with the smallest
     * @param settled whether it was neither written nor near its end for some seconds, so that every server must have it
     * @param expiry when it ends, in seconds since 1970: all copies of one write have the same, a later write a later one
     */
    public record Copy(String mark, boolean settled, long expiry) {}

    /**
     * The way to a server and back.
     *
     * @param outcome ok, refused, silent or strange
     * @param millis how long the answers were waited for
     */
    public record Trip(String address, String outcome, double millis) {}

    /** Milliseconds that a session's round trip to all servers takes, one after another; as long as each was waited for. */
    public double request() {
        return trips.stream().mapToDouble(Trip::millis).sum();
    }
}
