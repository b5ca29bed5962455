package sessionctl.inventory;

import java.util.Locale;
import java.util.Optional;
import sessionctl.inventory.yaml.MappingReader;
import sessionctl.inventory.yaml.ScalarType;

/** Reads {@code memcached:}. Refuses only values with which memcached would not start. */
final class MemcachedReader {
    /** The limits of a port. memcached binds after it drops root, so it cannot use a port below 1024. */
    private static final ScalarType<Integer> PORT = ScalarType.number("a port", 1024, 65535);

    private static final ScalarType<Integer> MEMORY = number("megabytes");
    private static final ScalarType<Integer> CONNECTIONS = number("connections");
    private static final ScalarType<Integer> THREADS = ScalarType.number("a number of threads", 1, 256);

    /**
     * The largest size of an item, memcached's {@code -I}. memcached 1.6 exits at its start unless the size is a
     * multiple of 512k (its slab_chunk_max) and at most half the memory. It reads 1g as one byte.
     */
    private static final ScalarType<String> ITEM_SIZE = ScalarType.text(
                    "[1-9][0-9]{0,6}[kKmM]",
                    "is not a size with a unit of k or m",
                    "expected a multiple of 512k up to 1024m, such as 512k or 2m")
            .except(
                    size -> kilobytes(size) % 512 != 0 || kilobytes(size) > 1024 * 1024,
                    "is a size that memcached refuses",
                    "expected a multiple of 512k up to 1024m, such as 512k or 2m");

    private MemcachedReader() {}

    static Memcached read(MappingReader memcached) {
        Memcached defaults = Memcached.defaults();
        int port = memcached.optional("port", PORT).orElse(defaults.port());
        Optional<Integer> memory = memcached.optional("memory", MEMORY);
        Optional<String> maxItemSize =
                memcached.optional("max_item_size", ITEM_SIZE).map(size -> size.toLowerCase(Locale.ROOT));
        Memcached read = new Memcached(
                port,
                defaults.memory().or(memory),
                defaults.maxItemSize().or(maxItemSize),
                defaults.connections().or(memcached.optional("connections", CONNECTIONS)),
                defaults.threads().or(memcached.optional("threads", THREADS)));
        if (memory.isPresent() == memcached.has("memory")
                && maxItemSize.isPresent() == memcached.has("max_item_size")) {
            refuseLargeItems(read, memcached);
        }
        return read;
    }

    private static void refuseLargeItems(Memcached read, MappingReader memcached) {
        String size = read.maxItemSize().value();
        int memory = read.memory().value();
        if (kilobytes(size) > memory * 1024L / 2) {
            memcached.refuse(
                    read.maxItemSize().given() ? "max_item_size" : "memory",
                    "max_item_size " + memcached.writtenText("max_item_size", size) + " is more than half of memory "
                            + memcached.writtenText("memory", Integer.toString(memory)),
                    "expected memory to be at least twice max_item_size");
        }
    }

    /** Converts a valid size to kilobytes. */
    private static long kilobytes(String size) {
        long number = Long.parseLong(size.substring(0, size.length() - 1));
        return size.toLowerCase(Locale.ROOT).endsWith("m") ? number * 1024 : number;
    }

    private static ScalarType<Integer> number(String what) {
        return ScalarType.number("a number of " + what, 1, Integer.MAX_VALUE);
    }
}
