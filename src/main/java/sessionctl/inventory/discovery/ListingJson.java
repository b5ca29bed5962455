package sessionctl.inventory.discovery;

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
 * A value in the JSON output of another tool, parsed as YAML, which includes almost all of JSON. A missing value and
 * null are empty, and so is everything below them.
 */
record ListingJson(@Nullable Node node) {
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    /**
     * Parses a document. Replaces the two parts of JSON that YAML 1.1 lacks: tabs between values, and the escaped
     * slash. A JSON string cannot contain an unescaped tab, so all tabs can be replaced.
     *
     * @throws org.yaml.snakeyaml.error.YAMLException or IllegalArgumentException if the text cannot be parsed
     */
    static ListingJson parse(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(200);
        options.setCodePointLimit(Integer.MAX_VALUE);
        String yaml = ESCAPED.matcher(text.replace('\t', ' '))
                .replaceAll(escaped -> escaped.group(1).equals("/") ? "/" : Matcher.quoteReplacement(escaped.group()));
        StreamReader reader = new StreamReader(yaml);
        return new ListingJson(new Composer(new ParserImpl(reader, options), new Resolver(), options).getSingleNode());
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

    /** Returns the text of a scalar; empty for anything else. */
    String text() {
        return node instanceof ScalarNode scalar && !isEmpty() ? scalar.getValue() : "";
    }

    /** Returns the items of a list; empty for anything else. */
    List<ListingJson> items() {
        return node instanceof SequenceNode list
                ? list.getValue().stream().map(ListingJson::new).toList()
                : List.of();
    }

    /** Returns the entries of a mapping, in order; empty for anything else. */
    Map<String, ListingJson> entries() {
        Map<String, ListingJson> entries = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode key) {
                    entries.put(key.getValue(), new ListingJson(entry.getValueNode()));
                }
            }
        }
        return entries;
    }

    /** Returns the value of a key; an empty value if there is none. */
    ListingJson at(String key) {
        return entries().getOrDefault(key, new ListingJson(null));
    }
}
