package sessionctl.inventory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ${NAME}} and {@code ${NAME:-default}} stand for in a value. What they yield is that value's text and nothing
 * more: it is never read as YAML, nor looked at for variables again.
 */
record Variables(Map<String, String> values) {
    /** A variable as it must be written. */
    static final String PATTERN = "\\$\\{[A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\\}";

    /** The escape, or how a variable begins, with a default or without; where it ends is looked for apart. */
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{(?:([A-Za-z_][A-Za-z0-9_]*+)(:-)?)?");

    /**
     * Something in a text that begins with a dollar sign.
     *
     * @param name the variable's; null for the escape, and for what only begins like a variable
     * @param usual its default; null where it has none
     */
    private record Reference(
            int start,
            int end,
            @Nullable String name,
            @Nullable String usual) {}

    Variables {
        values = Map.copyOf(values);
    }

    /** A text that stands for itself. */
    static String escaped(String text) {
        return text.replace("${", "$${");
    }

    private static List<Reference> references(String text) {
        List<Reference> references = new ArrayList<>();
        // Looked for once: a search from each beginning would take a second for each 100 KB of them.
        int last = text.lastIndexOf('}');
        Matcher matcher = REFERENCE.matcher(text);
        for (int at = 0; matcher.find(at); at = references.get(references.size() - 1).end) {
            int end = matcher.end();
            boolean usual = matcher.group(2) != null;
            boolean closed = matcher.group(1) != null && (usual ? end <= last : text.startsWith("}", end));
            int close = usual && closed ? text.indexOf('}', end) : end;
            references.add(
                    closed
                            ? new Reference(
                                    matcher.start(),
                                    close + 1,
                                    matcher.group(1),
                                    usual ? text.substring(end, close) : null)
                            : new Reference(matcher.start(), text.indexOf('{', matcher.start()) + 1, null, null));
        }
        return references;
    }

    /** The variables of a text, as in {@code ${NAME}}. */
    static List<String> names(String text) {
        return references(text).stream()
                .filter(found -> found.name != null)
                .map(found -> "${" + found.name + "}")
                .distinct()
                .toList();
    }

    /** The text with its variables' values; nothing after telling which one has none. */
    Optional<String> expand(String text, Value at) {
        StringBuilder expanded = new StringBuilder();
        Set<Reference> refused = new HashSet<>();
        boolean whole = true;
        int done = 0;
        for (Reference reference : references(text)) {
            // Said once a variable: a long list of the same fault says no more.
            boolean known = !refused.add(new Reference(0, 0, reference.name, null)) && !whole;
            Optional<String> value = known ? Optional.empty() : value(reference, text, at);
            whole &= value.isPresent();
            expanded.append(text, done, reference.start).append(value.orElse(""));
            done = reference.end;
        }
        return whole ? Optional.of(expanded.append(text, done, text.length()).toString()) : Optional.empty();
    }

    /** As in a shell, a variable that is set but empty is as good as none where there is a default. */
    private Optional<String> value(Reference reference, String text, Value at) {
        String name = reference.name;
        if (name == null) {
            return text.startsWith("$$", reference.start) ? Optional.of("${") : refuse(at);
        }
        String usual = reference.usual;
        String value = values.get(name);
        if (usual != null && (value == null || value.isEmpty())) {
            return Optional.of(usual);
        }
        if (value == null) {
            String shown = Quoted.cut(name);
            at.problems()
                    .add(
                            at.place(),
                            "${" + shown + "} is not set",
                            "expected the environment variable " + shown + ", or a default as in ${" + shown
                                    + ":-default}");
        }
        return Optional.ofNullable(value);
    }

    private static Optional<String> refuse(Value at) {
        at.problems()
                .add(
                        at.place(),
                        "a ${ begins that is no variable",
                        "expected ${NAME} or ${NAME:-default}, or $${ for the two characters themselves");
        return Optional.empty();
    }
}
