package sessionctl.inventory;

/**
 * memcached's settings, from {@code memcached:} in the inventory (memcached(1)).
 *
 * @param port the TCP port, {@code -p}
 * @param memory the size of the cache in megabytes, {@code -m}
 * @param maxItemSize the largest item, with a unit k or m, {@code -I}
 * @param connections the maximum number of clients, {@code -c}
 * @param threads the number of worker threads, {@code -t}
 */
public record Memcached(
        int port,
        Configured<Integer> memory,
        Configured<String> maxItemSize,
        Configured<Integer> connections,
        Configured<Integer> threads) {
    /** The defaults, which are memcached's own. */
    public static Memcached defaults() {
        return new Memcached(
                11211,
                Configured.ofDefault(64),
                Configured.ofDefault("1m"),
                Configured.ofDefault(1024),
                Configured.ofDefault(4));
    }
}
