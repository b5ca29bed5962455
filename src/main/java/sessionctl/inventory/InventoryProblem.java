package sessionctl.inventory;

/**
 * One thing wrong with an inventory.
 *
 * @param line from 1
 * @param column from 1
 * @param path where in the document, as in {@code droplets[2].private_ip}; empty for the document itself
 * @param is what is so, as in {@code "10.0.0.300" is not an IPv4 address}
 * @param expected what was expected or what to do
 */
public record InventoryProblem(String file, int line, int column, String path, String is, String expected) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + (path.isEmpty() ? "" : path + ": ") + is + ", " + expected;
    }
}
