package sessionctl.ini;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/** Scans the words of a php.ini as PHP does (Zend/zend_ini_scanner.l in its normal mode). */
abstract class IniScanner {
    private static final List<String> WORDS = List.of("true", "on", "yes", "false", "off", "no", "none", "null");
    private static final String BLANKS = " \t";

    /** The values of directives so far, for use as variables. Lists of values are left out. */
    final Map<String, String> values = new HashMap<>();

    /** The text, one character for each byte. */
    final String text;

    /** The offset of the next character. */
    int at;

    IniScanner(String text) {
        this.text = text;
    }

    /** Thrown for a statement that PHP does not understand. */
    static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        Fault() {
            super(null, null, false, false);
        }
    }

    /** Returns the character at an offset; 0 after the end, as in PHP's buffer. */
    char charAt(int place) {
        return place < text.length() ? text.charAt(place) : 0;
    }

    boolean ends() {
        return at >= text.length();
    }

    boolean startsLine(int place) {
        char before = place == 0 ? '\n' : text.charAt(place - 1);
        return before == '\n' || (before == '\r' && charAt(place) != '\n');
    }

    static boolean isNewline(char c) {
        return c == '\n' || c == '\r';
    }

    /** Returns the offset of the first character that is not of this kind. */
    private int skip(int from, IntPredicate kind) {
        int end = from;
        while (end < text.length() && kind.test(text.charAt(end))) {
            end++;
        }
        return end;
    }

    int blanks(int from) {
        return skip(from, c -> BLANKS.indexOf(c) >= 0);
    }

    int lineEnd(int from) {
        return skip(from, c -> c != '\n' && c != '\r');
    }

    int behindNewline(int from) {
        return from + (charAt(from) == '\r' && charAt(from + 1) == '\n' ? 2 : isNewline(charAt(from)) ? 1 : 0);
    }

    private static boolean inLabel(int c) {
        return "=\n\r\t;&|^$~(){}!\"[".indexOf(c) < 0;
    }

    int label(int from) {
        return skip(from, IniScanner::inLabel);
    }

    /** Returns true if the text from here to an offset is one of the words that cannot be a name. */
    boolean isWord(int end) {
        int last = at;
        while (last < end && Character.isLetter(text.charAt(last))) {
            last++;
        }
        return blanks(last) >= end && WORDS.contains(text.substring(at, last).toLowerCase(Locale.ROOT));
    }

    static String trimmed(String words) {
        return trimmed(words, BLANKS, BLANKS);
    }

    /** Returns a text without these characters at its start and at its end. */
    static String trimmed(String words, String atStart, String atEnd) {
        int start = 0;
        int end = words.length();
        while (end > start && atEnd.indexOf(words.charAt(end - 1)) >= 0) {
            end--;
        }
        while (start < end && atStart.indexOf(words.charAt(start)) >= 0) {
            start++;
        }
        return words.substring(start, end);
    }

    /**
     * Consumes the characters of a word, as many as possible.
     *
     * @param plain accepts characters without a special meaning; a dollar also takes the next character
     * @param escapes true if a backslash takes the next character
     */
    void run(IntPredicate plain, boolean escapes, StringBuilder taken) throws Fault {
        int from = at;
        int end = run(plain, escapes);
        if (end == from) {
            throw new Fault();
        }
        taken.append(text, from, end);
        at = end;
    }

    /** Returns the offset of the end of a word that begins here. */
    int run(IntPredicate plain, boolean escapes) {
        // A dollar before a backslash can be read in two ways. The longer word counts.
        TreeSet<Integer> ends = new TreeSet<>(List.of(at));
        int end = at;
        while (!ends.isEmpty() && end < text.length()) {
            end = ends.first();
            ends.remove(end);
            while (ends.isEmpty() && end < text.length() && plain.test(text.charAt(end))) {
                end++;
            }
            if (end < text.length()) {
                ends.addAll(following(end, plain, escapes));
            }
        }
        return end;
    }

    private List<Integer> following(int end, IntPredicate plain, boolean escapes) {
        char c = charAt(end);
        char next = charAt(end + 1);
        if (plain.test(c)) {
            return List.of(end + 1);
        }
        boolean two = end + 1 < text.length();
        if (c == '\\' && escapes && two) {
            return List.of(end + 2);
        }
        if (c != '$' || next == '{' || next == 0) {
            return List.of();
        }
        return next == '\\' && end + 2 < text.length() ? List.of(end + 2, end + 3) : List.of(end + 2);
    }

    /** Consumes a quoted text or a variable, if one begins here. Returns false otherwise. */
    boolean quotedOrVariable(StringBuilder taken) throws Fault {
        int quote = blanks(at);
        int raw = charAt(at) == '\'' ? text.indexOf('\'', at + 1) : -1;
        if (raw > at + 1) {
            taken.append(text, at + 1, raw);
            at = raw + 1;
        } else if (charAt(quote) == '"') {
            at = quote + 1;
            encapsed(taken);
        } else if (text.startsWith("${", at)) {
            variable(taken);
        } else {
            return false;
        }
        return true;
    }

    private void encapsed(StringBuilder taken) throws Fault {
        while (charAt(at) != '"') {
            if (ends()) {
                throw new Fault();
            }
            if (text.startsWith("${", at)) {
                variable(taken);
            } else {
                int from = at;
                do {
                    at += charAt(at) == '\\' && !endsWithBackslash() ? 2 : 1;
                } while (!ends() && charAt(at) != '"' && !text.startsWith("${", at));
                at = Math.min(at, text.length());
                taken.append(text, from, at);
            }
        }
        at = blanks(at + 1);
    }

    /** Returns true if a quoted text ends after this backslash, as in {@code "C:\path\"}. */
    private boolean endsWithBackslash() {
        boolean last = at + 2 >= text.length() || isNewline(charAt(at + 2));
        return charAt(at + 1) == '"' && last;
    }

    private void variable(StringBuilder taken) throws Fault {
        int from = at + 2;
        int end = label(from);
        if (end == from || charAt(end) != '}') {
            throw new Fault();
        }
        taken.append(values.getOrDefault(trimmed(text.substring(from, end)), ""));
        at = end + 1;
    }
}
