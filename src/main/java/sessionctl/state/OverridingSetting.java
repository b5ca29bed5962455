package sessionctl.state;

import java.util.Set;

/**
 * A setting of PHP's sessions in a file that sessionctl does not manage, or a file that was not searched.
 *
 * @param line the line number, or the first and last one as in 2-4; 0 for a file that was not searched
 * @param name the setting's name; {@code unread} for a file that was not searched
 * @param value the value as PHP reads it; for a file that was not searched, the reason
 * @param words properties of the setting, such as {@code shared} and {@code maybe}
 */
public record OverridingSetting(String file, String line, String name, String value, Set<String> words) {
    public OverridingSetting {
        words = Set.copyOf(words);
    }

    /** Returns true if the file was not searched. */
    public boolean isUnread() {
        return name.equals("unread");
    }

    /** Returns true if the line contains nothing else. */
    public boolean isOnlyOne() {
        return !line.contains("-") && !words.contains("shared");
    }

    /** Returns true if the setting has a line of its own, in a file that is not another user's link. */
    public boolean isUncertain() {
        return words.contains("maybe");
    }
}
