package sessionctl.desired;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a php.ini as PHP does (Zend/zend_ini_scanner.l in its normal mode, zend_ini_parser.y; main/php_ini.c,
 * php_ini_parser_cb), as far as it counts for every host and path.
 *
 * <p>The last assignment wins, and names of sections mean nothing, except that everything from the first section whose
 * name begins with HOST or PATH to the end of the file counts for such a host or folder only. A statement that PHP does
 * not understand is the last one that it reads. The text has a character for each byte.
 */
final class IniParser extends IniScanner {
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

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

    private final List<Entry> entries = new ArrayList<>();
    private final List<Comment> comments = new ArrayList<>();

    /** The last beginning of a line at which a statement began. */
    private int boundary;

    private int faultLine;

    /** Whether the last line may go on behind the end of the file. */
    private boolean open;

    /** Whether the last line ends with a dollar that would belong to what follows. */
    private boolean swallows;

    private IniParser(String text) {
        super(text);
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

    /** Takes in what stands next outside of any value; false where PHP reads no further for every host and path. */
    private boolean statement() throws Fault {
        if (startsLine()) {
            boundary = at;
        }
        int next = blanks(at);
        int label = label(at);
        if (ends() || (next >= text.length() && label <= at)) {
            endFile();
            return false;
        }
        if (charAt(next) == '[' && next == at) {
            return section();
        }
        line(next, label);
        return true;
    }

    /** A dollar at the end takes a line end along, which nothing may add to another's value. */
    private void endFile() {
        boundary = swallows ? boundary : text.length();
        open = !swallows && (open || (at > 0 && !startsLine()));
    }

    private void line(int next, int label) throws Fault {
        char c = charAt(next);
        if (isNewline(c)) {
            at = behindNewline(next);
        } else if (c == ';') {
            comment(next);
        } else if (c != '=' && label > at) {
            named(label);
        } else if (c != '=' && next > at) {
            at = next;
        } else {
            throw new Fault();
        }
    }

    private void comment(int from) {
        int end = lineEnd(from);
        if (from == boundary) {
            comments.add(new Comment(text.substring(from, end), from, end));
        }
        at = behindNewline(end);
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
        while (!operand || operatorFollows(depth)) {
            char c = charAt(at);
            if (!operand && (ends() || "~!(".indexOf(c) < 0)) {
                words(value);
                operand = true;
            } else {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                operand = c == ')';
                at = blanks(at + 1);
            }
        }
        if (depth != 0) {
            throw new Fault();
        }
    }

    private boolean operatorFollows(int depth) {
        return !ends() && ("|&^".indexOf(charAt(at)) >= 0 || (charAt(at) == ')' && depth > 0));
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
