package sessionctl.desired;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Reads a php.ini as PHP does (Zend/zend_ini_scanner.l in its normal mode, zend_ini_parser.y; main/php_ini.c,
 * php_ini_parser_cb), as far as it counts for every host and path.
 *
 * <p>The last assignment wins, and names of sections mean nothing, except that everything from the first section whose
 * name begins with HOST or PATH to the end of the file counts for such a host or folder only. A statement that PHP does
 * not understand is the last one that it reads. The text has a character for each byte.
 */
final class IniParser {
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
    private static final List<String> WORDS = List.of("true", "on", "yes", "false", "off", "no", "none", "null");
    private static final String BLANKS = " \t";

    /**
     * An assignment.
     *
     * @param name as PHP compares it
     * @param value as it is written, a comment behind it included
     * @param start where it begins; at the beginning of its line where nothing else stands before it
     * @param end of the line that it ends in
     */
    record Entry(String name, String value, int start, int end) {}

    /** A comment that is a whole line. */
    record Comment(String text, int start, int end) {}

    /** A statement that PHP does not understand. */
    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        private Fault() {
            super(null, null, false, false);
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final List<Comment> comments = new ArrayList<>();

    /** What the directives are up to here, for variables; a list of values is none. */
    private final Map<String, String> values = new HashMap<>();

    private final String text;
    private int at;

    /** The last beginning of a line at which a statement began. */
    private int boundary;

    private int faultLine;

    /** Whether the last line may go on behind the end of the file. */
    private boolean open;

    /** Whether the last line ends with a dollar that would belong to what follows. */
    private boolean swallows;

    private IniParser(String text) {
        this.text = text;
    }

    /** Reads a text. */
    static IniParser of(String text) {
        IniParser parser = new IniParser(text);
        parser.at = text.startsWith(BYTE_ORDER_MARK) && text.length() > BYTE_ORDER_MARK.length()
                ? BYTE_ORDER_MARK.length()
                : 0;
        parser.boundary = parser.at;
        try {
            while (parser.statement()) {
                // It has been taken in.
            }
        } catch (Fault e) {
            parser.faultLine = (int) parser.startsOfLines(parser.boundary);
        }
        return parser;
    }

    /** The assignments that count for every host and path, in order. */
    List<Entry> entries() {
        return entries;
    }

    /** The comments among them. */
    List<Comment> comments() {
        return comments;
    }

    /** Where an assignment that counts for every host and path may come last: the beginning of a line, or the end. */
    int end() {
        return boundary;
    }

    /** Whether a line end must come before what is put there. */
    boolean isOpen() {
        return open;
    }

    /** The line from 1 of what ends PHP's reading before any section of a host or path; 0 where nothing does. */
    int faultLine() {
        return faultLine;
    }

    private long startsOfLines(int until) {
        int saved = at;
        long lines = 1;
        for (at = 0; at < until; at++) {
            lines += at > 0 && startsLine() ? 1 : 0;
        }
        lines += at > 0 && startsLine() ? 1 : 0;
        at = saved;
        return lines;
    }

    /** The character at a place; 0 behind the end, as in PHP's buffer. */
    private char charAt(int place) {
        return place < text.length() ? text.charAt(place) : 0;
    }

    private boolean ends() {
        return at >= text.length();
    }

    private boolean startsLine() {
        char before = at == 0 ? '\n' : text.charAt(at - 1);
        return before == '\n' || (before == '\r' && charAt(at) != '\n');
    }

    private static boolean isNewline(char c) {
        return c == '\n' || c == '\r';
    }

    private int blanks(int from) {
        int end = from;
        while (end < text.length() && BLANKS.indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    private int lineEnd(int from) {
        int end = from;
        while (end < text.length() && !isNewline(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private int behindNewline(int from) {
        return from + (charAt(from) == '\r' && charAt(from + 1) == '\n' ? 2 : isNewline(charAt(from)) ? 1 : 0);
    }

    /** Takes in what stands next outside of any value; false where PHP reads no further for every host and path. */
    private boolean statement() throws Fault {
        if (startsLine()) {
            boundary = at;
        }
        int next = blanks(at);
        int label = label(at);
        if (ends() || (next >= text.length() && label <= at)) {
            // A dollar at the end takes a line end along, which nothing may add to another's value.
            boundary = swallows ? boundary : text.length();
            open = !swallows && (open || (at > 0 && !startsLine()));
            return false;
        }
        char c = charAt(next);
        if (isNewline(c)) {
            at = behindNewline(next);
        } else if (c == ';') {
            comment(next);
        } else if (c != '=' && label > at) {
            named(label);
        } else if (c == '[' && next == at) {
            return section();
        } else if (c != '=' && next > at) {
            at = next;
        } else {
            throw new Fault();
        }
        return true;
    }

    private void comment(int from) {
        int end = lineEnd(from);
        if (from == boundary) {
            comments.add(new Comment(text.substring(from, end), from, end));
        }
        at = behindNewline(end);
    }

    private static boolean inLabel(int c) {
        return "=\n\r\t;&|^$~(){}!\"[".indexOf(c) < 0;
    }

    private int label(int from) {
        int end = from;
        while (end < text.length() && inLabel(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** A directive, or its name alone, which ends here. */
    private void named(int end) throws Fault {
        int start = blanks(boundary) >= at ? boundary : at;
        String name = trimmed(text.substring(at, end));
        if (isWord(end)) {
            throw new Fault();
        }
        at = end;
        boolean list = charAt(end) == '[';
        if (list) {
            at = blanks(end + 1);
            offset();
        }
        int sign = blanks(at);
        if (charAt(sign) == '=') {
            at = blanks(sign + 1);
            value(name, start, list);
        } else if (list) {
            throw new Fault();
        }
    }

    /** Whether what stands here up to there is one of the words that are no name. */
    private boolean isWord(int end) {
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

    /** A section's name; false where what follows counts for a host or path only. */
    private boolean section() throws Fault {
        at++;
        StringBuilder name = new StringBuilder();
        while (charAt(at) != ']') {
            if (!quotedOrVariable(name)) {
                run(IniParser::inSection, true, name);
            }
        }
        at = blanks(at + 1);
        if (isSpecial(name.toString())) {
            return false;
        }
        at = behindNewline(at);
        return true;
    }

    private static boolean inSection(int c) {
        return "$\n\r;\"']\\".indexOf(c) < 0;
    }

    /** Whether it is for one host or path. A name that an assignment before it has is no section's, so it begins none. */
    private boolean isSpecial(String name) {
        boolean path = name.regionMatches(true, 0, "PATH", 0, 4);
        if (name.length() <= 4 || !(path || name.regionMatches(true, 0, "HOST", 0, 4))) {
            return false;
        }
        String of = name.substring(4);
        int end = of.length();
        while (end > 0 && "/\\".indexOf(of.charAt(end - 1)) >= 0) {
            end--;
        }
        int start = 0;
        while (start < end && "= \t".indexOf(of.charAt(start)) >= 0) {
            start++;
        }
        String key = of.substring(start, end);
        return !values.containsKey(path ? key : key.toLowerCase(Locale.ROOT));
    }

    private void offset() throws Fault {
        StringBuilder ignored = new StringBuilder();
        while (charAt(blanks(at)) != ']') {
            if (!quotedOrVariable(ignored)) {
                run(IniParser::inSection, true, ignored);
            }
        }
        at = blanks(at) + 1;
    }

    /**
     * Takes in the characters of a word, as many as there may be.
     *
     * @param plain which characters stand for themselves; a dollar takes the next one along
     * @param escapes whether a backslash takes the next one along
     */
    private void run(IntPredicate plain, boolean escapes, StringBuilder taken) throws Fault {
        int from = at;
        int end = run(plain, escapes);
        if (end == from) {
            throw new Fault();
        }
        taken.append(text, from, end);
        at = end;
    }

    private int run(IntPredicate plain, boolean escapes) {
        // A dollar before a backslash can be read in two ways, of which the longer one counts.
        TreeSet<Integer> ends = new TreeSet<>(List.of(at));
        int end = at;
        while (!ends.isEmpty()) {
            end = ends.first();
            ends.remove(end);
            while (ends.isEmpty() && end < text.length() && plain.test(text.charAt(end))) {
                end++;
            }
            char c = charAt(end);
            char next = charAt(end + 1);
            if (end >= text.length()) {
                break;
            } else if (plain.test(c)) {
                ends.add(end + 1);
            } else if (c == '\\' && escapes && end + 1 < text.length()) {
                ends.add(end + 2);
            } else if (c == '$' && next != '{' && next != 0) {
                ends.add(end + 2);
                if (next == '\\' && end + 2 < text.length()) {
                    ends.add(end + 3);
                }
            }
        }
        return end;
    }

    /** Takes in a quoted text or a variable, if one stands here. */
    private boolean quotedOrVariable(StringBuilder taken) throws Fault {
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

    private static boolean inValue(int c) {
        return "$= \t\n\r;&|^~()!\"'\0".indexOf(c) < 0;
    }

    /** Takes in a directive's value and the end of its line. */
    private void value(String name, int start, boolean list) throws Fault {
        int from = at;
        StringBuilder value = new StringBuilder();
        if (isWord(run(IniParser::inValue, false))) {
            at = blanks(run(IniParser::inValue, false));
        } else if (!endsValue()) {
            expression(value);
        }
        // Another directive may stand behind what PHP takes for the end of the line.
        int line = lineEnd(at);
        int end = isOdd(at) && text.indexOf('=', at) >= 0 && text.indexOf('=', at) < line ? at : line;
        entries.add(new Entry(name, text.substring(from, end), start, end));
        if (list) {
            values.remove(name);
        } else {
            values.put(name, value.toString());
        }
        if (!endsValue()) {
            throw new Fault();
        }
        endValue();
    }

    /** Whether the value is over here: at a line end, a comment, the end of the file or what PHP takes for one. */
    private boolean endsValue() {
        int next = blanks(at);
        char c = charAt(next);
        return isNewline(c) || c == ';' || next >= text.length() || (next == at && (c == '=' || isOdd(at)));
    }

    /** Whether it is none of the characters of a value: PHP passes over it, and the next statement begins. */
    private boolean isOdd(int place) {
        char c = charAt(place);
        char next = charAt(place + 1);
        return c == 0 || (c == '\'' && next == '\'') || (c == '$' && next == 0);
    }

    private void endValue() {
        int next = blanks(at);
        char c = charAt(next);
        if (next >= text.length()) {
            // A line end would belong to the value, if a dollar stands before it.
            open = true;
            at = text.length();
        } else if (isNewline(c)) {
            at = behindNewline(next);
        } else if (c == ';') {
            at = behindNewline(lineEnd(next));
        } else {
            at += c == '=' ? 0 : 1;
            swallows = c == '$';
        }
    }

    /** Operands between operators; parentheses are counted, because there may be any number. */
    private void expression(StringBuilder value) throws Fault {
        int depth = 0;
        boolean operand = false;
        while (true) {
            char c = charAt(at);
            boolean before = !operand && "~!(".indexOf(c) >= 0;
            boolean behind = operand && ("|&^".indexOf(c) >= 0 || (c == ')' && depth > 0));
            if (ends() || !(before || behind)) {
                if (operand && depth == 0) {
                    return;
                }
                if (operand) {
                    throw new Fault();
                }
                words(value);
                operand = true;
            } else {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                operand = c == ')';
                at = blanks(at + 1);
            }
        }
    }

    /** At least one word, text or variable. */
    private void words(StringBuilder value) throws Fault {
        int from = at;
        boolean more = true;
        while (more && !endsValue()) {
            int end = run(IniParser::inValue, false);
            if (quotedOrVariable(value)) {
                continue;
            }
            more = end > at ? !isWord(end) : blanks(at) > at;
            end = end > at ? end : blanks(at);
            if (more) {
                value.append(text, at, end);
                at = end;
            }
        }
        if (at == from) {
            throw new Fault();
        }
    }
}
