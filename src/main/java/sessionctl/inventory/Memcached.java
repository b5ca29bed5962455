package sessionctl.inventory;

/**
 * memcached's settings, from {@code memcached:} in the inventory (memcached(1)).
 *
 * @param port TCP port, -p
 * @param memory megabytes, -m
 * @param maxItemSize largest item with a unit k or m, -I
 * @param connections most clients at once, -c
 * @param threads worker threads, -t
 */
public record Memcached(
        int port,
        Setting<Integer> memory,
        Setting<String> maxItemSize,
        Setting<Integer> connections,
        Setting<Integer> threads) {
    /** What holds where the inventory is silent: memcached's own defaults. */
    public static Memcached usual() {
        return new Memcached(11211, Setting.usual(64), Setting.usual("1m"), Setting.usual(1024), Setting.usual(4));
    }
}
