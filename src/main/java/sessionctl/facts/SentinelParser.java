package sessionctl.facts;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sessionctl.state.SentinelState;

/** Parses the part about the sentinel of the JSON that {@code guard status} prints. */
final class SentinelParser {
    /** The maximum length of the text; vitals.sh sends no more. */
    private static final int MAX_LENGTH = 65_536;

    private static final int MAX_SERVERS = 1000;
    private static final String ADDRESS = "\\d{1,3}(\\.\\d{1,3}){3}";

    private SentinelParser() {}

    /** Thrown for a value of another form. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** Reads one element of an array. */
    private interface Reader<T> {
        T read(JsonObject one) throws Malformed;
    }

    /** Returns the state of the sentinel; null if the guard is older than the sentinel, or if a value is malformed. */
    static @Nullable SentinelState parse(@Nullable String text) {
        if (text == null || text.isBlank() || text.length() > MAX_LENGTH) {
            return null;
        }
        try {
            JsonElement root = JsonParser.parseString(text);
            if (!(root instanceof JsonObject status) || !(status.get("sentinel") instanceof JsonObject sentinel)) {
                return null;
            }
            return new SentinelState(
                    bool(sentinel, "alive"),
                    string(sentinel, "fenced", ".*"),
                    list(sentinel, "silent", SentinelParser::silence),
                    list(sentinel, "flapping", SentinelParser::flapping));
        } catch (Malformed | JsonParseException | StackOverflowError e) {
            return null;
        }
    }

    private static SentinelState.Silence silence(JsonObject one) throws Malformed {
        return new SentinelState.Silence(
                string(one, "address", ADDRESS), number(one, "since", 12), string(one, "reason", ".*"));
    }

    private static SentinelState.Flapping flapping(JsonObject one) throws Malformed {
        return new SentinelState.Flapping(string(one, "address", ADDRESS), (int) number(one, "count", 9));
    }

    private static <T> List<T> list(JsonObject object, String key, Reader<T> reader) throws Malformed {
        if (!(object.get(key) instanceof JsonArray array) || array.size() > MAX_SERVERS) {
            throw new Malformed();
        }
        List<T> list = new ArrayList<>();
        for (JsonElement element : array) {
            if (!(element instanceof JsonObject one)) {
                throw new Malformed();
            }
            list.add(reader.read(one));
        }
        return list;
    }

    private static boolean bool(JsonObject object, String key) throws Malformed {
        return value(object, key, JsonPrimitive::isBoolean).getAsBoolean();
    }

    private static long number(JsonObject object, String key, int digits) throws Malformed {
        String text = value(object, key, JsonPrimitive::isNumber).getAsString();
        if (!text.matches("\\d{1," + digits + "}")) {
            throw new Malformed();
        }
        return Long.parseLong(text);
    }

    private static String string(JsonObject object, String key, String pattern) throws Malformed {
        String text = value(object, key, JsonPrimitive::isString).getAsString();
        if (!text.matches(pattern)) {
            throw new Malformed();
        }
        return AnswerSections.cut(text);
    }

    private static JsonPrimitive value(JsonObject object, String key, Function<JsonPrimitive, Boolean> is)
            throws Malformed {
        if (object.get(key) instanceof JsonPrimitive value && is.apply(value)) {
            return value;
        }
        throw new Malformed();
    }
}
