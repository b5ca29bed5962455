package sessionctl.inventory.edit;

import org.yaml.snakeyaml.error.Mark;

/** The text of a file, with its lines. Offsets count UTF-16 units. */
record SourceText(String text) {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** Returns the offset of a mark, which counts code points and no byte order mark. */
    int at(Mark mark) {
        int first = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        return text.offsetByCodePoints(first, mark.getIndex());
    }

    /** Returns the start of the line that contains an offset. */
    int lineStart(int at) {
        int start = at;
        while (start > 0 && !isBreak(start - 1)) {
            start--;
        }
        return start;
    }

    /** Returns the end of the line that contains an offset, before its line break. */
    int lineEnd(int at) {
        int end = at;
        while (end < text.length() && !isBreak(end)) {
            end++;
        }
        return end;
    }

    /** Returns the start of the next line, or the end of the text. */
    int nextLine(int at) {
        int end = lineEnd(at);
        return end + breakAt(end).length();
    }

    /** Returns the start of the line before the one that starts here; 0 in the first line. */
    int previousLine(int lineStart) {
        int end = lineStart - (lineStart > 1 && text.startsWith("\r\n", lineStart - 2) ? 2 : 1);
        return end < 0 ? 0 : lineStart(end);
    }

    boolean isEnd(int at) {
        return at >= text.length();
    }

    boolean isBlankLine(int at) {
        return text.substring(lineStart(at), lineEnd(at)).isBlank();
    }

    /** Returns true if a line between two offsets is blank; the first offset is the start of a line. */
    boolean hasBlankLine(int from, int to) {
        for (int line = from; line < lineStart(to); line = nextLine(line)) {
            if (isBlankLine(line)) {
                return true;
            }
        }
        return false;
    }

    /** Returns true if nothing but blanks precedes the offset in its line. */
    boolean isFirstInLine(int at) {
        return text.substring(lineStart(at), at).isBlank();
    }

    /** Returns the line break after the line that contains an offset; in the last line, that of the first one. */
    String lineBreak(int at) {
        String here = breakAt(lineEnd(at));
        String first = here.isEmpty() ? breakAt(lineEnd(0)) : here;
        return first.isEmpty() ? "\n" : first;
    }

    /** Returns the text between two offsets if it matches a pattern, else the alternative. */
    String between(int from, int to, String pattern, String alternative) {
        String found = from <= to ? text.substring(from, to) : "";
        return from <= to && found.matches(pattern) ? found : alternative;
    }

    /** Returns the offset of the first comma outside of comments; -1 if there is none. */
    int comma(int from, int to) {
        for (int at = from; at < to; at++) {
            if (text.charAt(at) == ',') {
                return at;
            }
            if (text.charAt(at) == '#') {
                at = lineEnd(at);
            }
        }
        return -1;
    }

    private String breakAt(int at) {
        if (at >= text.length() || !isBreak(at)) {
            return "";
        }
        return text.startsWith("\r\n", at) ? "\r\n" : text.substring(at, at + 1);
    }

    private boolean isBreak(int at) {
        return text.charAt(at) == '\n' || text.charAt(at) == '\r';
    }
}
