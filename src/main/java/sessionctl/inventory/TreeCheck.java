package sessionctl.inventory;

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
 * What is wrong with a tree whatever its values mean: keys given twice, merge keys, tags, and aliases that run in a
 * circle or unfold without bound.
 *
 * <p>Each node is visited once, however many aliases lead to it; an alias leads to a node that is either done or still
 * open, so the depth is the text's own.
 */
final class TreeCheck {
    private static final int MOST_VALUES = 250_000;

    private final Problems problems;
    private final Set<Node> open = new HashSet<>();
    private final Map<Node, Integer> sizes = new HashMap<>();
    private boolean readable = true;

    private TreeCheck(Problems problems) {
        this.problems = problems;
    }

    /** Whether readers may walk the tree: it ends, and soon. */
    static boolean passes(Node root, Problems problems) {
        TreeCheck check = new TreeCheck(problems);
        check.visit(root, "");
        return check.readable;
    }

    /** How many values the node holds with all aliases unfolded. */
    private int visit(Node node, String path) {
        if (open.contains(node)) {
            refuseTree(node, path, "contains itself by an alias", "expected values that end");
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
                    Place.of(path, node.getStartMark()),
                    "the tag " + Quoted.cut(node.getTag().getValue()) + " has no meaning here",
                    "expected the value alone");
        }
        return size;
    }

    private int children(Node node, String path) {
        int size = 0;
        if (node instanceof SequenceNode list) {
            List<Node> items = list.getValue();
            for (int index = 0; index < items.size(); index++) {
                size = sum(size, visit(items.get(index), KeyPath.item(path, index)), node, path);
            }
        } else if (node instanceof MappingNode mapping) {
            checkKeys(mapping, path);
            for (NodeTuple entry : mapping.getValue()) {
                String inner = entry.getKeyNode() instanceof ScalarNode key ? KeyPath.key(path, key.getValue()) : path;
                int pair = sum(visit(entry.getKeyNode(), inner), visit(entry.getValueNode(), inner), node, path);
                size = sum(size, pair, node, path);
            }
        }
        return size;
    }

    private int sum(int a, int b, Node node, String path) {
        if (a + b > MOST_VALUES && readable) {
            refuseTree(
                    node,
                    path,
                    "holds more than " + MOST_VALUES + " values, counted again at every alias",
                    "expected fewer");
        }
        return Math.min(a + b, MOST_VALUES);
    }

    private void refuseTree(Node node, String path, String is, String expected) {
        problems.add(Place.of(path, node.getStartMark()), is, expected);
        readable = false;
    }

    private void checkKeys(MappingNode mapping, String path) {
        Map<String, Integer> lines = new HashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            Place place = Place.of(path, entry.getKeyNode().getStartMark());
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problems.add(
                        place,
                        "a list or mapping stands where a key belongs",
                        "expected a plain key, and quotes around a value that begins with a brace");
            } else if (key.getTag().equals(Tag.MERGE)) {
                problems.add(
                        place,
                        "the merge key << is not supported",
                        "expected the keys written out, or an alias as the whole value");
            } else {
                checkOnce(key, path, lines);
            }
        }
    }

    private void checkOnce(ScalarNode key, String path, Map<String, Integer> lines) {
        Place place = Place.of(KeyPath.key(path, key.getValue()), key.getStartMark());
        Integer first = lines.putIfAbsent(key.getValue(), place.line());
        if (first != null) {
            problems.add(place, "the key stands in line " + first + " already", "expected it once");
        }
    }
}
