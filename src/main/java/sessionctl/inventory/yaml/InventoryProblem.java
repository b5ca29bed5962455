package sessionctl.inventory.yaml;

/**
 * A problem in an inventory.
 *
 * @param line starts at 1
 * @param column starts at 1
 * @param path the path in the document, as in {@code droplets[2].private_ip}; empty for the document itself
 * @param fault the problem, as in {@code "10.0.0.300" is not a valid IP address}
 * @param expected the expected value or the action that fixes the problem
 */
public record InventoryProblem(String file, int line, int column, String path, String fault, String expected) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + (path.isEmpty() ? "" : path + ": ") + fault + ", " + expected;
    }
}
