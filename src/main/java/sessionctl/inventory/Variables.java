package sessionctl.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code ${NAME}} and {@code ${NAME:-default}} stand for in a value. What they yield is that value's text and nothing
 * more: it is never read as YAML, nor looked at for variables again.
 */
record Variables(Map<String, String> values) {
    /** A variable as it must be written. */
    static final String PATTERN = "\\$\\{[A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\\}";

    /** The escape, a variable, or what only begins like one. */
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$\\{|\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<usual>[^}]*))?}|\\$\\{");

    Variables {
        values = Map.copyOf(values);
    }

    /** A text that stands for itself. */
    static String escaped(String text) {
        return text.replace("${", "$${");
    }

    /** The variables of a text, as in {@code ${NAME}}. */
    static List<String> names(String text) {
        return REFERENCE
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .filter(found -> found.endsWith("}"))
                .map(found -> found.replaceFirst(":-.*", "}"))
                .distinct()
                .toList();
    }

    /** The text with its variables' values; nothing after telling which one has none. */
    Optional<String> expand(String text, Value at) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        boolean whole = true;
        while (matcher.find()) {
            Optional<String> value = value(matcher, at);
            whole &= value.isPresent();
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(value.orElse("")));
        }
        matcher.appendTail(expanded);
        return whole ? Optional.of(expanded.toString()) : Optional.empty();
    }

    /** As in a shell, a variable that is set but empty is as good as none where there is a default. */
    private Optional<String> value(Matcher reference, Value at) {
        String name = reference.group("name");
        if (name == null) {
            return reference.group().equals("$${") ? Optional.of("${") : refuse(at);
        }
        String usual = reference.group("usual");
        String value = values.get(name);
        if (usual != null && (value == null || value.isEmpty())) {
            return Optional.of(usual);
        }
        if (value == null) {
            at.problems()
                    .add(
                            at.place(),
                            "${" + name + "} is not set",
                            "expected the environment variable " + name + ", or a default as in ${" + name
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
