package sessionctl.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.MemcachedFlags.Flag;

/** Sets options in a droplet's own memcached.conf and leaves every other byte as it is. */
final class FlagFile {
    /** Lines with their line ends. */
    private final List<String> lines;

    private FlagFile(String original) {
        lines = new ArrayList<>(List.of(original.split("(?<=\n)", -1)));
        lines.removeIf(String::isEmpty);
    }

    /**
     * The file with these directives.
     *
     * @param directives options with their values; an optional one holds only where the file says nothing
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
        FlagFile file = new FlagFile(original);
        wanted.forEach(file::set);
        return String.join("", file.lines);
    }

    /** The first line that has the option takes all its values, the others lose it; what already holds is not touched. */
    private void set(String option, List<Flag> flags) {
        MemcachedFlags now = MemcachedFlags.ofFile(String.join("", lines));
        if (now.agreesOn(List.of(option), new MemcachedFlags(flags))) {
            return;
        }
        List<Flag> fresh = flags;
        for (int i = 0; i < lines.size(); i++) {
            List<Flag> found = MemcachedFlags.ofLine(lines.get(i));
            if (found.stream().anyMatch(f -> f.option().equals(option))) {
                write(i, replaced(found, option, fresh));
                fresh = List.of();
            }
        }
        lines.removeIf(String::isEmpty);
        if (!fresh.isEmpty()) {
            insert(option, fresh);
        }
    }

    /** The flags with new ones in the place of an option's first. */
    private static List<Flag> replaced(List<Flag> found, String option, List<Flag> fresh) {
        List<Flag> flags = new ArrayList<>();
        boolean placed = false;
        for (Flag flag : found) {
            if (!flag.option().equals(option)) {
                flags.add(flag);
            } else if (!placed) {
                flags.addAll(fresh);
                placed = true;
            }
        }
        return flags;
    }

    /** A line without any flag left goes, line end and all. */
    private void write(int index, List<Flag> flags) {
        lines.set(index, flags.isEmpty() ? "" : text(flags) + end(lines.get(index)));
    }

    private static String text(List<Flag> flags) {
        return flags.stream().map(Flag::toString).collect(Collectors.joining(" "));
    }

    private static String end(String line) {
        return line.endsWith("\r\n") ? "\r\n" : line.endsWith("\n") ? "\n" : "";
    }

    /** After the distribution's commented example of the option, else at the end. */
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
