package sessionctl.ini;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Parses a php.ini as PHP does (Zend/zend_ini_scanner.l in its normal mode, zend_ini_parser.y; main/php_ini.c,
 * php_ini_parser_cb), limited to settings that apply to every host and path.
 *
 * <p>The last assignment wins, and names of sections have no meaning, with one exception. From the first section whose
 * name begins with HOST or PATH to the end of the file, all assignments apply only to that host or folder. PHP stops
 * reading at a statement that it does not understand. The text has one character for each byte.
 */
public final class IniParser extends IniScanner {
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    /**
     * An assignment.
     *
     * @param name as PHP compares it
     * @param value as written, including a comment after it
     * @param start the offset of its first character, or of its line if only blanks precede it there
     * @param end the offset of the end of its last line
     */
    record Entry(String name, String value, int start, int end) {}

    /** A comment that fills its line. */
    record Comment(String text, int start, int end) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<Comment> comments = new ArrayList<>();

    /** The offset of the last line that begins with a new statement. */
    private int boundary;

    private int faultLine;

    /** True if the last line may continue after the end of the file. */
    private boolean open;

    /** True if the last line ends with a dollar that would take the next character into its value. */
    private boolean swallows;

    private IniParser(String text) {
        super(text);
    }

    /** Parses a text. */
    public static IniParser of(String text) {
        IniParser parser = new IniParser(text);
        parser.at = text.startsWith(BYTE_ORDER_MARK) && text.length() > BYTE_ORDER_MARK.length()
                ? BYTE_ORDER_MARK.length()
                : 0;
        parser.boundary = parser.at;
        try {
            while (parser.statement()) {
                // Each call has consumed one statement.
            }
        } catch (Fault e) {
            parser.faultLine = 1 + parser.linesBetween(0, parser.boundary);
        }
        return parser;
    }

    /** Returns the assignments that apply to every host and path, in order. */
    List<Entry> entries() {
        return entries;
    }

    /** Returns the value of a directive for every host and path, without quotes; null if it is not assigned. */
    @Nullable
    public String value(String directive) {
        return values.get(directive);
    }

    /** Returns the number of lines that begin after one offset, up to another one. */
    int linesBetween(int from, int to) {
        return (int)
                IntStream.rangeClosed(from + 1, to).filter(this::startsLine).count();
    }

    /** Returns the full-line comments before any section of a host or path. */
    List<Comment> comments() {
        return comments;
    }

    /**
     * Returns the offset of the last place for an assignment that applies to every host and path: the start of a line,
     * or the end of the file.
     */
    int end() {
        return boundary;
    }

    /** Returns true if a line end must precede an assignment at that place. */
    boolean isOpen() {
        return open;
    }

    /**
     * Returns the line, from 1, at which PHP stops reading before any section of a host or path; 0 if it reads
     * everything.
     */
    int faultLine() {
        return faultLine;
    }

    /** Consumes the next statement. Returns false if nothing after it applies to every host and path. */
    private boolean statement() throws Fault {
        if (startsLine(at)) {
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

    /**
     * Handles the end of the file. After a final dollar, a line end would become part of the value, so nothing may be
     * appended there.
     */
    private void endFile() {
        boundary = swallows ? boundary : text.length();
        open = !swallows && (open || (at > 0 && !startsLine(at)));
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

    /** Consumes an assignment, or a name without a value. */
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

    /** Consumes a section's header. Returns false if the following lines apply only to a host or path. */
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

    /**
     * Returns true if the section is for one host or path. If an earlier assignment has the name of that host or path,
     * PHP does not begin such a section.
     */
    private boolean isSpecial(String name) {
        boolean path = name.regionMatches(true, 0, "PATH", 0, 4);
        if (name.length() <= 4 || !(path || name.regionMatches(true, 0, "HOST", 0, 4))) {
            return false;
        }
        String key = trimmed(name.substring(4), "= \t", "/\\");
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

    /** Consumes a directive's value and the end of its line. */
    private void value(String name, int start, boolean list) throws Fault {
        int from = at;
        StringBuilder value = new StringBuilder();
        if (isWord(run(IniParser::inValue, false))) {
            at = blanks(run(IniParser::inValue, false));
        } else if (!endsValue()) {
            expression(value);
        }
        // Another directive may follow what PHP takes for the end of the line.
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

    /**
     * Returns true if the value ends here: at a line end, a comment, the end of the file, or what PHP takes for one.
     */
    private boolean endsValue() {
        int next = blanks(at);
        char c = charAt(next);
        return isNewline(c) || c == ';' || next >= text.length() || (next == at && (c == '=' || isOdd(at)));
    }

    /** Returns true for a character that cannot be part of a value. PHP skips it, and the next statement begins. */
    private boolean isOdd(int place) {
        char c = charAt(place);
        char next = charAt(place + 1);
        return c == 0 || (c == '\'' && next == '\'') || (c == '$' && next == 0);
    }

    private void endValue() {
        int next = blanks(at);
        char c = charAt(next);
        if (next >= text.length()) {
            // After a dollar, a line end would become part of the value.
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

    /**
     * Consumes operands between operators. Parentheses are counted instead of parsed recursively, because there may be
     * any number.
     */
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

    /** Consumes one or more words, quoted texts and variables. */
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
