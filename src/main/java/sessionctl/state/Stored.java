package sessionctl.state;

/**
 * What a running memcached holds (doc/protocol.txt of memcached, stats).
 *
 * @param bytes that its items take
 * @param limit bytes that they may take, -m
 * @param items how many, locks counted
 * @param evictions items that were pushed out before their time since it started
 */
public record Stored(long bytes, long limit, long items, long evictions) {
    /** No memcached that answers. */
    public static final Stored NOTHING = new Stored(0, 0, 0, 0);

    /** Of a memory, as much as sessions may fill: slabs and locks take the rest. */
    private static final double FULL = 0.8;

    /** Whether this much memory holds as much as is stored here. */
    public boolean fits(long memory) {
        return bytes <= FULL * memory;
    }
}
