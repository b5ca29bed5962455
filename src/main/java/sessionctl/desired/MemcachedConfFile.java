package sessionctl.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sessionctl.ini.Directive;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.MemcachedFlags.Flag;

/** Sets options in a droplet's memcached.conf and keeps every other byte. */
final class MemcachedConfFile {
    /** The lines, line ends included. */
    private final List<String> lines;

    private MemcachedConfFile(String original) {
        lines = new ArrayList<>(List.of(original.split("(?<=\n)", -1)));
        lines.removeIf(String::isEmpty);
    }

    /**
     * Returns the file with these directives.
     *
     * @param directives options with their values; an optional one is only set if the file does not contain the option
     */
    static String with(String original, List<Directive> directives) {
        MemcachedFlags before = MemcachedFlags.ofFile(original);
        Map<String, List<Flag>> wanted = new LinkedHashMap<>();
        for (Directive directive : directives) {
            for (Flag flag : MemcachedFlags.ofLine(directive.text())) {
                boolean present = !before.values(flag.option()).isEmpty();
                if (!(directive.optional() && present)) {
                    wanted.computeIfAbsent(flag.option(), o -> new ArrayList<>())
                            .add(flag);
                }
            }
        }
        MemcachedConfFile file = new MemcachedConfFile(original);
        wanted.forEach(file::set);
        return String.join("", file.lines);
    }

    /**
     * Sets an option. The first line that has it gets all values, and other lines lose it. If the values are equal
     * already, no line changes.
     */
    private void set(String option, List<Flag> flags) {
        MemcachedFlags now = MemcachedFlags.ofFile(String.join("", lines));
        if (now.agreesOn(List.of(option), new MemcachedFlags(flags))) {
            return;
        }
        List<Flag> fresh = flags;
        for (int i = 0; i < lines.size(); i++) {
            List<Flag> found = new ArrayList<>(MemcachedFlags.ofLine(lines.get(i)));
            int first = found.stream().map(Flag::option).toList().indexOf(option);
            if (first >= 0) {
                found.removeIf(f -> f.option().equals(option));
                found.addAll(first, fresh);
                lines.set(i, found.isEmpty() ? "" : text(found) + end(lines.get(i)));
                fresh = List.of();
            }
        }
        lines.removeIf(String::isEmpty);
        if (!fresh.isEmpty()) {
            insert(option, fresh);
        }
    }

    private static String text(List<Flag> flags) {
        return flags.stream().map(Flag::toString).collect(Collectors.joining(" "));
    }

    private static String end(String line) {
        return line.endsWith("\r\n") ? "\r\n" : line.endsWith("\n") ? "\n" : "";
    }

    /** Inserts a line after the distribution's commented example of the option, or at the end of the file. */
    private void insert(String option, List<Flag> flags) {
        String lineEnd = lines.isEmpty() || !lines.get(0).endsWith("\r\n") ? "\n" : "\r\n";
        int at = lines.size();
        Pattern example = Pattern.compile("(?s)#\\s*" + option + "(\\s.*)?");
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (example.matcher(lines.get(i).strip()).matches()) {
                at = i + 1;
            }
        }
        if (at > 0 && end(lines.get(at - 1)).isEmpty()) {
            lines.set(at - 1, lines.get(at - 1) + lineEnd);
        }
        lines.add(at, text(flags) + lineEnd);
    }
}
