package sessionctl.ini;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ini file with directives set in it, in place of an assignment or of a commented example. Every other byte is kept.
 *
 * @param text the file with these directives
 * @param fault the reason why PHP does not read some of them, as words after the file's name; empty if it reads all
 */
public record IniFile(String text, String fault) {
    private static final int ROUNDS = 3;

    /** Returns the text of a file with these directives set. */
    public static String with(String original, List<Directive> directives) {
        return edited(original, directives).text();
    }

    /** Sets directives in a file and checks that PHP reads them. */
    public static IniFile edited(String original, List<Directive> directives) {
        String lineEnd = original.contains("\r\n") ? "\r\n" : "\n";
        String text = original;
        IniParser first = IniParser.of(text);
        IniParser now = first;
        boolean behind = false;
        // A line of a directive that PHP does not understand hides all later lines until it is replaced.
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
            return "has a syntax error in line " + line + ", after which PHP reads nothing; fix it";
        }
        return directives.stream()
                .filter(directive -> !directive.optional() && !holds(now, directive))
                .findFirst()
                .map(directive -> "cannot be edited so that PHP reads " + directive.name() + "; set it there by hand")
                .orElse("");
    }

    /** Returns the directives whose names the file assigns for every host and path, with any value. */
    public static List<Directive> assigned(String content, List<Directive> directives) {
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

    /** Returns true if the last assignment already has the directive's value, in any spacing. */
    private static boolean holds(IniParser parsed, Directive directive) {
        IniParser.Entry last = last(parsed, directive);
        return last != null && IniParser.trimmed(last.value()).equals(directive.value());
    }

    private static IniParser.@Nullable Comment commented(IniParser parsed, Directive directive) {
        return parsed.comments().stream()
                .filter(comment -> isExample(comment.text(), directive.name()))
                .findFirst()
                .orElse(null);
    }

    /** Returns true if a comment is the directive after a semicolon, as distributions write examples. */
    private static boolean isExample(String comment, String name) {
        int start = comment.length() > 1 && " \t".indexOf(comment.charAt(1)) >= 0 ? 2 : 1;
        return comment.startsWith(name, start)
                && IniParser.trimmed(comment.substring(start + name.length())).startsWith("=");
    }

    /** Returns true if the file assigns the directive or has its commented example. */
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
