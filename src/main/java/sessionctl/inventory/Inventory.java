package sessionctl.inventory;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import sessionctl.inventory.yaml.InventoryProblem;
import sessionctl.inventory.yaml.Problems;
import sessionctl.inventory.yaml.Variables;
import sessionctl.inventory.yaml.YamlText;

/** The result of reading an inventory: a cluster, or all problems. */
public sealed interface Inventory {
    /**
     * Reads and checks an inventory without variables.
     *
     * @param file the name to print in problems
     * @param text the file's content; a byte order mark is skipped
     */
    static Inventory parse(String file, String text) {
        return parse(file, text, Map.of(), SshDefaults.DEFAULT);
    }

    /**
     * Reads and checks an inventory.
     *
     * @param file the name to print in problems
     * @param text the file's content; a byte order mark is skipped
     * @param variables the values of {@code ${NAME}}, by name
     */
    static Inventory parse(String file, String text, Map<String, String> variables) {
        return parse(file, text, variables, SshDefaults.DEFAULT);
    }

    /**
     * Reads and checks an inventory.
     *
     * @param file the name to print in problems
     * @param text the file's content; a byte order mark is skipped
     * @param variables the values of {@code ${NAME}}, by name
     * @param sshDefaults the SSH settings for keys that the inventory does not set
     */
    static Inventory parse(String file, String text, Map<String, String> variables, SshDefaults sshDefaults) {
        Problems problems = new Problems(file);
        return YamlText.tree(text, new Variables(variables), problems)
                .flatMap(new ClusterReader(sshDefaults)::read)
                .filter(cluster -> problems.none())
                .<Inventory>map(Parsed::new)
                .orElseGet(() -> new Refused(problems.sorted()));
    }

    /** The problems, sorted by position; empty if and only if there is a cluster. */
    List<InventoryProblem> problems();

    /** Returns the cluster, or throws the exception that the caller makes of the problems. */
    default <X extends Throwable> Cluster orElseThrow(Function<List<InventoryProblem>, X> refusal) throws X {
        if (this instanceof Parsed parsed) {
            return parsed.cluster;
        }
        throw refusal.apply(problems());
    }

    /** A valid inventory. */
    record Parsed(Cluster cluster) implements Inventory {
        @Override
        public List<InventoryProblem> problems() {
            return List.of();
        }
    }

    /** An invalid inventory. */
    record Refused(List<InventoryProblem> problems) implements Inventory {
        /** Rejects an empty list of problems. */
        public Refused {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a refused inventory needs a problem");
            }
        }
    }
}
