package sessionctl.inventory;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What became of an inventory's text: a cluster, or everything that is wrong with it. */
public sealed interface Inventory {
    /**
     * Reads and checks a whole inventory that knows no variables.
     *
     * @param file the name by which problems call it
     * @param text its content; a byte order mark is skipped
     */
    static Inventory parse(String file, String text) {
        return parse(file, text, Map.of(), UsualAccess.DEFAULT);
    }

    /**
     * Reads and checks a whole inventory.
     *
     * @param file the name by which problems call it
     * @param text its content; a byte order mark is skipped
     * @param variables what {@code ${NAME}} stands for in its values
     */
    static Inventory parse(String file, String text, Map<String, String> variables) {
        return parse(file, text, variables, UsualAccess.DEFAULT);
    }

    /**
     * Reads and checks a whole inventory.
     *
     * @param file the name by which problems call it
     * @param text its content; a byte order mark is skipped
     * @param variables what {@code ${NAME}} stands for in its values
     * @param usual how a droplet is reached as far as the inventory is silent
     */
    static Inventory parse(String file, String text, Map<String, String> variables, UsualAccess usual) {
        Problems problems = new Problems(file);
        return YamlText.tree(text, new Variables(variables), problems)
                .flatMap(new ClusterReader(usual, problems)::read)
                .filter(cluster -> problems.none())
                .<Inventory>map(Parsed::new)
                .orElseGet(() -> new Refused(problems.sorted()));
    }

    /** By position; empty exactly when there is a cluster. */
    List<InventoryProblem> problems();

    /** The cluster, or what the caller makes of the problems. */
    <X extends Throwable> Cluster orElseThrow(Function<List<InventoryProblem>, X> refusal) throws X;

    /** An inventory without any problem. */
    record Parsed(Cluster cluster) implements Inventory {
        @Override
        public List<InventoryProblem> problems() {
            return List.of();
        }

        @Override
        public <X extends Throwable> Cluster orElseThrow(Function<List<InventoryProblem>, X> refusal) {
            return cluster;
        }
    }

    /** An inventory that nothing may be done with. */
    record Refused(List<InventoryProblem> problems) implements Inventory {
        /** Copies the problems and refuses to have none. */
        public Refused {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a refused inventory needs a problem");
            }
        }

        @Override
        public <X extends Throwable> Cluster orElseThrow(Function<List<InventoryProblem>, X> refusal) throws X {
            throw refusal.apply(problems);
        }
    }
}
