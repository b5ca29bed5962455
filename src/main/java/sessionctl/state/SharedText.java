package sessionctl.state;

import java.util.ArrayList;
import java.util.List;

/**
 * A text that is nearly the same on many droplets. Equal parts are shared in memory.
 *
 * @param parts the parts, in order
 */
public record SharedText(List<String> parts) {
    public SharedText {
        parts = List.copyOf(parts);
    }

    /**
     * Divides a text into parts.
     *
     * @param lines the number of lines in a part
     */
    static SharedText of(String text, int lines) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = start;
            for (int line = 0; line < lines && end < text.length(); line++) {
                int newline = text.indexOf('\n', end);
                end = newline < 0 ? text.length() : newline + 1;
            }
            parts.add(text.substring(start, end).intern());
            start = end;
        }
        return new SharedText(parts);
    }

    /** Returns the complete text. */
    @Override
    public String toString() {
        return String.join("", parts);
    }
}
