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
        Setting<Integer> threads) {}
