package sessionctl.inventory.edit;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.discovery.InventoryText;

/** A droplet's mapping in the text, and the style in which it is written. */
record DropletItem(SourceText source, MappingNode node) {
    private static final List<String> REQUIRED = List.of("name", "public_ip", "private_ip");

    boolean isFlow() {
        return node.getFlowStyle() == FlowStyle.FLOW;
    }

    int start() {
        return source.at(node.getStartMark());
    }

    /** Returns the end of a flow mapping, after its brace. */
    int end() {
        return source.at(node.getEndMark());
    }

    /** Returns the column of the first key; 0 is the first one. */
    int keyColumn() {
        return node.getValue().get(0).getKeyNode().getStartMark().getColumn();
    }

    int firstKey() {
        return source.at(node.getValue().get(0).getKeyNode().getStartMark());
    }

    /** Returns the end of the last key or value, before blanks and comments. */
    int contentEnd() throws RefusedEditException {
        return contentEnd(node);
    }

    private int contentEnd(Node inner) throws RefusedEditException {
        boolean precise = inner instanceof ScalarNode
                || (inner instanceof CollectionNode<?> list && list.getFlowStyle() == FlowStyle.FLOW);
        if (precise) {
            if (inner instanceof ScalarNode scalar && isBlock(scalar)) {
                throw new RefusedEditException("line " + (inner.getStartMark().getLine() + 1)
                        + " begins a text of several lines; write the droplet's values on one line each");
            }
            return source.at(inner.getEndMark());
        }
        int end = source.at(inner.getStartMark());
        if (inner instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                end = Math.max(end, valueEnd(entry));
            }
        } else if (inner instanceof SequenceNode list) {
            for (Node item : list.getValue()) {
                end = Math.max(end, contentEnd(item));
            }
        }
        return end;
    }

    private int valueEnd(NodeTuple entry) throws RefusedEditException {
        int key = source.at(entry.getKeyNode().getEndMark());
        return isAlias(entry) ? source.lineEnd(key) : Math.max(key, contentEnd(entry.getValueNode()));
    }

    private static boolean isBlock(ScalarNode scalar) {
        return scalar.getScalarStyle() == ScalarStyle.LITERAL || scalar.getScalarStyle() == ScalarStyle.FOLDED;
    }

    /** Returns true if the value is an alias: its node is the one with the anchor, before the key. */
    private static boolean isAlias(NodeTuple entry) {
        return entry.getValueNode().getStartMark().getIndex()
                < entry.getKeyNode().getStartMark().getIndex();
    }

    private Optional<NodeTuple> entry(String key) {
        return node.getValue().stream()
                .filter(e -> e.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .findFirst();
    }

    /**
     * Returns the replacement of a key's value, in the same quotes.
     *
     * @throws RefusedEditException if the value is not written here as it is
     */
    Splice replace(String key, String value) throws RefusedEditException {
        NodeTuple entry = entry(key).orElseThrow();
        String line = "line " + (entry.getKeyNode().getStartMark().getLine() + 1);
        if (isAlias(entry) || entry.getValueNode().getAnchor() != null) {
            throw new RefusedEditException(
                    line + " sets " + key + " with an anchor or an alias; write the value itself");
        }
        ScalarNode old = (ScalarNode) entry.getValueNode();
        if (old.getValue().contains("${")) {
            throw new RefusedEditException(
                    line + " takes " + key + " from the environment; change the variable, or write the value itself");
        }
        int from = source.at(old.getStartMark());
        if (isBlock(old) || source.text().startsWith("!", from)) {
            throw new RefusedEditException(line + " writes " + key + " as a block or with a tag; write a plain value");
        }
        return new Splice(from, source.at(old.getEndMark()), scalar(old, value));
    }

    /** Returns the edit that sets {@code leaving: true}. */
    Splice markLeaving() throws RefusedEditException {
        if (entry("leaving").isPresent()) {
            return replace("leaving", "true");
        }
        String mark = key("leaving") + ": true";
        if (isFlow()) {
            int after = node.getValue().stream()
                    .filter(e -> !isAlias(e))
                    .mapToInt(e -> source.at(e.getValueNode().getEndMark()))
                    .max()
                    .orElseThrow();
            return Splice.insert(after, separator() + mark);
        }
        int end = contentEnd();
        int next = source.nextLine(end);
        String line = " ".repeat(keyColumn()) + mark;
        return next == source.lineEnd(end)
                ? Splice.insert(next, source.lineBreak(end) + line)
                : Splice.insert(next, line + source.lineBreak(end));
    }

    /** Returns the text of another droplet's mapping in this style, with the three required keys. */
    String like(Droplet droplet) {
        List<NodeTuple> entries = node.getValue().stream()
                .filter(e -> e.getKeyNode() instanceof ScalarNode key && REQUIRED.contains(key.getValue()))
                .sorted(Comparator.comparingInt(
                        e -> e.getKeyNode().getStartMark().getIndex()))
                .toList();
        List<String> words = entries.stream().map(e -> like(e, droplet)).toList();
        if (!isFlow()) {
            String between = source.lineBreak(start()) + " ".repeat(keyColumn());
            return words.stream().collect(Collectors.joining(between));
        }
        String open = source.between(start(), firstKey(), "\\{\\s*", "{");
        NodeTuple last = node.getValue().get(node.getValue().size() - 1);
        String close = source.between(source.at(last.getValueNode().getEndMark()), end(), "\\s*,?\\s*\\}", "}");
        return words.stream().collect(Collectors.joining(separator(), open, close));
    }

    private String like(NodeTuple entry, Droplet droplet) {
        ScalarNode key = (ScalarNode) entry.getKeyNode();
        String value = switch (key.getValue()) {
            case "name" -> droplet.name();
            case "public_ip" -> droplet.publicIp().text();
            default -> droplet.privateIp().text();
        };
        int end = source.at(key.getEndMark());
        String colon = source.between(end, source.at(entry.getValueNode().getStartMark()), ":[ \t]*", ": ");
        return key(key.getValue()) + colon + scalar((ScalarNode) entry.getValueNode(), value);
    }

    /** Returns the text between two entries of a flow mapping. */
    private String separator() {
        if (node.getValue().size() < 2) {
            return ", ";
        }
        int end = source.at(node.getValue().get(0).getValueNode().getEndMark());
        return source.between(end, source.at(node.getValue().get(1).getKeyNode().getStartMark()), "\\s*,\\s*", ", ");
    }

    /** Returns a key in the quotes of the first one. */
    private String key(String name) {
        return scalar((ScalarNode) node.getValue().get(0).getKeyNode(), name);
    }

    /** Returns a value in the quotes of another one. No value here contains a quote. */
    private static String scalar(ScalarNode like, String value) {
        return switch (like.getScalarStyle()) {
            case DOUBLE_QUOTED -> '"' + value + '"';
            case SINGLE_QUOTED -> "'" + value + "'";
            default -> InventoryText.scalar(value);
        };
    }
}
