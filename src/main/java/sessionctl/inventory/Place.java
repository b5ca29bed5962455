package sessionctl.inventory;

import org.yaml.snakeyaml.error.Mark;

/**
 * Where something stands in the file.
 *
 * @param path as in {@link InventoryProblem#path}
 * @param line from 1
 * @param column from 1
 */
record Place(String path, int line, int column) {
    /** The whole document. */
    static final Place START = new Place("", 1, 1);

    static Place of(String path, Mark mark) {
        return new Place(path, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
