package sessionctl.inventory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A value of what another tool prints as JSON, which is YAML as well. What is not there is empty, and so is everything in
 * it, as null is.
 */
record Json(@Nullable Node node) {
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    /**
     * Reads a document, without the two things of JSON that YAML 1.1 does not have: tabs between values, where within a JSON
     * text none can stand unescaped, and an escaped slash.
     *
     * @throws org.yaml.snakeyaml.error.YAMLException or IllegalArgumentException when it cannot be read
     */
    static Json parse(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(200);
        options.setCodePointLimit(Integer.MAX_VALUE);
        String yaml = ESCAPED.matcher(text.replace('\t', ' '))
                .replaceAll(escaped -> escaped.group(1).equals("/") ? "/" : Matcher.quoteReplacement(escaped.group()));
        StreamReader reader = new StreamReader(yaml);
        return new Json(new Composer(new ParserImpl(reader, options), new Resolver(), options).getSingleNode());
    }

    boolean isEmpty() {
        return node == null || node.getTag().equals(Tag.NULL);
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    boolean isMapping() {
        return node instanceof MappingNode;
    }

    /** The text of a single value. */
    String text() {
        return node instanceof ScalarNode scalar && !isEmpty() ? scalar.getValue() : "";
    }

    List<Json> items() {
        return node instanceof SequenceNode list
                ? list.getValue().stream().map(Json::new).toList()
                : List.of();
    }

    Map<String, Json> entries() {
        Map<String, Json> entries = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode key) {
                    entries.put(key.getValue(), new Json(entry.getValueNode()));
                }
            }
        }
        return entries;
    }

    Json at(String key) {
        return entries().getOrDefault(key, new Json(null));
    }
}
