package sessionctl.inventory.edit;

import java.util.Comparator;
import java.util.List;

/**
 * A replacement of a part of a text.
 *
 * @param from the offset of the first character that is replaced
 * @param to the offset after the last one; equal to {@code from} for an insertion
 */
record Splice(int from, int to, String text) {
    static Splice insert(int at, String text) {
        return new Splice(at, at, text);
    }

    static Splice delete(int from, int to) {
        return new Splice(from, to, "");
    }

    /** Returns the text with all replacements, which must not overlap. */
    static String apply(String text, List<Splice> splices) {
        StringBuilder edited = new StringBuilder(text);
        splices.stream()
                .sorted(Comparator.comparingInt(Splice::from).reversed())
                .forEach(splice -> edited.replace(splice.from, splice.to, splice.text));
        return edited.toString();
    }
}
