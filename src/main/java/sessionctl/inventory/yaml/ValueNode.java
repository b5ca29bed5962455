package sessionctl.inventory.yaml;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value of the document, with its location and the collector for its problems.
 *
 * <p>Scalars are read as text, because YAML 1.1 would read 022 as 18, yes as true and 1.10 as 1.1.
 */
public record ValueNode(Node node, SourceLocation place, Variables variables, Problems problems) {
    public boolean isEmpty() {
        return node.getTag().equals(Tag.NULL);
    }

    <T> Optional<T> as(ScalarType<T> type) {
        return node instanceof ScalarNode scalar && !isEmpty()
                ? variables
                        .expand(scalar.getValue(), this)
                        .flatMap(text -> type.parser().read(text, this))
                : refuse(kind(), type.expected());
    }

    /** Returns the keys of a mapping; otherwise reports a problem and returns empty. */
    public Optional<MappingReader> fields(String expected) {
        return node instanceof MappingNode mapping
                ? Optional.of(MappingReader.of(mapping, place, variables, problems))
                : refuse(kind(), expected);
    }

    /** Returns the items of a list; otherwise reports a problem and returns empty. */
    Optional<List<ValueNode>> items(String expected) {
        return node instanceof SequenceNode list ? Optional.of(items(list.getValue())) : refuse(kind(), expected);
    }

    /** Reports a problem of this value. Always returns empty, so that a reader can return its result. */
    public <T> Optional<T> refuse(String fault, String expected) {
        problems.add(place, fault, expected);
        return Optional.empty();
    }

    /**
     * Reports that the text of this value is not accepted. Values of environment variables are never printed: an
     * inventory that others wrote must not be able to reveal the variables of the machine that checks it.
     *
     * @param fault the problem, as in {@code is not a whole number}
     */
    public <T> Optional<T> refuse(String text, String fault, String expected) {
        return refuse(QuotedText.of(written(text)) + " " + fault, expected);
    }

    /** Returns the text in the file if it contains a variable; otherwise returns the given text. */
    public String written(String text) {
        return node instanceof ScalarNode scalar
                        && !Variables.names(scalar.getValue()).isEmpty()
                ? scalar.getValue()
                : text;
    }

    boolean isEmptyList() {
        return node instanceof SequenceNode list && list.getValue().isEmpty();
    }

    private List<ValueNode> items(List<Node> nodes) {
        return IntStream.range(0, nodes.size())
                .mapToObj(index -> item(nodes.get(index), index))
                .toList();
    }

    private ValueNode item(Node item, int index) {
        String path = SourceLocation.path(place.path(), index);
        return new ValueNode(item, SourceLocation.of(path, item.getStartMark()), variables, problems);
    }

    private String kind() {
        String subject = place.path().isEmpty() ? "the document " : "";
        if (isEmpty()) {
            return subject + "is empty";
        }
        if (node instanceof ScalarNode scalar) {
            return QuotedText.of(scalar.getValue()) + " is a single value";
        }
        return node instanceof MappingNode ? subject + "is a mapping" : subject + "is a list";
    }
}
