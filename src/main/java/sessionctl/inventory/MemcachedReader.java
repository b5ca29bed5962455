package sessionctl.inventory;

import java.util.Optional;

/** Reads {@code memcached:}; refuses only what memcached itself would not start with. */
final class MemcachedReader {
    /** memcached binds after it gave up root, and so never below 1024. */
    private static final WholeNumber PORT = new WholeNumber("a port", 1024, 65535);

    private static final WholeNumber MEMORY = number("megabytes");
    private static final WholeNumber CONNECTIONS = number("connections");
    private static final WholeNumber THREADS = new WholeNumber("a number of threads", 1, 256);

    private MemcachedReader() {}

    static Memcached read(Fields memcached) {
        Memcached usual = Memcached.usual();
        int port = memcached.optional("port", PORT).orElse(usual.port());
        Optional<Integer> memory = memcached.optional("memory", MEMORY);
        Optional<String> maxItemSize = memcached.optional("max_item_size", new ItemSize());
        Memcached read = new Memcached(
                port,
                memory.map(Setting::of).orElse(usual.memory()),
                maxItemSize.map(Setting::of).orElse(usual.maxItemSize()),
                memcached.optional("connections", CONNECTIONS).map(Setting::of).orElse(usual.connections()),
                memcached.optional("threads", THREADS).map(Setting::of).orElse(usual.threads()));
        if (memory.isPresent() == memcached.has("memory")
                && maxItemSize.isPresent() == memcached.has("max_item_size")) {
            refuseLargeItems(read, memcached);
        }
        return read;
    }

    private static void refuseLargeItems(Memcached read, Fields memcached) {
        String size = read.maxItemSize().value();
        int memory = read.memory().value();
        if (ItemSize.kilobytes(size) > memory * 1024L / 2) {
            memcached.refuse(
                    read.maxItemSize().given() ? "max_item_size" : "memory",
                    "max_item_size " + memcached.written("max_item_size", size) + " is more than half of memory "
                            + memcached.written("memory", Integer.toString(memory)),
                    "expected memory to be at least twice max_item_size");
        }
    }

    private static WholeNumber number(String what) {
        return new WholeNumber("a number of " + what, 1, Integer.MAX_VALUE);
    }
}
