package sessionctl.report;

import sessionctl.health.Finding;
import sessionctl.health.Severity;

/**
 * The colours, characters and size of a text.
 *
 * @param coloured true to use ANSI colours (ECMA-48, SGR)
 * @param ascii true to use ASCII characters only
 * @param columns the terminal's width, at which sentences wrap; 0 if there is no terminal
 * @param rows the terminal's height; 0 if there is no terminal
 */
public record TextStyle(boolean coloured, boolean ascii, int columns, int rows) {
    /** With ANSI colours. */
    public static final TextStyle COLOUR = new TextStyle(true, false, 0, 0);
    /** Without colours. */
    public static final TextStyle PLAIN = new TextStyle(false, false, 0, 0);

    private String in(String code, String text) {
        return coloured ? TrustedControls.of("\u001b[" + code + "m") + text + TrustedControls.of("\u001b[0m") : text;
    }

    public String bold(String text) {
        return in("1", text);
    }

    public String good(String text) {
        return in("32", text);
    }

    public String bad(String text) {
        return in("31", text);
    }

    /** Wraps a sentence at the terminal's width. */
    public String wrapped(String sentence) {
        return WordWrap.at(columns, sentence);
    }

    /**
     * Formats a finding and its remedy. A remedy that does not fit gets a line of its own and is never broken, so that
     * it can be copied.
     */
    String paint(Finding finding) {
        String what = TerminalSafe.line(finding.beforeRemedy());
        String remedy = TerminalSafe.line(finding.remedy());
        boolean error = finding.severity() == Severity.ERROR;
        String text = WordWrap.at(columns, (error ? "" : "warning: ") + what);
        if (!remedy.isEmpty()) {
            text += columns > 0 && WordWrap.last(text).length() + 1 + remedy.length() > columns
                    ? "\n" + WordWrap.INDENT + remedy
                    : " " + remedy;
        }
        return error ? bad(text) : text;
    }

    /** Colours a line of a unified diff. */
    public String diff(String line) {
        if (line.startsWith("+++") || line.startsWith("---")) {
            return bold(line);
        }
        if (line.startsWith("@@")) {
            return in("36", line);
        }
        return line.startsWith("+") ? good(line) : line.startsWith("-") ? bad(line) : line;
    }
}
