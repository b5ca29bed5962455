package sessionctl.state;

import java.util.Set;

/**
 * A setting of PHP's sessions in a file that is not ours, or a file that was not searched for any.
 *
 * @param line its number in the file, or the first and last number, as in 2-4; 0 for a file that was not searched
 * @param name of the setting
 * @param value as PHP reads it; why a file was not searched
 * @param words what is special about it
 */
public record Elsewhere(String file, String line, String name, String value, Set<String> words) {
    /** Copies the words. */
    public Elsewhere {
        words = Set.copyOf(words);
    }

    /** Whether the file was not searched. */
    public boolean unread() {
        return name.equals("unread");
    }

    /** Whether it is all that stands in its line. */
    public boolean alone() {
        return !line.contains("-") && !words.contains("shared");
    }

    /** Whether it is not known if the web server reads the file. */
    public boolean uncertain() {
        return words.contains("maybe");
    }
}
