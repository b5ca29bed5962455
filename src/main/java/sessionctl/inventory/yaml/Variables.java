package sessionctl.inventory.yaml;

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
 * Replaces {@code ${NAME}} and {@code ${NAME:-default}} in values. A replacement is plain text: it is not parsed as
 * YAML, and variables in it are not replaced.
 */
public record Variables(Map<String, String> values) {
    /** A regular expression for a valid variable. */
    static final String PATTERN = "\\$\\{[A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\\}";

    /** Matches the escape or the start of a variable, with or without a default. The end is searched separately. */
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{(?:([A-Za-z_][A-Za-z0-9_]*+)(:-)?)?");

    /**
     * A variable or an escape in a text.
     *
     * @param name the variable's name; null for the escape and for an invalid variable
     * @param defaultValue the default; null if there is none
     */
    private record Reference(
            int start,
            int end,
            @Nullable String name,
            @Nullable String defaultValue) {}

    public Variables {
        values = Map.copyOf(values);
    }

    /** Escapes a text so that it contains no variables. */
    public static String escaped(String text) {
        return text.replace("${", "$${");
    }

    private static List<Reference> references(String text) {
        List<Reference> references = new ArrayList<>();
        // Computed once: a search from each start would take a second per 100 KB.
        int last = text.lastIndexOf('}');
        Matcher matcher = REFERENCE.matcher(text);
        for (int at = 0; matcher.find(at); at = references.get(references.size() - 1).end) {
            int end = matcher.end();
            boolean hasDefault = matcher.group(2) != null;
            boolean closed = matcher.group(1) != null && (hasDefault ? end <= last : text.startsWith("}", end));
            int close = hasDefault && closed ? text.indexOf('}', end) : end;
            references.add(
                    closed
                            ? new Reference(
                                    matcher.start(),
                                    close + 1,
                                    matcher.group(1),
                                    hasDefault ? text.substring(end, close) : null)
                            : new Reference(matcher.start(), text.indexOf('{', matcher.start()) + 1, null, null));
        }
        return references;
    }

    /** Returns the distinct variables in a text, as in {@code ${NAME}}. */
    static List<String> names(String text) {
        return references(text).stream()
                .filter(found -> found.name != null)
                .map(found -> "${" + found.name + "}")
                .distinct()
                .toList();
    }

    /** Replaces the variables in a text. Reports variables that are not set and returns empty. */
    Optional<String> expand(String text, ValueNode at) {
        StringBuilder expanded = new StringBuilder();
        Set<Reference> refused = new HashSet<>();
        boolean complete = true;
        int done = 0;
        for (Reference reference : references(text)) {
            // Each unset variable is reported once per text: repeating it would not help.
            boolean known = !refused.add(new Reference(0, 0, reference.name, null)) && !complete;
            Optional<String> value = known ? Optional.empty() : value(reference, text, at);
            complete &= value.isPresent();
            expanded.append(text, done, reference.start).append(value.orElse(""));
            done = reference.end;
        }
        return complete ? Optional.of(expanded.append(text, done, text.length()).toString()) : Optional.empty();
    }

    /** Returns the value of a variable. As in a shell, the default also replaces an empty value. */
    private Optional<String> value(Reference reference, String text, ValueNode at) {
        String name = reference.name;
        if (name == null) {
            return text.startsWith("$$", reference.start)
                    ? Optional.of("${")
                    : at.refuse(
                            "a ${ does not begin a valid variable",
                            "expected ${NAME} or ${NAME:-default}, or $${ for the two characters themselves");
        }
        String defaultValue = reference.defaultValue;
        String value = values.get(name);
        if (defaultValue != null && (value == null || value.isEmpty())) {
            return Optional.of(defaultValue);
        }
        String shown = QuotedText.cut(name);
        return value != null
                ? Optional.of(value)
                : at.refuse(
                        "${" + shown + "} is not set",
                        "expected the environment variable " + shown + ", or a default as in ${" + shown
                                + ":-default}");
    }
}
