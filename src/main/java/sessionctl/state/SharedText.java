package sessionctl.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A text of which other droplets have nearly the same: one copy of each part is kept. */
final class SharedText {
    private final String[] parts;

    private SharedText(List<String> parts) {
        this.parts = parts.toArray(String[]::new);
    }

    /**
     * A text.
     *
     * @param lines of which a part consists
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

    boolean isEmpty() {
        return parts.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SharedText text && Arrays.equals(parts, text.parts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(parts);
    }

    /** The whole text. */
    @Override
    public String toString() {
        return String.join("", parts);
    }
}
