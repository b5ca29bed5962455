package sessionctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The example pipelines of the documentation, parsed as their build servers parse them. */
public final class Pipelines {
    private static final Path FOLDER = Path.of("src/docs/ci");

    private Pipelines() {}

    /** A shell script that a job runs, with the name of the job. */
    public record Step(String job, String script) {}

    /** Returns the steps of the GitHub Actions pipeline. */
    public static List<Step> github() throws IOException {
        List<Step> steps = new ArrayList<>();
        map(yaml("github.yml").get("jobs")).forEach((job, body) -> {
            for (Object step : (List<?>) map(body).get("steps")) {
                if (map(step).get("run") instanceof String script) {
                    steps.add(new Step(job, script));
                }
            }
        });
        return steps;
    }

    /** Returns the steps of the GitLab pipeline. */
    public static List<Step> gitlab() throws IOException {
        List<Step> steps = new ArrayList<>();
        yaml("gitlab.yml").forEach((job, body) -> {
            if (body instanceof Map<?, ?> keys && keys.get("script") instanceof List<?> lines) {
                lines.forEach(line -> steps.add(new Step(job, String.valueOf(line))));
            }
        });
        return steps;
    }

    /** Returns the lines of a script that call the program, without output redirection. */
    public static List<String> sessionctl(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("sessionctl "))
                .map(line -> line.replaceAll(" *>.*", ""))
                .toList();
    }

    /** Parses a pipeline file of the documentation. */
    public static Map<String, Object> yaml(String name) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return map(new Yaml(new SafeConstructor(options)).load(Files.readString(FOLDER.resolve(name))));
    }

    /** Returns a YAML mapping with all keys as text. YAML reads some keys, such as {@code on}, as other types. */
    public static Map<String, Object> map(Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((key, one) -> map.put(String.valueOf(key), one));
        return map;
    }
}
