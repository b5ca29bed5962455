package sessionctl.desired;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/** The words of a php.ini as PHP's scanner takes them (Zend/zend_ini_scanner.l in its normal mode). */
abstract class IniScanner {
    private static final List<String> WORDS = List.of("true", "on", "yes", "false", "off", "no", "none", "null");
    private static final String BLANKS = " \t";

    /** What the directives are up to here, for variables; a list of values is none. */
    final Map<String, String> values = new HashMap<>();

    /** A character for each byte. */
    final String text;

    /** The next character. */
    int at;

    IniScanner(String text) {
        this.text = text;
    }

    /** A statement that PHP does not understand. */
    static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        Fault() {
            super(null, null, false, false);
        }
    }

    /** The character at a place; 0 behind the end, as in PHP's buffer. */
    char charAt(int place) {
        return place < text.length() ? text.charAt(place) : 0;
    }

    boolean ends() {
        return at >= text.length();
    }

    boolean startsLine() {
        char before = at == 0 ? '\n' : text.charAt(at - 1);
        return before == '\n' || (before == '\r' && charAt(at) != '\n');
    }

    static boolean isNewline(char c) {
        return c == '\n' || c == '\r';
    }

    int blanks(int from) {
        int end = from;
        while (end < text.length() && BLANKS.indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    int lineEnd(int from) {
        int end = from;
        while (end < text.length() && !isNewline(text.charAt(end))) {
            end++;
        }
        return end;
    }

    int behindNewline(int from) {
        return from + (charAt(from) == '\r' && charAt(from + 1) == '\n' ? 2 : isNewline(charAt(from)) ? 1 : 0);
    }

    private static boolean inLabel(int c) {
        return "=\n\r\t;&|^$~(){}!\"[".indexOf(c) < 0;
    }

    int label(int from) {
        int end = from;
        while (end < text.length() && inLabel(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Whether what stands here up to there is one of the words that are no name. */
    boolean isWord(int end) {
        int last = at;
        while (last < end && Character.isLetter(text.charAt(last))) {
            last++;
        }
        return blanks(last) >= end && WORDS.contains(text.substring(at, last).toLowerCase(Locale.ROOT));
    }

    static String trimmed(String words) {
        int start = 0;
        int end = words.length();
        while (start < end && BLANKS.indexOf(words.charAt(start)) >= 0) {
            start++;
        }
        while (end > start && BLANKS.indexOf(words.charAt(end - 1)) >= 0) {
            end--;
        }
        return words.substring(start, end);
    }

    /**
     * Takes in the characters of a word, as many as there may be.
     *
     * @param plain which characters stand for themselves; a dollar takes the next one along
     * @param escapes whether a backslash takes the next one along
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

    /** Where the characters of a word end that begins here. */
    int run(IntPredicate plain, boolean escapes) {
        // A dollar before a backslash can be read in two ways, of which the longer one counts.
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

    /** Takes in a quoted text or a variable, if one stands here. */
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

    /** Whether a text ends behind this backslash, as in {@code "C:\path\"}. */
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
