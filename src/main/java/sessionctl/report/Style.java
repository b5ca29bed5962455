package sessionctl.report;

import sessionctl.health.Finding;
import sessionctl.health.Severity;

/** Colour, or none. */
public enum Style {
    /** ANSI colours (ECMA-48, SGR). */
    COLOUR,
    /** Plain text. */
    PLAIN;

    private String in(String code, String text) {
        return this == PLAIN ? text : OwnControl.of("\u001b[" + code + "m") + text + OwnControl.of("\u001b[0m");
    }

    String bold(String text) {
        return in("1", text);
    }

    String good(String text) {
        return in("32", text);
    }

    String bad(String text) {
        return in("31", text);
    }

    /** A finding and its remedy, in one line. */
    String of(Finding finding) {
        String sentence = Legible.line(finding.sentence());
        return finding.severity() == Severity.ERROR ? bad(sentence) : "warning: " + sentence;
    }

    /** A line of a unified diff. */
    String diff(String line) {
        if (line.startsWith("+++") || line.startsWith("---")) {
            return bold(line);
        }
        if (line.startsWith("@@")) {
            return in("36", line);
        }
        return line.startsWith("+") ? good(line) : line.startsWith("-") ? bad(line) : line;
    }
}
