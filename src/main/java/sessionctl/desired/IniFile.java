package sessionctl.desired;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Sets directives in a droplet's own ini file, commented or not, and leaves every other byte as it is.
 *
 * <p>As PHP reads it (main/php_ini.c, php_ini_parser_cb): the last assignment wins, and names of sections mean nothing, except
 * that everything from the first {@code [HOST=…]} or {@code [PATH=…]} to the end of the file counts for such a host or
 * folder only. An ordinary section after it does not change that.
 */
final class IniFile {
    /**
     * PHP goes by how the name of a section begins: [Hosting] is the section of a host called ing. The bare names HOST and
     * PATH are ordinary sections, and so is a name that begins with a space. Double quotes and variables do not count.
     */
    private static final Pattern SPECIAL = Pattern.compile(
            "\\[(?:(?:[ \t]*+(?:\"|\\$\\{[^}]*+}))++|')?+(HOST|PATH)(?![\"']?+]|[\"'][ \t]*+])",
            Pattern.CASE_INSENSITIVE);

    /** PHP ends a line at any of the three. */
    private static final Pattern LINES = Pattern.compile("(?<=\n)|(?<=\r)(?!\n)");

    /** Lines with their line ends. */
    private final List<String> lines;

    private final String lineEnd;

    private IniFile(String original) {
        lines = new ArrayList<>(List.of(LINES.split(original, -1)));
        lines.removeIf(String::isEmpty);
        lineEnd = original.contains("\r\n") ? "\r\n" : "\n";
    }

    /** The file with these directives. */
    static String with(String original, List<Directive> directives) {
        IniFile file = new IniFile(original);
        directives.forEach(file::set);
        return String.join("", file.lines);
    }

    /** Those of the directives whose names the file assigns for every host and path, whatever the values. */
    static List<Directive> assigned(String content, List<Directive> directives) {
        IniFile file = new IniFile(content);
        return directives.stream()
                .filter(directive -> !file.matching(active(directive)).isEmpty())
                .toList();
    }

    private static Pattern active(Directive directive) {
        String key = Pattern.quote(directive.name());
        return Pattern.compile("\\s*" + key + "\\s*=.*", Pattern.DOTALL);
    }

    private void set(Directive directive) {
        String key = Pattern.quote(directive.name());
        List<Integer> active = matching(active(directive));
        List<Integer> commented = matching(Pattern.compile(";[ \t]?" + key + "\\s*=.*", Pattern.DOTALL));
        if (!active.isEmpty() && (directive.optional() || sets(last(active), directive.text()))) {
            return;
        }
        if (!active.isEmpty()) {
            replace(last(active), directive.text());
        } else if (!commented.isEmpty()) {
            replace(commented.get(0), directive.text());
        } else {
            insert(directive.text());
        }
    }

    private static int last(List<Integer> indices) {
        return indices.get(indices.size() - 1);
    }

    /** Whether a line already assigns this, in whatever spacing. */
    private boolean sets(int index, String text) {
        return squeezed(lines.get(index)).equals(squeezed(text));
    }

    private static String squeezed(String line) {
        int sign = line.indexOf('=');
        return sign < 0
                ? line.strip() + "="
                : line.substring(0, sign).strip() + "="
                        + line.substring(sign + 1).strip();
    }

    /** Indices of the lines that match and count for every host and path. */
    private List<Integer> matching(Pattern pattern) {
        return IntStream.range(0, common())
                .filter(i -> pattern.matcher(lines.get(i)).matches())
                .boxed()
                .toList();
    }

    /** How many lines count for every host and path. */
    private int common() {
        for (int i = 0; i < lines.size(); i++) {
            if (SPECIAL.matcher(lines.get(i).stripLeading()).lookingAt()) {
                return i;
            }
        }
        return lines.size();
    }

    private static int endLength(String line) {
        return line.endsWith("\r\n") ? 2 : line.endsWith("\n") || line.endsWith("\r") ? 1 : 0;
    }

    private void replace(int index, String text) {
        String old = lines.get(index);
        lines.set(index, text + old.substring(old.length() - endLength(old)));
    }

    /** At the end, or before the first section that counts for one host or path only. */
    private void insert(String text) {
        int at = common();
        if (at > 0 && endLength(lines.get(at - 1)) == 0) {
            lines.set(at - 1, lines.get(at - 1) + lineEnd);
        }
        lines.add(at, text + lineEnd);
    }
}
