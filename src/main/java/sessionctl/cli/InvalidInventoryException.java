package sessionctl.cli;

import java.util.List;
import sessionctl.inventory.yaml.InventoryProblem;

/** An inventory has problems, so nothing was contacted. */
final class InvalidInventoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<InventoryProblem> problems;

    InvalidInventoryException(List<InventoryProblem> problems) {
        super(problems.size() + " problems in the inventory");
        this.problems = List.copyOf(problems);
    }

    List<InventoryProblem> problems() {
        return problems;
    }
}
