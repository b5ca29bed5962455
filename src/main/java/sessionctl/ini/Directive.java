package sessionctl.ini;

import java.util.List;
import java.util.Locale;

/**
 * One line of a rendered template that a droplet's own file must contain.
 *
 * @param text the line to write
 * @param optional true if a value in the droplet's own file has priority; such a line begins with ? in the template
 */
public record Directive(String text, boolean optional) {
    /** Shares equal texts in memory: the list of all servers is the same on every droplet. */
    public Directive {
        text = text.intern();
    }

    /** Parses a rendered template. Empty lines and comments are left out. */
    public static List<Directive> of(String rendered) {
        return rendered.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith(";"))
                .map(line -> line.startsWith("?")
                        ? new Directive(line.substring(1).strip(), true)
                        : new Directive(line, false))
                .toList();
    }

    /** Returns the text before the equals sign. */
    public String name() {
        int sign = text.indexOf('=');
        return (sign < 0 ? text : text.substring(0, sign)).strip();
    }

    /** Returns the text after the equals sign. */
    public String value() {
        return IniScanner.trimmed(text.substring(text.indexOf('=') + 1));
    }

    /**
     * Normalizes a value as PHP reads it from a file: {@code on} equals {@code 1}, and {@code off} equals an empty
     * value and {@code 0}.
     */
    public static String normalize(String value) {
        String text = value.strip();
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on", "yes", "true" -> "1";
            case "off", "no", "false", "none", "" -> "0";
            default -> text;
        };
    }

    /** Returns the lines as shown in a diff before the file exists. */
    public static String text(List<Directive> directives) {
        StringBuilder text = new StringBuilder();
        directives.forEach(d -> text.append(d.text()).append('\n'));
        return text.toString();
    }
}
