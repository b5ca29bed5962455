package sessionctl.inventory.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads the keys of one mapping. Every key that the reader does not request is refused as unknown. */
public final class MappingReader {
    private final SourceLocation place;
    private final Variables variables;
    private final Problems problems;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final KeySchema requestedKeys = new KeySchema();

    private MappingReader(SourceLocation place, Variables variables, Problems problems) {
        this.place = place;
        this.variables = variables;
        this.problems = problems;
    }

    /**
     * Creates a reader. Skips keys that are not scalars, merge keys and duplicates, which {@link YamlTreeValidator}
     * reports.
     */
    static MappingReader of(MappingNode mapping, SourceLocation place, Variables variables, Problems problems) {
        MappingReader fields = new MappingReader(place, variables, problems);
        for (NodeTuple entry : mapping.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode key && !key.getTag().equals(Tag.MERGE)) {
                fields.entries.putIfAbsent(key.getValue(), entry);
            }
        }
        return fields;
    }

    /** Runs a reader and refuses the keys that it did not request. */
    public <T> T read(Function<MappingReader, T> reader) {
        T read = reader.apply(this);
        entries.forEach((key, entry) -> {
            if (!requestedKeys.keys().contains(key)) {
                problems.add(
                        place.key(key, entry.getKeyNode().getStartMark()),
                        "unknown key",
                        SpellingSuggestion.hint(key, requestedKeys.keys()));
            }
        });
        return read;
    }

    /** Returns the value of a key; empty if it is absent or invalid. */
    public <T> Optional<T> optional(String key, ScalarType<T> type) {
        requestedKeys.value(key, type);
        return value(key).flatMap(value -> value.as(type));
    }

    /** Returns the value of a key; empty if it is invalid. Reports an absent key. */
    public <T> Optional<T> required(String key, ScalarType<T> type) {
        requestedKeys.require(key);
        if (!has(key)) {
            refuse(key, "is missing", type.expected());
        }
        return optional(key, type);
    }

    /** Reads a section of the file. An absent or empty section has no keys. */
    public <T> T section(String key, Function<MappingReader, T> reader) {
        MappingReader section = value(key)
                .filter(value -> !value.isEmpty())
                .flatMap(value -> value.fields("expected keys and their values"))
                .orElseGet(() -> new MappingReader(place(key), variables, problems));
        requestedKeys.section(key, section.requestedKeys);
        return section.read(reader);
    }

    /** Returns the valid items of a list; empty if the key is absent or not a list. */
    public <T> Optional<List<T>> list(String key, String expected, ScalarType<T> type) {
        requestedKeys.list(key, type);
        return value(key)
                .flatMap(value -> value.items(expected))
                .map(items ->
                        items.stream().flatMap(item -> item.as(type).stream()).toList());
    }

    /** Reads a list of at least one mapping. Returns an empty item for each invalid mapping. */
    public <T> List<Optional<T>> mappings(
            String key, String expected, String expectedItem, Function<MappingReader, Optional<T>> reader) {
        requestedKeys.require(key);
        requestedKeys.mappings(key, new KeySchema());
        Optional<ValueNode> list = value(key);
        if (list.isEmpty()) {
            refuse(key, "is missing", expected);
        } else if (list.get().isEmptyList()) {
            refuse(key, "the list is empty", expected);
        }
        return list.flatMap(value -> value.items(expected)).orElse(List.of()).stream()
                .map(item -> item.fields(expectedItem).flatMap(fields -> {
                    requestedKeys.mappings(key, fields.requestedKeys);
                    return fields.read(reader);
                }))
                .toList();
    }

    private Optional<ValueNode> value(String key) {
        return Optional.ofNullable(entries.get(key))
                .map(entry -> new ValueNode(entry.getValueNode(), place(key), variables, problems));
    }

    /** Returns the text in the file if it contains a variable; otherwise returns the given text. */
    public String writtenText(String key, String text) {
        return value(key).map(value -> value.written(text)).orElse(text);
    }

    public boolean has(String key) {
        return entries.containsKey(key);
    }

    /**
     * Returns the location of a key's value, of the key if the value is an alias, or of the mapping if the key is
     * absent.
     */
    public SourceLocation place(String key) {
        NodeTuple entry = entries.get(key);
        if (entry == null) {
            return new SourceLocation(SourceLocation.path(place.path(), key), place.line(), place.column());
        }
        Mark ofKey = entry.getKeyNode().getStartMark();
        Mark ofValue = entry.getValueNode().getStartMark();
        return place.key(key, ofValue.getIndex() < ofKey.getIndex() ? ofKey : ofValue);
    }

    public void refuse(String key, String fault, String expected) {
        problems.add(place(key), fault, expected);
    }

    /** Returns the JSON Schema of the requested keys. */
    public Map<String, Object> schema() {
        return requestedKeys.schema("object");
    }
}
