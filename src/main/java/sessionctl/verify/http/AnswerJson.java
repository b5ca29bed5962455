package sessionctl.verify.http;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the JSON (RFC 8259) that a probe page answers with: objects become maps, arrays lists, numbers doubles. */
final class AnswerJson {
    private static final int MAX_DEPTH = 20;
    private static final TypeAdapter<Object> ANY = new Gson().getAdapter(Object.class);

    private AnswerJson() {}

    /** Parses a text that is one object; empty if it is anything else, or nested deeper than {@value #MAX_DEPTH}. */
    static Optional<Map<String, Object>> object(String text) {
        JsonReader json = new JsonReader(new StringReader(text));
        json.setStrictness(Strictness.STRICT);
        json.setNestingLimit(MAX_DEPTH);
        try {
            Object value = ANY.read(json);
            return json.peek() == JsonToken.END_DOCUMENT ? map(value) : Optional.empty();
        } catch (IOException | JsonParseException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    /** Returns an object's members without those that are null; empty if the value is no object. */
    static Optional<Map<String, Object>> map(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, one) -> {
            if (one != null) {
                copy.put(String.valueOf(key), one);
            }
        });
        return Optional.of(copy);
    }

    /** Returns the text at a key; empty without one. */
    static String string(Map<String, Object> object, String key) {
        return object.get(key) instanceof String text ? text : "";
    }

    /** Returns the integer at a key; 0 without one. */
    static int number(Map<String, Object> object, String key) {
        return object.get(key) instanceof Double number ? number.intValue() : 0;
    }

    /** Returns the texts of the list at a key. */
    static List<String> strings(Map<String, Object> object, String key) {
        List<String> texts = new ArrayList<>();
        if (object.get(key) instanceof List<?> list) {
            list.forEach(one -> texts.add(String.valueOf(one)));
        }
        return texts;
    }
}
