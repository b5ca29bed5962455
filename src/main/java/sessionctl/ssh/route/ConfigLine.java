package sessionctl.ssh.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of ssh_config(5) that is not blank and not a comment.
 *
 * @param file the file's name for messages
 * @param number the line's number, from 1
 * @param keyword in lower case
 * @param written the keyword as it is written
 * @param words the arguments, without quotes and without a comment at the end
 * @param inner the lines below a Host or Match line, or those of the files that an Include line names
 */
public record ConfigLine(
        String file, int number, String keyword, String written, List<String> words, List<ConfigLine> inner) {
    private static final Pattern LINE = Pattern.compile("\\s*+([A-Za-z][A-Za-z0-9]*+)(?:\\s*+=\\s*+|\\s++|$)(.*)");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(#.*)|([^\\s\"]\\S*)");

    /**
     * Parses a file. The lines of an included file apply where the Include line stands; a Host or Match block in it
     * ends with that file.
     *
     * @param includes returns the lines of the readable files that match a pattern
     */
    public static List<ConfigLine> parse(String file, String text, Function<String, List<ConfigLine>> includes) {
        List<ConfigLine> all = new ArrayList<>();
        List<ConfigLine> open = all;
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            ConfigLine line = of(file, number, raw).orElse(null);
            if (line == null) {
                continue;
            }
            switch (line.keyword) {
                case "host", "match" -> {
                    all.add(line);
                    open = line.inner;
                }
                case "include" -> {
                    line.words.forEach(pattern -> line.inner.addAll(includes.apply(pattern)));
                    open.add(line);
                }
                default -> open.add(line);
            }
        }
        return all;
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
        return Optional.of(
                new ConfigLine(file, number, keyword.toLowerCase(Locale.ROOT), keyword, words, new ArrayList<>()));
    }

    /** Returns the first argument; empty if there is none. */
    String word() {
        return words.isEmpty() ? "" : words.get(0);
    }

    /**
     * Returns a warning that begins with file, line number and keyword.
     *
     * @param sentence continues the keyword; begins with a space
     */
    String warning(String sentence) {
        return file + ":" + number + ": " + written + sentence;
    }
}
