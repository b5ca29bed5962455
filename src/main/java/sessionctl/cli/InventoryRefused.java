package sessionctl.cli;

import java.util.List;
import sessionctl.inventory.InventoryProblem;

/** An inventory with problems; nothing is contacted. */
final class InventoryRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<InventoryProblem> problems;

    InventoryRefused(List<InventoryProblem> problems) {
        super(problems.size() + " problems in the inventory");
        this.problems = List.copyOf(problems);
    }

    List<InventoryProblem> problems() {
        return problems;
    }
}
