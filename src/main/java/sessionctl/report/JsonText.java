package sessionctl.report;

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
import java.util.Map;
import java.util.stream.Stream;

/** Any document as JSON for people, too. */
public final class JsonText {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private static final int MOST_UNWRITTEN = 1 << 14;

    private JsonText() {}

    /** The text, ended by a newline. */
    public static String of(Map<String, Object> document) {
        return of(GSON.toJsonTree(document));
    }

    /** The text of a report: what a droplet wrote is {@link Legible}, also for a program that prints it as it is. */
    static String of(JsonElement document) {
        return exactly(legible(document));
    }

    /**
     * Writes a report, ended by a newline, row by row, so that it is never whole in memory.
     *
     * @param head the members that come first
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
                    if (part.getBuffer().length() > MOST_UNWRITTEN) {
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

    /** The text of a document that is read again: the same strings, whatever they hold. */
    static String exactly(JsonElement document) {
        return harmless(GSON.toJson(document)) + "\n";
    }

    static JsonElement read(JsonReader reader) throws IOException {
        return GSON.getAdapter(JsonElement.class).read(reader);
    }

    private static JsonElement legible(JsonElement element) {
        if (element instanceof JsonObject object) {
            JsonObject safe = new JsonObject();
            object.entrySet().forEach(e -> safe.add(Legible.of(e.getKey()), legible(e.getValue())));
            return safe;
        }
        if (element instanceof JsonArray array) {
            JsonArray safe = new JsonArray(array.size());
            array.forEach(one -> safe.add(legible(one)));
            return safe;
        }
        return element instanceof JsonPrimitive text && text.isString()
                ? new JsonPrimitive(Legible.of(text.getAsString()))
                : element;
    }

    /** What a terminal or a build server would obey stands only inside strings, where JSON can write it otherwise. */
    private static String harmless(String json) {
        boolean plain = json.chars().allMatch(c -> Legible.plain(c) || c == '\n');
        return (plain ? json : seen(json))
                .replace("##[", "##\\u005b")
                .replace("section_start:", "section_start\\u003a")
                .replace("section_end:", "section_end\\u003a");
    }

    private static String seen(String json) {
        StringBuilder safe = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (!Legible.unseen(c)) {
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
