package sessionctl.desired;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sets directives in a droplet's own ini file, commented or not, and leaves every other byte as it is.
 *
 * <p>As PHP reads it (main/php_ini.c): the last assignment wins, section names mean nothing, except that what follows
 * {@code [HOST=…]} or {@code [PATH=…]} counts only there, until the next section.
 */
final class IniFile {
    private static final Pattern SPECIAL = Pattern.compile("\\s*\\[\\s*(HOST|PATH)\\s*=.*", Pattern.CASE_INSENSITIVE);

    /** Lines with their line ends. */
    private final List<String> lines;

    private final String lineEnd;

    private IniFile(String original) {
        lines = new ArrayList<>(List.of(original.split("(?<=\n)", -1)));
        lines.removeIf(String::isEmpty);
        lineEnd = original.contains("\r\n") ? "\r\n" : "\n";
    }

    /** The file with these directives. */
    static String with(String original, List<Directive> directives) {
        IniFile file = new IniFile(original);
        directives.forEach(file::set);
        return String.join("", file.lines);
    }

    private void set(Directive directive) {
        Matcher name = Pattern.compile("([^=\\s]+)\\s*=").matcher(directive.text());
        if (!name.lookingAt()) {
            throw new IllegalArgumentException("not a directive: " + directive.text());
        }
        String key = Pattern.quote(name.group(1));
        List<Integer> active = matching(Pattern.compile("\\s*" + key + "\\s*=.*", Pattern.DOTALL));
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
        String[] sides = line.strip().split("\\s*=\\s*", 2);
        return sides[0] + "=" + (sides.length == 2 ? sides[1] : "");
    }

    /** Indices of the lines that match and count for every host and path. */
    private List<Integer> matching(Pattern pattern) {
        List<Integer> found = new ArrayList<>();
        boolean special = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.stripLeading().startsWith("[")) {
                special = SPECIAL.matcher(line.strip()).matches();
            } else if (!special && pattern.matcher(line).matches()) {
                found.add(i);
            }
        }
        return found;
    }

    private void replace(int index, String text) {
        String old = lines.get(index);
        String end = old.endsWith("\r\n") ? "\r\n" : old.endsWith("\n") ? "\n" : "";
        lines.set(index, text + end);
    }

    /** At the end, or before the first section that counts for one host or path only. */
    private void insert(String text) {
        int at = lines.size();
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (SPECIAL.matcher(lines.get(i).strip()).matches()) {
                at = i;
            }
        }
        if (at > 0 && !lines.get(at - 1).endsWith("\n")) {
            lines.set(at - 1, lines.get(at - 1) + lineEnd);
        }
        lines.add(at, text + lineEnd);
    }
}
