package sessionctl.report.markdown;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.report.TerminalSafe;

/** Lines and tables of Markdown, with every text escaped. */
public final class MarkdownText {
    private MarkdownText() {}

    /**
     * Escapes a text for use in a line: it contains no markup and no automatic links (GitHub Flavored Markdown, 6.9).
     * Escaping does not stop the automatic link of an email address, so an invisible comment splits it.
     */
    public static String line(String text) {
        return TerminalSafe.of(text)
                .replace("\\", "\\\\")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("_", "\\_")
                .replace("~", "\\~")
                .replace("$", "\\$")
                .replace("://", ":\\//")
                .replace("|", "\\|")
                .replace("`", "\\`")
                .replace("*", "\\*")
                .replace("[", "\\[")
                .replace("!", "\\!")
                .replace("#", "\\#")
                .replace("@", "&#64;")
                .replaceAll("(?i)(www)[.]", "$1\\\\.")
                .replaceAll("&#64;(?=[A-Za-z0-9_\\\\-]++[.])", "$0<!-- -->")
                .replace('\n', ' ');
    }

    /** Formats a table. The first row is the head. */
    static String table(List<List<String>> rows) {
        return row(rows.get(0)) + "|---".repeat(rows.get(0).size()) + "|\n"
                + rows.stream().skip(1).map(MarkdownText::row).collect(Collectors.joining());
    }

    static String table(List<String> head, List<List<String>> rows) {
        return table(Stream.concat(Stream.of(head), rows.stream()).toList()) + "\n";
    }

    private static String row(List<String> cells) {
        return cells.stream().map(MarkdownText::line).collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
