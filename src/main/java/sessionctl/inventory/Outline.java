package sessionctl.inventory;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The keys that a reader asked a mapping for, and what each may hold: what is checked and its schema are one. */
final class Outline {
    private final Map<String, Supplier<Map<String, Object>>> keys = new LinkedHashMap<>();
    private final Set<String> required = new LinkedHashSet<>();

    Set<String> keys() {
        return keys.keySet();
    }

    void require(String key) {
        required.add(key);
    }

    void value(String key, Form<?> form) {
        keys.put(key, () -> scalar(form));
    }

    void section(String key, Outline section) {
        keys.put(key, () -> section.schema("object", "null"));
    }

    void list(String key, Form<?> form) {
        keys.put(key, () -> Map.of("type", "array", "items", scalar(form), "uniqueItems", true));
    }

    void mappings(String key, Outline item) {
        keys.put(key, () -> Map.of("type", "array", "items", item.schema("object"), "minItems", 1));
    }

    /** The mapping as a JSON Schema. */
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

    /** The value itself, or a text with variables. */
    private static Map<String, Object> scalar(Form<?> form) {
        String sentence = form.expected().replaceFirst("^expected ", "");
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1));
        schema.put("anyOf", List.of(form.schema(), Map.of("type", "string", "pattern", Variables.PATTERN)));
        return schema;
    }
}
