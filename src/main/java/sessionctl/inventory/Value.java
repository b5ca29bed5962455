package sessionctl.inventory;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One value of the document, its place, and where its faults go.
 *
 * <p>Scalars are taken by their text: YAML 1.1 would read 022 as 18, yes as true and 1.10 as 1.1.
 */
record Value(Node node, Place place, Variables variables, Problems problems) {
    boolean isEmpty() {
        return node.getTag().equals(Tag.NULL);
    }

    <T> Optional<T> as(Form<T> form) {
        return node instanceof ScalarNode scalar && !isEmpty()
                ? variables.expand(scalar.getValue(), this).flatMap(text -> form.read(text, this))
                : refuse(kind(), form.expected());
    }

    /** Its keys, if it is a mapping. */
    Optional<Fields> fields(String expected) {
        return node instanceof MappingNode mapping
                ? Optional.of(Fields.of(mapping, place, variables, problems))
                : refuse(kind(), expected);
    }

    /** Its items, if it is a list. */
    Optional<List<Value>> items(String expected) {
        return node instanceof SequenceNode list ? Optional.of(items(list.getValue())) : refuse(kind(), expected);
    }

    /** Tells a fault of this value; never holds anything, so that a reader can end with it. */
    <T> Optional<T> refuse(String is, String expected) {
        problems.add(place, is + source(), expected);
        return Optional.empty();
    }

    boolean isEmptyList() {
        return node instanceof SequenceNode list && list.getValue().isEmpty();
    }

    private List<Value> items(List<Node> nodes) {
        return IntStream.range(0, nodes.size())
                .mapToObj(index -> item(nodes.get(index), index))
                .toList();
    }

    private Value item(Node item, int index) {
        return new Value(item, Place.of(KeyPath.item(place.path(), index), item.getStartMark()), variables, problems);
    }

    /** Where a text comes from that is not in the file. */
    private String source() {
        List<String> names = node instanceof ScalarNode scalar ? Variables.names(scalar.getValue()) : List.of();
        return names.isEmpty() ? "" : " (from " + String.join(", ", names) + ")";
    }

    private String kind() {
        String subject = place.path().isEmpty() ? "the document " : "";
        if (isEmpty()) {
            return subject + "is empty";
        }
        if (node instanceof ScalarNode scalar) {
            return Quoted.of(scalar.getValue()) + " is a single value";
        }
        return node instanceof MappingNode ? subject + "is a mapping" : subject + "is a list";
    }
}
