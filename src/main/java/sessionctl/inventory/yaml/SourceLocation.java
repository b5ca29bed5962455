package sessionctl.inventory.yaml;

import org.yaml.snakeyaml.error.Mark;

/**
 * A location in the file.
 *
 * @param path as in {@link InventoryProblem#path}
 * @param line starts at 1
 * @param column starts at 1
 */
public record SourceLocation(String path, int line, int column) {
    /** The complete document. */
    static final SourceLocation START = new SourceLocation("", 1, 1);

    static SourceLocation of(String path, Mark mark) {
        return new SourceLocation(path, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Returns the location of a key in the mapping at this location. */
    SourceLocation key(String key, Mark mark) {
        return of(path(path, key), mark);
    }

    /** Returns the path of a key in a mapping, as in {@code droplets[2].private_ip}. */
    static String path(String mapping, String key) {
        String word = key.matches("[A-Za-z0-9_-]{1,60}") ? key : QuotedText.of(key);
        return mapping.isEmpty() ? word : mapping + "." + word;
    }

    /** Returns the path of an item in a list. */
    static String path(String list, int index) {
        return list + "[" + index + "]";
    }
}
