package sessionctl.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command line options of memcached, from its file or from a running process. Long options are translated to short
 * ones, so that both can be compared.
 *
 * <p>The file has the format of Debian's start script (scripts/systemd-memcached-wrapper, start-memcached): options as
 * on the command line, # begins a comment. Lines that do not begin with a dash, or begin with -d or -h, are ignored.
 */
public record MemcachedFlags(List<Flag> flags) {
    /** An empty list of options. */
    public static final MemcachedFlags NONE = new MemcachedFlags(List.of());

    /** The maximum number of options. memcached has fewer, and each takes memory here. */
    private static final int MAX_LENGTH = 1000;

    private static final Pattern LOOPBACK =
            Pattern.compile("(?:inet6?:)?(?:127[.][0-9.]+|\\[?::1]?|localhost)(?::\\d+)?");

    private static final Pattern COMMENT = Pattern.compile("(?s)(?<!\\\\)#.*");

    /** The short options that take a value (memcached.c, shortopts). */
    private static final String WITH_VALUE = "apsUmcluPfntDRbBIYeoN";

    private static final Map<String, String> LONG = Map.ofEntries(
            Map.entry("port", "p"),
            Map.entry("udp-port", "U"),
            Map.entry("listen", "l"),
            Map.entry("memory-limit", "m"),
            Map.entry("conn-limit", "c"),
            Map.entry("threads", "t"),
            Map.entry("max-item-size", "I"),
            Map.entry("unix-socket", "s"),
            Map.entry("user", "u"),
            Map.entry("pidfile", "P"),
            Map.entry("daemon", "d"),
            Map.entry("slab-growth-factor", "f"),
            Map.entry("slab-min-size", "n"),
            Map.entry("listen-backlog", "b"),
            Map.entry("protocol", "B"),
            Map.entry("max-reqs-per-event", "R"),
            Map.entry("unix-mask", "a"),
            Map.entry("auth-file", "Y"),
            Map.entry("memory-file", "e"),
            Map.entry("napi-ids", "N"),
            Map.entry("extended", "o"),
            Map.entry("enable-sasl", "S"),
            Map.entry("enable-ssl", "Z"),
            Map.entry("enable-shutdown", "A"),
            Map.entry("enable-coredumps", "r"),
            Map.entry("enable-largepages", "L"),
            Map.entry("disable-evictions", "M"),
            Map.entry("disable-cas", "C"),
            Map.entry("disable-flush-all", "F"),
            Map.entry("disable-dumping", "X"),
            Map.entry("disable-watch", "W"),
            Map.entry("lock-memory", "k"),
            Map.entry("verbose", "v"),
            Map.entry("version", "V"),
            Map.entry("license", "i"),
            Map.entry("help", "h"));

    /**
     * One option.
     *
     * @param option with its dash, as in {@code -l}; a long option without a short form keeps its own name
     * @param value empty if it takes none
     */
    public record Flag(String option, String value) {
        /** Returns true if the option needs a value and has none. */
        public boolean lacksValue() {
            return value.isEmpty() && option.length() == 2 && WITH_VALUE.contains(option.substring(1));
        }

        /** Returns true if a shell computes the value when memcached starts, so that it is not known here. */
        public boolean isComputed() {
            return value.indexOf('$') >= 0 || value.indexOf('`') >= 0;
        }

        @Override
        public String toString() {
            return value.isEmpty() ? option : option + " " + value;
        }
    }

    public MemcachedFlags {
        flags = List.copyOf(flags);
    }

    /** Parses a memcached.conf. */
    public static MemcachedFlags ofFile(String text) {
        List<Flag> found = new ArrayList<>();
        // String.lines() would also split at a carriage return. For the start script it is white space within a line.
        for (String line : text.split("\n")) {
            if (found.size() < MAX_LENGTH) {
                found.addAll(ofLine(line));
            }
        }
        return new MemcachedFlags(found);
    }

    /** Parses one line of a memcached.conf; empty for a comment or a line that the start script ignores. */
    public static List<Flag> ofLine(String line) {
        String text = COMMENT.matcher(line).replaceFirst("").strip();
        boolean ignored = !text.startsWith("-") || text.startsWith("-d") || text.startsWith("-h");
        return ignored ? List.of() : ofWords(words(text)).flags();
    }

    /** Splits a line at white space, but not within a command substitution: the start script runs the line in a shell. */
    private static List<String> words(String text) {
        List<String> parts = List.of(text.split("\\s+"));
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        long brackets = 0;
        long backquotes = 0;
        for (String part : parts) {
            word.append(word.isEmpty() ? "" : " ").append(part);
            if (brackets > 0 || part.contains("$(")) {
                brackets += count(part, '(') - count(part, ')');
            }
            backquotes += count(part, '`');
            if (brackets <= 0 && backquotes % 2 == 0) {
                words.add(word.toString());
                word.setLength(0);
                brackets = 0;
            }
        }
        return word.isEmpty() ? words : parts;
    }

