package sessionctl.command;

import java.util.List;
import java.util.stream.Collectors;

/** Quoting for the POSIX shell (POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes). */
public final class ShellQuote {
    /** Words that need no quotes. "=" is excluded, because a first word that contains one would be an assignment. */
    private static final String SAFE = "[A-Za-z0-9_./:@%+,-]+";

    private ShellQuote() {}

    /**
     * Returns the word quoted, so that the shell passes it on unchanged.
     *
     * @throws IllegalArgumentException if the word contains NUL, which no argument of a process can
     */
    public static String quote(String word) {
        if (word.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL byte cannot be part of a shell word");
        }
        return word.matches(SAFE) ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Returns the words, each quoted, separated by spaces. */
    public static String join(List<String> words) {
        return words.stream().map(ShellQuote::quote).collect(Collectors.joining(" "));
    }
}
