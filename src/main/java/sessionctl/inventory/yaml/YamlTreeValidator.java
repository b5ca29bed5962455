package sessionctl.inventory.yaml;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Checks a tree without regard to the meaning of its values: duplicate keys, merge keys, tags, and aliases that form a
 * cycle or expand without limit.
 *
 * <p>Each node is visited once, even if several aliases lead to it. An alias leads to a node that is either done or
 * still open, so the recursion is at most as deep as the text.
 */
final class YamlTreeValidator {
    private static final int MAX_VALUES = 250_000;

    private final Problems problems;
    private final Set<Node> open = new HashSet<>();
    private final Map<Node, Integer> sizes = new HashMap<>();
    private boolean readable = true;

    private YamlTreeValidator(Problems problems) {
        this.problems = problems;
    }

    /** Returns true if readers can walk the tree: it has no cycles, and is small enough. */
    static boolean passes(Node root, Problems problems) {
        YamlTreeValidator check = new YamlTreeValidator(problems);
        check.visit(root, "");
        return check.readable;
    }

    /** Returns the number of values in the node with all aliases expanded. */
    private int visit(Node node, String path) {
        if (open.contains(node)) {
            refuseTree(node, path, "contains itself through an alias", "expected values without a loop");
            return 1;
        }
        Integer known = sizes.get(node);
        if (known != null) {
            return known;
        }
        open.add(node);
        int size = 1 + children(node, path);
        open.remove(node);
        sizes.put(node, size);
        if (!node.getTag().getValue().startsWith(Tag.PREFIX)) {
            problems.add(
                    SourceLocation.of(path, node.getStartMark()),
                    "the tag " + QuotedText.cut(node.getTag().getValue()) + " has no meaning here",
                    "expected the value alone");
        }
        return size;
    }

    private int children(Node node, String path) {
        int size = 0;
        if (node instanceof SequenceNode list) {
            List<Node> items = list.getValue();
            for (int index = 0; index < items.size(); index++) {
                size = sum(size, visit(items.get(index), SourceLocation.path(path, index)), node, path);
            }
        } else if (node instanceof MappingNode mapping) {
            checkKeys(mapping, path);
            for (NodeTuple entry : mapping.getValue()) {
                String inner =
                        entry.getKeyNode() instanceof ScalarNode key ? SourceLocation.path(path, key.getValue()) : path;
                int pair = sum(visit(entry.getKeyNode(), inner), visit(entry.getValueNode(), inner), node, path);
                size = sum(size, pair, node, path);
            }
        }
        return size;
    }

    private int sum(int a, int b, Node node, String path) {
        if (a + b > MAX_VALUES && readable) {
            refuseTree(
                    node,
                    path,
                    "holds more than " + MAX_VALUES + " values, counted again at every alias",
                    "expected fewer");
        }
        return Math.min(a + b, MAX_VALUES);
    }

    private void refuseTree(Node node, String path, String is, String expected) {
        problems.add(SourceLocation.of(path, node.getStartMark()), is, expected);
        readable = false;
    }

    private void checkKeys(MappingNode mapping, String path) {
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            SourceLocation place = SourceLocation.of(path, entry.getKeyNode().getStartMark());
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problems.add(
                        place,
                        "found a list or mapping instead of a key",
                        "expected a plain key, and quotes around a value that begins with a brace");
            } else if (key.getTag().equals(Tag.MERGE)) {
                problems.add(
                        place,
                        "the merge key << is not supported",
                        "expected the keys written out, or an alias as the entire value");
            } else {
                checkOnce(key, path, lines);
            }
        }
    }

    private void checkOnce(ScalarNode key, String path, Map<String, Integer> lines) {
        SourceLocation place = SourceLocation.of(SourceLocation.path(path, key.getValue()), key.getStartMark());
        Integer first = lines.putIfAbsent(key.getValue(), place.line());
        if (first != null) {
            problems.add(place, "the key is already in line " + first, "expected it once");
        }
    }
}
