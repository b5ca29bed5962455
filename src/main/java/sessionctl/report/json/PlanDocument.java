package sessionctl.report.json;

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
import java.util.TreeMap;
import java.util.function.Function;
import sessionctl.plan.FactsFingerprint;
import sessionctl.plan.PlanInputs;
import sessionctl.plan.SavedPlan;
import sessionctl.report.InvalidPlanFileException;
import sessionctl.report.TerminalSafe;

/** Reads and writes saved plans. */
public final class PlanDocument {
    private static final String KIND = "sessionctl plan";
    private static final String FORMAT_VERSION = "1.0";
    private static final String REMEDY = "; save a new one with --dry-run --save-plan";

    private PlanDocument() {}

    /** Returns the file's text. */
    public static String of(SavedPlan plan) {
        JsonObject root = new JsonObject();
        root.addProperty("kind", KIND);
        root.addProperty("format_version", FORMAT_VERSION);
        root.addProperty("program", plan.inputs().program());
        root.addProperty("inventory", plan.inputs().inventory());
        root.addProperty("values", plan.inputs().values());
        root.add("templates", object(plan.inputs().templates()));
        root.add("droplets", JsonText.array(plan.droplets(), PlanDocument::write));
        return JsonText.exactly(root);
    }

    private static JsonObject write(SavedPlan.Part part) {
        JsonObject one = new JsonObject();
        one.addProperty("name", part.droplet());
        one.add("changes", JsonText.array(part.changes(), PlanDocument::write));
        one.addProperty("facts", part.facts().digest());
        one.add("marks", object(part.facts().marks()));
        return one;
    }

    private static JsonObject write(SavedPlan.Step step) {
        JsonObject one = new JsonObject();
        one.addProperty("summary", step.summary());
        one.addProperty("digest", step.digest());
        return one;
    }

    private static JsonObject object(Map<String, String> texts) {
        JsonObject object = new JsonObject();
        texts.forEach(object::addProperty);
        return object;
    }

    /**
     * Parses a file's text.
     *
     * @throws InvalidPlanFileException if the text is not a complete plan of this format version
     */
    public static SavedPlan read(String text) throws InvalidPlanFileException {
        try {
            JsonObject root = root(text);
            if (!root.has("kind") || !KIND.equals(text(root, "kind"))) {
                throw new InvalidPlanFileException("this is not a saved plan" + REMEDY);
            }
            String version = text(root, "format_version");
            if (!version.equals(FORMAT_VERSION)) {
                throw new InvalidPlanFileException(
                        "it has format " + TerminalSafe.of(version) + ", and this sessionctl reads " + FORMAT_VERSION
                                + "; use the sessionctl that saved it, or save a new one with --dry-run --save-plan");
            }
            return plan(root);
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new InvalidPlanFileException("this is not a saved plan, or it is incomplete" + REMEDY);
        }
    }

    private static JsonObject root(String text) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        JsonObject root = JsonText.read(reader).getAsJsonObject();
        require(reader.peek() == JsonToken.END_DOCUMENT);
        return root;
    }

    private static SavedPlan plan(JsonObject root) {
        PlanInputs inputs = new PlanInputs(
                text(root, "program"), text(root, "inventory"), text(root, "values"), texts(root, "templates"));
        SavedPlan plan = new SavedPlan(inputs, objects(root, "droplets", PlanDocument::part));
        require(new HashSet<>(plan.names()).size() == plan.names().size());
        return plan;
    }

    private static SavedPlan.Part part(JsonObject one) {
        return new SavedPlan.Part(
                text(one, "name"),
                objects(one, "changes", step -> new SavedPlan.Step(text(step, "summary"), text(step, "digest"))),
                new FactsFingerprint(text(one, "facts"), texts(one, "marks")));
    }

    /** Throws the exception that Gson throws for an element of another type. */
    private static void require(boolean valid) {
        if (!valid) {
            throw new IllegalStateException("the document is not a plan");
        }
    }

    private static JsonElement at(JsonObject object, String key) {
        require(object.has(key));
        return object.get(key);
    }

    private static String text(JsonObject object, String key) {
        JsonElement element = at(object, key);
        // Gson would also return numbers as texts.
        require(element.isJsonPrimitive() && element.getAsJsonPrimitive().isString());
        return element.getAsString();
    }

    private static Map<String, String> texts(JsonObject object, String key) {
        JsonObject members = at(object, key).getAsJsonObject();
        Map<String, String> texts = new TreeMap<>();
        members.keySet().forEach(name -> texts.put(name, text(members, name)));
        return texts;
    }

    private static <T> List<T> objects(JsonObject object, String key, Function<JsonObject, T> read) {
        List<T> all = new ArrayList<>();
        at(object, key).getAsJsonArray().forEach(one -> all.add(read.apply(one.getAsJsonObject())));
        return all;
    }
}
