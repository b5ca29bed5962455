package sessionctl.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measurements of a droplet.
 *
 * @param uptime seconds since it booted
 * @param clock its clock compared with that of the machine that probes it
 * @param cache its memcached; null if none responds at the private address
 * @param trips round trips of a temporary key to each server, in the order of the servers
 * @param sentinel the state of its sentinel; null if it is unknown
 */
public record HealthMetrics(
        long uptime,
        Clock clock,
        @Nullable Cache cache,
        List<Trip> trips,
        @Nullable SentinelState sentinel) {
    public HealthMetrics {
        trips = List.copyOf(trips);
    }

    /**
     * The difference of two clocks.
     *
     * @param now the droplet's time when it responded, in seconds since 1970
     * @param ahead seconds by which the droplet's clock is ahead; negative if it is behind
     * @param tolerance the maximum error of that difference in seconds, in either direction
     */
    public record Clock(long now, double ahead, double tolerance) {}

    /**
     * The state of a memcached and of the sessions in it.
     *
     * @param version its version
     * @param uptime seconds since it started
     * @param hits reads that found a key
     * @param misses reads that found none
     * @param sessions the number of sessions, without locks; negative if unknown
     * @param others the number of keys of other programs; negative if unknown
     * @param otherBytes the memory that these take, in bytes
     * @param locks locks that are older than a request may take
     * @param sample some of its sessions; servers with the same sessions have the same sample
     */
    public record Cache(
            String version,
            long uptime,
            long hits,
            long misses,
            long sessions,
            long others,
            long otherBytes,
            List<StaleLock> locks,
            List<Copy> sample) {
        /** The maximum size of a sample. A smaller sample contains all sessions. */
        public static final int SAMPLE = 48;

        public Cache {
            locks = List.copyOf(locks);
            sample = List.copyOf(sample);
        }
    }

    /**
     * A lock that PHP holds on a session.
     *
     * @param session the first letters of the session's name, because the complete name is as good as a password
     * @param left seconds until memcached drops it; negative for never
     * @param idle the minimum of seconds since its last use
     */
    public record StaleLock(String session, long left, long idle) {}

    /**
     * A replica of a session.
     *
     * @param mark a checksum of the session's name; the sample has the sessions with the smallest ones
     * @param settled true if it was not written for some seconds and does not end soon, so that every server must have
     *     it
     * @param expiry its end in seconds since 1970. All replicas of one write have the same; a later write has a later
     *     one
     */
    public record Copy(String mark, boolean settled, long expiry) {}

    /**
     * A round trip to a server.
     *
     * @param outcome ok, refused, silent or strange
     * @param millis the time until the responses arrived, in milliseconds
     */
    public record Trip(String address, String outcome, double millis) {}

    /**
     * Returns the milliseconds that PHP needs to use a session on all servers one after another: the sum of all round
     * trips.
     */
    public double requestMillis() {
        return trips.stream().mapToDouble(Trip::millis).sum();
    }
}
