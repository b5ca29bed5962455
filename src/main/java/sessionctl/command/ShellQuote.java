package sessionctl.command;

import java.util.List;
import java.util.stream.Collectors;

/** Quoting for the POSIX shell (POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes). */
public final class ShellQuote {
    /** Without =, since a first word that holds one would be an assignment. */
    private static final String SAFE = "[A-Za-z0-9_./:@%+,-]+";

    private ShellQuote() {}

    /**
     * One word that the shell hands on unchanged.
     *
     * @throws IllegalArgumentException if the word holds NUL, which no argument of a process can
     */
    public static String quote(String word) {
        if (word.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL byte cannot be part of a shell word");
        }
        return word.matches(SAFE) ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Words, each quoted, with spaces between. */
    public static String join(List<String> words) {
        return words.stream().map(ShellQuote::quote).collect(Collectors.joining(" "));
    }
}
