package sessionctl.state;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of a file that sets a PHP setting of sessions, or another line of overrides.sh.
 *
 * @param line the line number, or the first and last one as in 2-4; 0 for a file that was not read
 * @param name the setting's name; {@code unread}, {@code listen} and {@code handler} have another meaning
 * @param value the value as PHP reads it; for a file that was not read, the reason
 * @param words properties of the setting, such as {@code shared} and {@code maybe}
 */
public record Assignment(String file, String line, String name, String value, Set<String> words) {
    private static final Pattern SAPI = Pattern.compile("/etc/php/?([0-9.]{1,9})/(apache2|fpm)/.*");
    private static final Set<String> OTHERS = Set.of("unread", "listen", "handler");

    public Assignment {
        words = Set.copyOf(words);
    }

    /** Returns true if the file was not read. */
    public boolean isUnread() {
        return name.equals("unread");
    }

    /** Returns true if the line sets a PHP setting. */
    public boolean isSetting() {
        return !OTHERS.contains(name);
    }

    /** Returns true if the line contains nothing else, in a file that is not another user's link. */
    public boolean isOnlyOne() {
        return !line.contains("-") && !words.contains("shared");
    }

    /** Returns true if Apache's configuration does not show whether Apache reads the file. */
    public boolean isUncertain() {
        return words.contains("maybe");
    }

    /** Returns true if the line applies to some hosts, sites or folders only. */
    public boolean isPart() {
        return words.contains("part");
    }

    /** Returns true if nothing in the folder of a site can change the value. */
    public boolean isAdmin() {
        return words.contains("admin");
    }

    /** Returns the value of a word NAME=VALUE; empty without that word. */
    public String word(String word) {
        return words.stream()
                .filter(w -> w.startsWith(word + "="))
                .map(w -> w.substring(word.length() + 1))
                .findFirst()
                .orElse("");
    }

    /** Returns the PHP that reads the file; null if others may read it, too. */
    public @Nullable PhpLayout php() {
        String[] sapi = word("sapi").split("/", -1);
        Matcher matcher = SAPI.matcher(file);
        return sapi.length == 2
                ? new PhpLayout(sapi[0], sapi[1].equals("fpm"))
                : matcher.matches()
                        ? new PhpLayout(matcher.group(1), matcher.group(2).equals("fpm"))
                        : null;
    }

    /** Returns file and line, as messages show them. */
    public String place() {
        return file + ":" + line;
    }
}
