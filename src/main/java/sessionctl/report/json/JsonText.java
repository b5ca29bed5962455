package sessionctl.report.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import sessionctl.report.TerminalSafe;

/** Formats documents as indented JSON. */
public final class JsonText {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private static final Gson LINES = new GsonBuilder().disableHtmlEscaping().create();

    private static final int MAX_BUFFERED = 1 << 14;

    private JsonText() {}

    /** Formats a document, ended by a newline. */
    public static String of(Map<String, Object> document) {
        return of(GSON.toJsonTree(document));
    }

    /** Formats a report. Makes its strings {@link TerminalSafe}, so that a program can print them without escaping. */
    static String of(JsonElement document) {
        return exactly(legible(document));
    }

    /** Formats a document in one line. Makes its strings {@link TerminalSafe}. */
    static String line(JsonElement document) {
        return harmless(LINES.toJson(legible(document)));
    }

    /**
     * Writes a report, ended by a newline. Writes it row by row, so that it is never completely in memory.
     *
     * @param head the first members
     * @param arrays the rows of each array that follows, by its name
     */
    static void write(JsonObject head, Map<String, Stream<JsonObject>> arrays, PrintWriter out) {
        StringWriter part = new StringWriter();
        try (JsonWriter json = GSON.newJsonWriter(part)) {
            json.beginObject();
            members(head, json);
            for (Map.Entry<String, Stream<JsonObject>> array : arrays.entrySet()) {
                json.name(array.getKey()).beginArray();
                for (JsonObject row : (Iterable<JsonObject>) array.getValue()::iterator) {
                    GSON.toJson(legible(row), json);
                    if (part.getBuffer().length() > MAX_BUFFERED) {
                        drain(json, part, out);
                    }
                }
                json.endArray();
            }
            json.endObject();
            drain(json, part, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.append('\n');
    }

    private static void members(JsonObject object, JsonWriter json) throws IOException {
        for (Map.Entry<String, JsonElement> member : object.entrySet()) {
            json.name(member.getKey());
            GSON.toJson(legible(member.getValue()), json);
        }
    }

    private static void drain(JsonWriter json, StringWriter part, PrintWriter out) throws IOException {
        json.flush();
        out.append(harmless(part.toString()));
        part.getBuffer().setLength(0);
    }

    /** Formats a document that is parsed again later. Keeps all strings unchanged. */
    static String exactly(JsonElement document) {
        return harmless(GSON.toJson(document)) + "\n";
    }

    /** Converts each element of a list. */
    static <T> JsonArray array(Collection<T> all, Function<T, JsonElement> convert) {
        JsonArray array = new JsonArray();
        all.forEach(one -> array.add(convert.apply(one)));
        return array;
    }

    static JsonArray array(Collection<String> texts) {
        return array(texts, JsonPrimitive::new);
    }

    static JsonElement read(JsonReader reader) throws IOException {
        return GSON.getAdapter(JsonElement.class).read(reader);
    }

    private static JsonElement legible(JsonElement element) {
        if (element instanceof JsonObject object) {
            JsonObject safe = new JsonObject();
            object.entrySet().forEach(e -> safe.add(TerminalSafe.of(e.getKey()), legible(e.getValue())));
            return safe;
        }
        if (element instanceof JsonArray array) {
            JsonArray safe = new JsonArray(array.size());
            array.forEach(one -> safe.add(legible(one)));
            return safe;
        }
        return element instanceof JsonPrimitive text && text.isString()
                ? new JsonPrimitive(TerminalSafe.of(text.getAsString()))
                : element;
    }

    /**
     * Escapes characters that a terminal or a build server would obey. They occur inside strings only, where JSON has
     * escapes.
     */
    private static String harmless(String json) {
        boolean plain = json.chars().allMatch(c -> TerminalSafe.plain(c) || c == '\n');
        return (plain ? json : visible(json))
                .replace("##[", "##\\u005b")
                .replace("section_start:", "section_start\\u003a")
                .replace("section_end:", "section_end\\u003a");
    }

    private static String visible(String json) {
        StringBuilder safe = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (!TerminalSafe.isInvisible(c)) {
                safe.appendCodePoint(c);
                return;
            }
            for (char unit : Character.toChars(c)) {
                safe.append(String.format("\\u%04x", (int) unit));
            }
        });
        return safe.toString();
    }
}
