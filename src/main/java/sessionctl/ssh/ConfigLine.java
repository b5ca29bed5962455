package sessionctl.ssh;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of ssh_config(5) that says something.
 *
 * @param file as people know it
 * @param keyword in small letters
 * @param written the keyword as it is written
 */
record ConfigLine(String file, int number, String keyword, String written, List<String> words) {
    private static final Pattern LINE = Pattern.compile("\\s*+([A-Za-z][A-Za-z0-9]*+)(?:\\s*+=\\s*+|\\s++|$)(.*)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(#.*)|([^\\s\"]\\S*)");

    ConfigLine {
        words = List.copyOf(words);
    }

    /** The lines of a file that say something. */
    static List<ConfigLine> all(String file, String text) {
        List<ConfigLine> lines = new ArrayList<>();
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            of(file, number, raw).ifPresent(lines::add);
        }
        return lines;
    }

    private static Optional<ConfigLine> of(String file, int number, String raw) {
        Matcher line = LINE.matcher(raw.stripTrailing());
        if (!line.matches()) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line.group(2));
        while (word.find() && word.group(2) == null) {
            words.add(word.group(1) == null ? word.group(3) : word.group(1));
        }
        String keyword = line.group(1);
        return Optional.of(new ConfigLine(file, number, keyword.toLowerCase(Locale.ROOT), keyword, words));
    }

    /** Its first word; empty if it has none. */
    String word() {
        return words.isEmpty() ? "" : words.get(0);
    }

    /** Whether it says yes. */
    boolean yes() {
        return word().equalsIgnoreCase("yes") || word().equalsIgnoreCase("true");
    }

    /** A sentence about it. */
    String remark(String sentence) {
        return file + ":" + number + ": " + written + sentence;
    }
}
