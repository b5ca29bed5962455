package sessionctl.inventory;

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

/** The keys of one mapping. The keys that a reader asks for are the keys that exist; all others are refused. */
final class Fields {
    private final Place place;
    private final Variables variables;
    private final Problems problems;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Outline asked = new Outline();

    private Fields(Place place, Variables variables, Problems problems) {
        this.place = place;
        this.variables = variables;
        this.problems = problems;
    }

    /** Keys that are no plain word, merge keys and second occurrences are left to {@link TreeCheck}. */
    static Fields of(MappingNode mapping, Place place, Variables variables, Problems problems) {
        Fields fields = new Fields(place, variables, problems);
        for (NodeTuple entry : mapping.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode key && !key.getTag().equals(Tag.MERGE)) {
                fields.entries.putIfAbsent(key.getValue(), entry);
            }
        }
        return fields;
    }

    /** Reads these keys and refuses the ones that the reader did not ask for. */
    <T> T read(Function<Fields, T> reader) {
        T read = reader.apply(this);
        entries.forEach((key, entry) -> {
            if (!asked.keys().contains(key)) {
                problems.add(
                        Place.of(
                                KeyPath.key(place.path(), key),
                                entry.getKeyNode().getStartMark()),
                        "unknown key",
                        Spelling.hint(key, asked.keys()));
            }
        });
        return read;
    }

    /** What the key holds; nothing if it is absent or faulty. */
    <T> Optional<T> optional(String key, Form<T> form) {
        asked.value(key, form);
        return value(key).flatMap(value -> value.as(form));
    }

    /** What the key holds; nothing if it is faulty, and being absent is a fault. */
    <T> Optional<T> required(String key, Form<T> form) {
        asked.require(key);
        if (!has(key)) {
            refuse(key, "is missing", form.expected());
        }
        return optional(key, form);
    }

    /** A section of the file; absent, or with nothing in it, it has no keys. */
    <T> T section(String key, Function<Fields, T> reader) {
        Fields section = value(key)
                .filter(value -> !value.isEmpty())
                .flatMap(value -> value.fields("expected keys and their values"))
                .orElseGet(() -> new Fields(place(key), variables, problems));
        asked.section(key, section.asked);
        return section.read(reader);
    }

    /** What the list holds that is not faulty; nothing if it is absent or no list. */
    <T> Optional<List<T>> list(String key, String expected, Form<T> form) {
        asked.list(key, form);
        return value(key)
                .flatMap(value -> value.items(expected))
                .map(items ->
                        items.stream().flatMap(item -> item.as(form).stream()).toList());
    }

    /** Mappings, of which there must be one at least; nothing for each that is faulty. */
    <T> List<Optional<T>> mappings(
            String key, String expected, String expectedItem, Function<Fields, Optional<T>> reader) {
        asked.require(key);
        asked.mappings(key, new Outline());
        Optional<Value> list = value(key);
        if (list.isEmpty()) {
            refuse(key, "is missing", expected);
        } else if (list.get().isEmptyList()) {
            refuse(key, "the list is empty", expected);
        }
        return list.flatMap(value -> value.items(expected)).orElse(List.of()).stream()
                .map(item -> item.fields(expectedItem).flatMap(fields -> {
                    asked.mappings(key, fields.asked);
                    return fields.read(reader);
                }))
                .toList();
    }

    private Optional<Value> value(String key) {
        return Optional.ofNullable(entries.get(key))
                .map(entry -> new Value(entry.getValueNode(), place(key), variables, problems));
    }

    /** What was read of a key, or what the file has in its place where that names a variable. */
    String written(String key, String text) {
        return value(key).map(value -> value.written(text)).orElse(text);
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** Where the key's value stands, or the key if the value is an alias; where the mapping stands if it is absent. */
    Place place(String key) {
        String path = KeyPath.key(place.path(), key);
        NodeTuple entry = entries.get(key);
        if (entry == null) {
            return new Place(path, place.line(), place.column());
        }
        Mark ofKey = entry.getKeyNode().getStartMark();
        Mark ofValue = entry.getValueNode().getStartMark();
        return Place.of(path, ofValue.getIndex() < ofKey.getIndex() ? ofKey : ofValue);
    }

    void refuse(String key, String is, String expected) {
        problems.add(place(key), is, expected);
    }

    /** What the keys that were asked for may hold, as a JSON Schema. */
    Map<String, Object> schema() {
        return asked.schema("object");
    }
}
