package sessionctl.ssh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Glob;

/**
 * The lines of ssh_config(5) that hold under one condition.
 *
 * @param head the line with Host or Match; null for what always holds
 */
record ConfigBlock(@Nullable ConfigLine head, List<ConfigPart> parts) implements ConfigPart {
    private static final int DEEPEST = 16;

    /** Files that a line includes. */
    @FunctionalInterface
    interface Includes {
        /** Nothing is ever included. */
        Includes NONE = pattern -> List.of();

        /** The files that a pattern names. */
        List<Source> of(String pattern);
    }

    /** A file and what it says. */
    record Source(String file, String text) {}

    /**
     * What is asked about, as far as it is known when a block is reached.
     *
     * @param names what a person could call the host
     * @param hosts what is connected to: the HostName, or any of the names where there is none
     */
    record Asked(List<String> names, List<String> hosts, String user, String localUser) {}

    /** Reads a file and what it includes. */
    static ConfigBlock parse(Source source, Includes includes) {
        return parse(source, includes, 0);
    }

    /** What is included holds where the line stands; a Host in there ends with its file. */
    private static ConfigBlock parse(Source source, Includes includes, int depth) {
        List<ConfigPart> all = new ArrayList<>();
        List<ConfigPart> open = all;
        for (ConfigLine line : ConfigLine.all(source.file(), source.text())) {
            switch (line.keyword()) {
                case "host", "match" -> {
                    open = new ArrayList<>();
                    all.add(new ConfigBlock(line, open));
                }
                case "include" -> {
                    for (String pattern : depth < DEEPEST ? line.words() : List.<String>of()) {
                        for (Source included : includes.of(pattern)) {
                            open.add(parse(included, includes, depth + 1));
                        }
                    }
                }
                default -> open.add(new ConfigPart.Said(line));
            }
        }
        return new ConfigBlock(null, all);
    }

    /** Whether the block holds; what it is that nobody understands goes to the remarks. */
    boolean holds(Asked asked, Collection<String> remarks) {
        ConfigLine line = head;
        if (line == null) {
            return true;
        }
        return line.keyword().equals("host") ? list(line.words(), asked.names()) : matches(line, asked, remarks);
    }

    private static boolean matches(ConfigLine line, Asked asked, Collection<String> remarks) {
        // An equals sign may stand between a criterion and its patterns.
        List<String> words = line.words().stream()
                .flatMap(word -> Stream.of(word.split("=", 2)))
                .toList();
        int at = 0;
        while (at < words.size()) {
            String written = words.get(at);
            boolean not = written.startsWith("!");
            String criterion = written.substring(not ? 1 : 0).toLowerCase(Locale.ROOT);
            String argument = at + 1 < words.size() ? words.get(at + 1) : "";
            List<String> values = values(criterion, asked);
            if (values == null) {
                remarks.add(line.remark(" " + written + " is not understood, its lines are left out"));
                return false;
            }
            boolean holds = criterion.equals("all") || list(List.of(argument.split(",", -1)), values);
            if (holds == not) {
                return false;
            }
            at += criterion.equals("all") ? 1 : 2;
        }
        return !words.isEmpty();
    }

    private static @Nullable List<String> values(String criterion, Asked asked) {
        return switch (criterion) {
            case "all" -> List.of();
            case "host" -> asked.hosts();
            case "originalhost" -> asked.names();
            case "user" -> List.of(asked.user());
            case "localuser" -> List.of(asked.localUser());
            default -> null;
        };
    }

    /** Whether the patterns list one of these names, and deny none. */
    private static boolean list(List<String> patterns, List<String> names) {
        return patterns.stream().anyMatch(p -> !p.startsWith("!") && globs(p, names))
                && patterns.stream().noneMatch(p -> p.startsWith("!") && globs(p.substring(1), names));
    }

    private static boolean globs(String pattern, List<String> names) {
        return names.stream().anyMatch(name -> Glob.matchesAnyCase(pattern, name));
    }
}
