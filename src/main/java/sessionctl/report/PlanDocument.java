package sessionctl.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import sessionctl.plan.Facts;
import sessionctl.plan.Origin;
import sessionctl.plan.SavedPlan;

/** A saved plan as a file. */
public final class PlanDocument {
    private static final String KIND = "sessionctl plan";
    private static final String FORMAT_VERSION = "1.0";
    private static final String REMEDY = "; save a new one with --dry-run --save-plan";

    private PlanDocument() {}

    /** The file's text. */
    public static String of(SavedPlan plan) {
        JsonObject root = new JsonObject();
        root.addProperty("kind", KIND);
        root.addProperty("format_version", FORMAT_VERSION);
        root.addProperty("program", plan.origin().program());
        root.addProperty("inventory", plan.origin().inventory());
        root.addProperty("values", plan.origin().values());
        root.add("templates", object(plan.origin().templates()));
        JsonArray droplets = new JsonArray();
        plan.droplets().forEach(p -> droplets.add(part(p)));
        root.add("droplets", droplets);
        return JsonText.exactly(root);
    }

    private static JsonObject part(SavedPlan.Part part) {
        JsonArray changes = new JsonArray();
        for (SavedPlan.Step step : part.changes()) {
            JsonObject one = new JsonObject();
            one.addProperty("summary", step.summary());
            one.addProperty("digest", step.digest());
            changes.add(one);
        }
        JsonObject one = new JsonObject();
        one.addProperty("name", part.droplet());
        one.add("changes", changes);
        one.addProperty("facts", part.facts().digest());
        one.add("marks", object(part.facts().marks()));
        return one;
    }

    private static JsonObject object(Map<String, String> texts) {
        JsonObject object = new JsonObject();
        texts.forEach(object::addProperty);
        return object;
    }

    /** Reads a file's text. */
    public static SavedPlan read(String text) throws UnreadablePlan {
        JsonObject root = root(text);
        if (!root.has("kind") || !KIND.equals(text(root, "kind"))) {
            throw new UnreadablePlan("this is not a saved plan" + REMEDY);
        }
        String version = text(root, "format_version");
        if (!version.equals(FORMAT_VERSION)) {
            throw new UnreadablePlan(
                    "it has format " + Legible.of(version) + ", and this sessionctl reads " + FORMAT_VERSION
                            + "; use the sessionctl that saved it, or save a new one with --dry-run --save-plan");
        }
        Origin origin = new Origin(
                text(root, "program"), text(root, "inventory"), text(root, "values"), texts(root, "templates"));
        List<SavedPlan.Part> parts = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonObject one : objects(root, "droplets")) {
            SavedPlan.Part part = readPart(one);
            if (!names.add(part.droplet())) {
                throw damaged();
            }
            parts.add(part);
        }
        return new SavedPlan(origin, parts);
    }

    private static SavedPlan.Part readPart(JsonObject one) throws UnreadablePlan {
        List<SavedPlan.Step> steps = new ArrayList<>();
        for (JsonObject step : objects(one, "changes")) {
            steps.add(new SavedPlan.Step(text(step, "summary"), text(step, "digest")));
        }
        return new SavedPlan.Part(text(one, "name"), steps, new Facts(text(one, "facts"), texts(one, "marks")));
    }

    private static JsonObject root(String text) throws UnreadablePlan {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonText.read(reader);
            if (element.isJsonObject() && reader.peek() == JsonToken.END_DOCUMENT) {
                return element.getAsJsonObject();
            }
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw damaged();
        }
        throw damaged();
    }

    private static UnreadablePlan damaged() {
        return new UnreadablePlan("this is not a saved plan, or not a whole one" + REMEDY);
    }

    private static JsonElement at(JsonObject object, String key) throws UnreadablePlan {
        JsonElement element = object.get(key);
        if (element == null) {
            throw damaged();
        }
        return element;
    }

    private static String text(JsonObject object, String key) throws UnreadablePlan {
        return text(at(object, key));
    }

    private static String text(JsonElement element) throws UnreadablePlan {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
            throw damaged();
        }
        return element.getAsString();
    }

    private static Map<String, String> texts(JsonObject object, String key) throws UnreadablePlan {
        JsonElement element = at(object, key);
        if (!element.isJsonObject()) {
            throw damaged();
        }
        Map<String, String> texts = new TreeMap<>();
        for (Map.Entry<String, JsonElement> entry : element.getAsJsonObject().entrySet()) {
            texts.put(entry.getKey(), text(entry.getValue()));
        }
        return texts;
    }

    private static List<JsonObject> objects(JsonObject object, String key) throws UnreadablePlan {
        JsonElement element = at(object, key);
        if (!element.isJsonArray()) {
            throw damaged();
        }
        List<JsonObject> objects = new ArrayList<>();
        for (JsonElement one : element.getAsJsonArray()) {
            if (!one.isJsonObject()) {
                throw damaged();
            }
            objects.add(one.getAsJsonObject());
        }
        return objects;
    }
}
