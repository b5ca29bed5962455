package sessionctl.desired;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets directives in a droplet's own ini file, commented or not, and leaves every other byte as it is.
 *
 * @param text the file with these directives
 * @param fault why PHP will not read some of them, as words behind the file's name; empty where it reads all
 */
record IniFile(String text, String fault) {
    private static final int ROUNDS = 3;

    /** The file with these directives. */
    static String with(String original, List<Directive> directives) {
        return edited(original, directives).text();
    }

    /** The same, and what keeps PHP from reading it. */
    static IniFile edited(String original, List<Directive> directives) {
        String lineEnd = original.contains("\r\n") ? "\r\n" : "\n";
        String text = original;
        IniParser first = IniParser.of(text);
        IniParser now = first;
        boolean behind = false;
        // A line of ours that was none for PHP hides what comes behind it until it has been replaced.
        for (int round = 0; round < ROUNDS; round++) {
            for (Directive directive : directives) {
                String fresh = set(text, now, directive, lineEnd);
                if (!fresh.equals(text)) {
                    behind |= !isPlaced(now, directive) && now.faultLine() > 0;
                    text = fresh;
                    now = IniParser.of(text);
                }
            }
        }
        return new IniFile(text, fault(behind ? first.faultLine() : 0, now, directives));
    }

    private static String fault(int line, IniParser now, List<Directive> directives) {
        if (line > 0) {
            return "has a syntax error in line " + line + ", behind which PHP reads nothing; correct it";
        }
        return directives.stream()
                .filter(directive -> !directive.optional() && !holds(now, directive))
                .findFirst()
                .map(directive -> "does not take " + directive.name() + " as PHP reads it; set it there by hand")
                .orElse("");
    }

    /** Those of the directives whose names the file assigns for every host and path, whatever the values. */
    static List<Directive> assigned(String content, List<Directive> directives) {
        IniParser parsed = IniParser.of(content);
        return directives.stream()
                .filter(directive -> last(parsed, directive) != null)
                .toList();
    }

    private static IniParser.@Nullable Entry last(IniParser parsed, Directive directive) {
        return parsed.entries().stream()
                .filter(entry -> entry.name().equals(directive.name()))
                .reduce((earlier, later) -> later)
                .orElse(null);
    }

    /** Whether what counts is assigned already, in whatever spacing. */
    private static boolean holds(IniParser parsed, Directive directive) {
        IniParser.Entry last = last(parsed, directive);
        return last != null && IniParser.trimmed(last.value()).equals(value(directive));
    }

    private static String value(Directive directive) {
        int sign = directive.text().indexOf('=');
        return IniParser.trimmed(directive.text().substring(sign + 1));
    }

    private static IniParser.@Nullable Comment commented(IniParser parsed, Directive directive) {
        return parsed.comments().stream()
                .filter(comment -> isExample(comment.text(), directive.name()))
                .findFirst()
                .orElse(null);
    }

    /** Whether a comment is the directive behind a semicolon, as distributions show them. */
    private static boolean isExample(String comment, String name) {
        int start = comment.length() > 1 && " \t".indexOf(comment.charAt(1)) >= 0 ? 2 : 1;
        return comment.startsWith(name, start)
                && IniParser.trimmed(comment.substring(start + name.length())).startsWith("=");
    }

    /** Whether a line of the file is the directive's place. */
    private static boolean isPlaced(IniParser parsed, Directive directive) {
        return last(parsed, directive) != null || commented(parsed, directive) != null;
    }

    private static String set(String text, IniParser now, Directive directive, String lineEnd) {
        IniParser.Entry entry = last(now, directive);
        IniParser.Comment comment = commented(now, directive);
        if (entry != null) {
            return directive.optional() || holds(now, directive)
                    ? text
                    : replaced(text, entry.start(), entry.end(), directive.text());
        }
        if (comment != null) {
            return replaced(text, comment.start(), comment.end(), directive.text());
        }
        String before = now.isOpen() ? lineEnd : "";
        return replaced(text, now.end(), now.end(), before + directive.text() + lineEnd);
    }

    private static String replaced(String text, int start, int end, String by) {
        return text.substring(0, start) + by + text.substring(end);
    }
}
