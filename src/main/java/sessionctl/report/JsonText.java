package sessionctl.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.Map;

/** Any document as JSON for people, too. */
public final class JsonText {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private JsonText() {}

    /** The text, ended by a newline. */
    public static String of(Map<String, Object> document) {
        return GSON.toJson(document) + "\n";
    }
}
