package sessionctl.inventory;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** The keys of one mapping. The keys that a reader asks for are the keys that exist; all others are refused. */
final class Fields {
    private final Place place;
    private final Problems problems;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    private Fields(Place place, Problems problems) {
        this.place = place;
        this.problems = problems;
    }

    /** Keys that are no plain word, merge keys and second occurrences are left to {@link TreeCheck}. */
    static Fields of(MappingNode mapping, Place place, Problems problems) {
        Fields fields = new Fields(place, problems);
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
            if (!asked.contains(key)) {
                problems.add(
                        Place.of(
                                KeyPath.key(place.path(), key),
                                entry.getKeyNode().getStartMark()),
                        "unknown key",
                        Spelling.hint(key, asked));
            }
        });
        return read;
    }

    /** What the key holds; nothing if it is absent or faulty. */
    <T> Optional<T> optional(String key, Form<T> form) {
        return value(key).flatMap(value -> value.as(form));
    }

    /** What the key holds; nothing if it is faulty, and being absent is a fault. */
    <T> Optional<T> required(String key, Form<T> form) {
        Optional<Value> value = value(key);
        if (value.isEmpty()) {
            refuseAbsent(key, form.expected());
        }
        return value.flatMap(given -> given.as(form));
    }

    /** A section of the file; absent, or with nothing in it, it has no keys. */
    <T> T section(String key, Function<Fields, T> reader) {
        return value(key)
                .filter(value -> !value.isEmpty())
                .flatMap(value -> value.fields("expected keys and their values"))
                .orElseGet(() -> new Fields(place(key), problems))
                .read(reader);
    }

    Optional<Value> value(String key) {
        asked.add(key);
        return Optional.ofNullable(entries.get(key))
                .map(entry -> new Value(entry.getValueNode(), place(key), problems));
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

    void refuseAbsent(String key, String expected) {
        refuse(key, "is missing", expected);
    }
}
