package sessionctl.inventory;

import java.util.Locale;

/** A pattern with {@code *} for any letters and {@code ?} for one, compared without backtracking over more than one star. */
public final class Glob {
    private Glob() {}

    /** Whether the whole text is like the pattern; upper and lower case are the same. */
    public static boolean matchesAnyCase(String pattern, String text) {
        return matches(pattern.toLowerCase(Locale.ROOT), text.toLowerCase(Locale.ROOT));
    }

    /** Whether the whole text is like the pattern. */
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
                // The last star takes one letter more; what stood before it need not be tried again.
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
