package sessionctl.inventory.yaml;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** Converts a file's text to a tree of nodes with locations. */
public final class YamlText {
    private static final int MAX_LENGTH = 1 << 20;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private YamlText() {}

    /** Parses a document. Reports problems and returns empty if it cannot be read. */
    public static Optional<ValueNode> tree(String file, Variables variables, Problems problems) {
        String text = file.startsWith(BYTE_ORDER_MARK) ? file.substring(1) : file;
        if (text.length() > MAX_LENGTH) {
            problems.add(
                    SourceLocation.START,
                    "the file has more than " + MAX_LENGTH + " characters",
                    "expected an inventory, which is far shorter");
            return Optional.empty();
        }
        if (!isText(text, problems)) {
            return Optional.empty();
        }
        return Optional.ofNullable(compose(text, problems))
                .filter(root -> YamlTreeValidator.passes(root, problems))
                .map(root -> new ValueNode(root, SourceLocation.of("", root.getStartMark()), variables, problems));
    }

    private static @Nullable Node compose(String text, Problems problems) {
        try {
            Node root = composer(text).getSingleNode();
            if (root == null) {
                problems.add(
                        SourceLocation.START,
                        "the file is empty",
                        "expected droplets; start from an inventory as sessionctl init prints it");
            }
            return root;
        } catch (YAMLException | IllegalArgumentException e) { // The latter comes from an escape such as \UFFFFFFFF
            YamlErrors.report(e, problems);
            return null;
        }
    }

    /**
     * Creates the parser. It sets no limit for aliases, because an inventory may share one value among all its
     * droplets.
     */
    private static Composer composer(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        return new Composer(new ParserImpl(new StreamReader(text), options), new Resolver(), options);
    }

    private static boolean isText(String text, Problems problems) {
        int line = 1;
        int lineStart = 0;
        for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
            int character = text.codePointAt(at);
            if (!StreamReader.isPrintable(character)) {
                problems.add(
                        new SourceLocation("", line, 1 + text.codePointCount(lineStart, at)),
                        "the character U+%04X is not text".formatted(character),
                        "expected a text file in UTF-8");
                return false;
            }
            if (character == '\n') {
                line++;
                lineStart = at + 1;
            }
        }
        return true;
    }
}