    private static long count(String text, char c) {
        return text.chars().filter(one -> one == c).count();
    }

    /** Parses the arguments of a process. */
    public static MemcachedFlags ofWords(List<String> words) {
        List<Flag> found = new ArrayList<>();
        for (int i = 0; i < words.size() && found.size() < MAX_LENGTH; i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            if (word.startsWith("--")) {
                i += readLong(word, next, found);
            } else if (word.startsWith("-")) {
                i += readShort(word, next, found);
            }
        }
        return new MemcachedFlags(found);
    }

    private static int readLong(String word, String next, List<Flag> found) {
        String[] parts = word.substring(2).split("=", 2);
        String letter = letter(parts[0]);
        String option = letter == null ? "--" + parts[0] : "-" + letter;
        if (parts.length == 2) {
            found.add(new Flag(option, unquoted(parts[1])));
            return 0;
        }
        boolean takesNext = letter != null && WITH_VALUE.contains(letter);
        found.add(new Flag(option, takesNext ? unquoted(next) : ""));
        return takesNext ? 1 : 0;
    }

    /** Returns the short form of a long option or of its unique beginning (getopt_long(3)); null if there is none. */
    private static @Nullable String letter(String name) {
        String exact = LONG.get(name);
        List<String> begun =
                LONG.keySet().stream().filter(one -> one.startsWith(name)).toList();
        return exact == null && begun.size() == 1 ? LONG.get(begun.get(0)) : exact;
    }

    private static int readShort(String word, String next, List<Flag> found) {
        for (int i = 1; i < word.length() && found.size() < MAX_LENGTH; i++) {
            String letter = word.substring(i, i + 1);
            if (WITH_VALUE.contains(letter)) {
                String glued = word.substring(i + 1);
                found.add(new Flag("-" + letter, unquoted(glued.isEmpty() ? next : glued)));
                return glued.isEmpty() ? 1 : 0;
            }
            found.add(new Flag("-" + letter, ""));
        }
        return 0;
    }

    private static String unquoted(String value) {
        boolean quoted =
                value.length() > 1 && "\"'".indexOf(value.charAt(0)) >= 0 && value.endsWith(value.substring(0, 1));
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** Returns true if only programs on the same droplet can connect: it listens on loopback or on a socket file. */
    public boolean isLocal() {
        List<String> listens = addresses();
        return !values("-s").isEmpty()
                || (!listens.isEmpty() && listens.stream().allMatch(LOOPBACK.asMatchPredicate()));
    }

    /** Returns true unless an option turns the LRU crawler off, which lists keys (memcached's doc/protocol.txt). */
    public boolean usesCrawler() {
        boolean uses = true;
        for (String suboptions : values("-o")) {
            for (String one : suboptions.split(",")) {
                boolean on = one.equals("lru_crawler") || one.equals("modern");
                uses = on || (uses && !one.equals("no_lru_crawler") && !one.equals("no_modern"));
            }
        }
        return uses;
    }

    /** Returns true if a shell computes a value of this option when memcached starts. */
    public boolean isComputed(String option) {
        return flags.stream().anyMatch(f -> f.option().equals(option) && f.isComputed());
    }

    /** Returns all values of an option, in order. */
    public List<String> values(String option) {
        return flags.stream()
                .filter(f -> f.option().equals(option))
                .map(Flag::value)
                .toList();
    }

    /** Returns the addresses at which memcached listens; empty for all addresses. */
    public List<String> addresses() {
        return values("-l").stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .map(String::strip)
                .toList();
    }

    /** Returns the addresses at which memcached listens instead of this one; empty if it listens there. */
    public List<String> addressesInsteadOf(String address) {
        List<String> all = addresses();
        return all.isEmpty() || all.contains("0.0.0.0") || all.contains(address) ? List.of() : all;
    }

    /** Returns the port at which memcached listens; empty if no option sets it. */
    public Optional<String> port() {
        return values("-p").stream().reduce((earlier, later) -> later);
    }

    /**
     * Returns true if these options have the same values in both. If an option is repeated, the last value counts;
     * values of -l are combined.
     */
    public boolean agreesOn(List<String> options, MemcachedFlags other) {
        return options.stream().allMatch(o -> effective(o).equals(other.effective(o)));
    }

    private List<String> effective(String option) {
        List<String> all = values(option);
        return all.isEmpty() || option.equals("-l") ? all : all.subList(all.size() - 1, all.size());
    }
}
