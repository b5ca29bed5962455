package sessionctl.inventory.yaml;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The keys that a reader requests from a mapping, with their types. The same record serves the check and the JSON
 * Schema.
 */
final class KeySchema {
    private final Map<String, Supplier<Map<String, Object>>> keys = new LinkedHashMap<>();
    private final Set<String> required = new LinkedHashSet<>();

    Set<String> keys() {
        return keys.keySet();
    }

    void require(String key) {
        required.add(key);
    }

    void value(String key, ScalarType<?> type) {
        keys.put(key, () -> scalar(type));
    }

    void section(String key, KeySchema section) {
        keys.put(key, () -> section.schema("object", "null"));
    }

    void list(String key, ScalarType<?> type) {
        keys.put(key, () -> Map.of("type", "array", "items", scalar(type), "uniqueItems", true));
    }

    void mappings(String key, KeySchema item) {
        keys.put(key, () -> Map.of("type", "array", "items", item.schema("object"), "minItems", 1));
    }

    /** Returns the JSON Schema of the mapping. */
    Map<String, Object> schema(String... types) {
        Map<String, Object> properties = new LinkedHashMap<>();
        keys.forEach((key, schema) -> properties.put(key, schema.get()));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", types.length == 1 ? types[0] : List.of(types));
        schema.put("properties", properties);
        schema.put("required", List.copyOf(required));
        schema.put("additionalProperties", false);
        return schema;
    }

    /** Returns the schema of a value. It also accepts a text with variables. */
    private static Map<String, Object> scalar(ScalarType<?> type) {
        String sentence = type.expected().replaceFirst("^expected ", "");
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1));
        schema.put("anyOf", List.of(type.schema(), Map.of("type", "string", "pattern", Variables.PATTERN)));
        return schema;
    }
}
