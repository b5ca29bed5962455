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

    /** Reports a fault of this value; always empty, so that a reader can end with it. */
    <T> Optional<T> refuse(String is, String expected) {
        problems.add(place, is, expected);
        return Optional.empty();
    }

    /**
     * Reports that the text of this value is not accepted. What the environment gave is never printed: an inventory that was
     * written by others must not be a way to read the variables of the machine that checks it.
     *
     * @param fault as in {@code is not a whole number}
     */
    <T> Optional<T> refuse(String text, String fault, String expected) {
        return refuse(Quoted.of(written(text)) + " " + fault, expected);
    }

    /** The text, or what the file has in its place where that names a variable. */
    String written(String text) {
        return node instanceof ScalarNode scalar
                        && !Variables.names(scalar.getValue()).isEmpty()
                ? scalar.getValue()
                : text;
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
