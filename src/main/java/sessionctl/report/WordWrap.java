package sessionctl.report;

import java.util.stream.Collectors;

/** Wraps text between words. A word that is longer than a line is not broken, so that it can be copied. */
public final class WordWrap {
    static final String INDENT = "  ";

    private WordWrap() {}

    /** Wraps each line of a text at this width and indents continuation lines; 0 columns means no wrapping. */
    public static String at(int columns, String text) {
        return text.lines().map(line -> at(columns, INDENT, line)).collect(Collectors.joining("\n"));
    }

    /** Wraps a line at this width. Keeps its leading blanks, and begins continuation lines with the indent. */
    public static String at(int columns, String indent, String line) {
        if (columns <= 0 || line.length() <= columns) {
            return line;
        }
        String text = line.stripLeading();
        StringBuilder out = new StringBuilder(line.substring(0, line.length() - text.length()));
        int used = out.length();
        boolean first = true;
        for (String word : text.split(" ", -1)) {
            int length = TrustedControls.visible(word).length();
            if (!first && used + 1 + length > columns) {
                out.append('\n').append(indent);
                used = indent.length();
            } else if (!first) {
                out.append(' ');
                used++;
            }
            out.append(word);
            used += length;
            first = false;
        }
        return out.toString();
    }

    /** Returns the last of several lines. */
    static String last(String lines) {
        return lines.substring(lines.lastIndexOf('\n') + 1);
    }
}
