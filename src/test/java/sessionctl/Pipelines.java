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

/** The example pipelines of the documentation, as their build servers read them. */
public final class Pipelines {
    private static final Path FOLDER = Path.of("src/docs/ci");

    private Pipelines() {}

    /** A shell script that a job runs, and the job. */
    public record Step(String job, String script) {}

    /** The steps of the pipeline for GitHub Actions. */
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

    /** The steps of the pipeline for GitLab. */
    public static List<Step> gitlab() throws IOException {
        List<Step> steps = new ArrayList<>();
        yaml("gitlab.yml").forEach((job, body) -> {
            if (body instanceof Map<?, ?> keys && keys.get("script") instanceof List<?> lines) {
                lines.forEach(line -> steps.add(new Step(job, String.valueOf(line))));
            }
        });
        return steps;
    }

    /** The calls of the program in a text, each without where its output goes. */
    public static List<String> sessionctl(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("sessionctl "))
                .map(line -> line.replaceAll(" *>.*", ""))
                .toList();
    }

    /** A pipeline as it lies there. */
    public static Map<String, Object> yaml(String name) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return map(new Yaml(new SafeConstructor(options)).load(Files.readString(FOLDER.resolve(name))));
    }

    /** A mapping of YAML; keys that it takes for something else, such as on, are texts again. */
    public static Map<String, Object> map(Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((key, one) -> map.put(String.valueOf(key), one));
        return map;
    }
}
