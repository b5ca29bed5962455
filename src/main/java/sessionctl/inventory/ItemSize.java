package sessionctl.inventory;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * memcached's -I.
 *
 * <p>memcached 1.6 ends at its start unless the size is a multiple of 512k (its slab_chunk_max) and at most half the
 * memory, and it takes 1g for one byte.
 */
record ItemSize() implements Form<String> {
    private static final int CHUNK = 512;
    private static final int MOST = 1024 * 1024;

    @Override
    public String expected() {
        return "expected a multiple of 512k up to 1024m, such as 512k or 2m";
    }

    @Override
    public Optional<String> read(String text, Value at) {
        if (!text.matches("[1-9][0-9]{0,6}[kKmM]")) {
            return at.refuse(text, "is not a size with a unit of k or m", expected());
        }
        long size = kilobytes(text);
        return size % CHUNK == 0 && size <= MOST
                ? Optional.of(text.toLowerCase(Locale.ROOT))
                : at.refuse(text, "is a size that memcached refuses", expected());
    }

    /** The size of a text that was read. */
    static long kilobytes(String text) {
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return text.toLowerCase(Locale.ROOT).endsWith("m") ? number * 1024 : number;
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("type", "string", "pattern", "^[1-9][0-9]{0,6}[kKmM]$");
    }
}
