package sessionctl.state;

import java.util.List;

/**
 * The state of a droplet's sentinel, as its guard reports it.
 *
 * @param alive true if the sentinel works
 * @param fenced the reason why it keeps its own memcached fenced; empty if it does not
 * @param silent the servers that it blocks because they do not respond
 * @param flapping the servers that it has fenced or blocked several times in ten minutes
 */
public record SentinelState(boolean alive, String fenced, List<Silence> silent, List<Flapping> flapping) {
    /** The service of the sentinel, as systemd names it. */
    public static final String SERVICE = "sessionctl-sentinel";

    public SentinelState {
        silent = List.copyOf(silent);
        flapping = List.copyOf(flapping);
    }

    /**
     * A block of a server.
     *
     * @param since the time of the block in seconds since 1970
     * @param reason the reason, as in {@code does not answer}
     */
    public record Silence(String address, long since, String reason) {}

    /**
     * A server that becomes silent again and again.
     *
     * @param count how often in ten minutes
     */
    public record Flapping(String address, int count) {}
}
