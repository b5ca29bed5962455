package sessionctl.state;

/**
 * The amount of data in a running memcached (memcached's doc/protocol.txt, stats).
 *
 * @param bytes the bytes that its items take
 * @param limit the bytes that they may take (-m)
 * @param items the number of items, locks included
 * @param evictions items that were evicted before they expired, since the start
 */
public record MemcachedStats(long bytes, long limit, long items, long evictions) {
    /** The stats of a memcached that does not respond. */
    public static final MemcachedStats NOTHING = new MemcachedStats(0, 0, 0, 0);

    /** The part of the memory that sessions may fill; slabs and locks need the rest. */
    private static final double FULL = 0.8;

    /** Returns true if this number of bytes of memory can hold the stored data. */
    public boolean fits(long memory) {
        return bytes <= FULL * memory;
    }
}
