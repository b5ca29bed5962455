package sessionctl.inventory;

import java.util.List;
import java.util.Locale;

/**
 * Matches patterns in which {@code *} stands for any characters and {@code ?} for one. Backtracks to the last star
 * only.
 */
public final class Glob {
    private Glob() {}

    /** Returns true if the pattern matches the complete text, ignoring case. */
    public static boolean matchesAnyCase(String pattern, String text) {
        return matches(pattern.toLowerCase(Locale.ROOT), text.toLowerCase(Locale.ROOT));
    }

    /**
     * Returns true if a pattern matches one of these texts and no pattern after an exclamation mark does, ignoring case
     * (PATTERNS in ssh_config(5)).
     */
    public static boolean matchesList(List<String> patterns, List<String> texts) {
        return patterns.stream().anyMatch(p -> !p.startsWith("!") && matchesOne(p, texts))
                && patterns.stream().noneMatch(p -> p.startsWith("!") && matchesOne(p.substring(1), texts));
    }

    private static boolean matchesOne(String pattern, List<String> texts) {
        return texts.stream().anyMatch(text -> matchesAnyCase(pattern, text));
    }

    /** Returns true if the pattern matches the complete text. */
    public static boolean matches(String pattern, String text) {
        int at = 0;
        int star = -1;
        int retry = 0;
        int next = 0;
        while (at < text.length()) {
            if (pattern.startsWith("*", next)) {
                star = next++;
                retry = at;
            } else if (like(pattern, next, text.charAt(at))) {
                next++;
                at++;
            } else if (star >= 0) {
                // The last star takes one more character. The part before it need not be tried again.
                next = star + 1;
                at = ++retry;
            } else {
                return false;
            }
        }
        while (pattern.startsWith("*", next)) {
            next++;
        }
        return next == pattern.length();
    }

    private static boolean like(String pattern, int at, char letter) {
        return at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == letter);
    }
}
