package sessionctl.inventory.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a scalar in the inventory: its syntax and its meaning.
 *
 * @param expected the end of a problem's sentence, as in {@code expected a port from 1 to 65535}
 * @param schema the type as a JSON Schema. It may accept more than the parser, because a schema knows single values
 *     only.
 */
public record ScalarType<T>(String expected, Map<String, Object> schema, Parser<T> parser) {
    public static final ScalarType<Boolean> TRUE_OR_FALSE = oneOf(List.of(true, false));
    public static final ScalarType<Integer> PORT = number("a port", 1, 65535);

    private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,9}) ?([a-zA-Z])[bB]?");

    /** A parser of a scalar's text. */
    @FunctionalInterface
    public interface Parser<T> {
        /** Parses a text. Reports an invalid text to the value that holds it and returns empty. */
        Optional<T> read(String text, ValueNode at);
    }

    /** A parser that returns the text if it matches a pattern. A record, so that tests find the pattern. */
    private record TextParser(Pattern pattern, String fault, String expected, boolean shown) implements Parser<String> {
        @Override
        public Optional<String> read(String text, ValueNode at) {
            return pattern.matcher(text).matches()
                    ? Optional.of(text)
                    : shown ? at.refuse(text, fault, expected) : at.refuse(fault, expected);
        }
    }

    public ScalarType {
        schema = Map.copyOf(schema);
    }

    /**
     * Returns the type of the texts that match a pattern.
     *
     * @param fault the message for other texts, as in {@code is not an ssh user}
     */
    public static ScalarType<String> text(String pattern, String fault, String expected) {
        return text(new TextParser(Pattern.compile(pattern), fault, expected, true));
    }

    /** Returns the type of the texts that match a pattern. Its messages never contain a refused text. */
    public static ScalarType<String> secret(String pattern, String fault, String expected) {
        return text(new TextParser(Pattern.compile(pattern), fault, expected, false));
    }

    private static ScalarType<String> text(TextParser parser) {
        List<String> types = new ArrayList<>(List.of("string"));
        if (parser.pattern.matcher("1").matches()) {
            types.add("number");
        }
        if (parser.pattern.matcher("true").matches()) {
            types.add("boolean");
        }
        return new ScalarType<>(
                parser.expected, Map.of("type", types, "pattern", "^(?:" + parser.pattern + ")$"), parser);
    }

    /** Returns the type of a few words, listed in messages in this order. */
    public static <T> ScalarType<T> oneOf(List<T> values) {
        List<String> words = values.stream().map(ScalarType::word).toList();
        int last = words.size() - 1;
        String expected = "expected " + String.join(", ", words.subList(0, last)) + " or " + words.get(last);
        List<Object> choices = values.stream()
                .<Object>map(value -> value instanceof Boolean ? value : word(value))
                .toList();
        return new ScalarType<>(
                expected,
                Map.of("enum", choices),
                (text, at) -> words.contains(text)
                        ? Optional.of(values.get(words.indexOf(text)))
                        : at.refuse(text, "is not one of the choices", expected));
    }

    /** Returns the word for a value in the file: its name in lower case. */
    public static String word(Object value) {
        return value.toString().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the type of the decimal whole numbers within limits.
     *
     * @param what the number's meaning, as in {@code a number of seconds}
     */
    public static ScalarType<Integer> number(String what, int min, int max) {
        String expected = "expected " + what + " from " + min + " to " + max;
        List<Object> schemas = List.of(
                Map.of("type", "integer", "minimum", min, "maximum", max),
                Map.of("type", "string", "pattern", "^[1-9][0-9]{0,9}$"));
        return new ScalarType<>(expected, Map.of("anyOf", schemas), (text, at) -> {
            if (!text.matches("-?[0-9]+")) {
                return at.refuse(text, "is not a whole number", expected + withoutUnit(text, what));
            }
            if (text.matches("-?0[0-9]+")) {
                return at.refuse(text, "has a leading zero, which YAML reads as octal", expected);
            }
            // Every limit has at most ten digits, and ten digits fit a long.
            long number = text.length() > 10 ? Long.MAX_VALUE : Long.parseLong(text);
            return number < min || number > max
                    ? at.refuse(text, "is out of range", expected)
                    : Optional.of((int) number);
        });
    }

    /** Suggests the number alone for a number with the unit that the key implies. */
    private static String withoutUnit(String text, String what) {
        Matcher matcher = WITH_UNIT.matcher(text);
        String unit = what.replaceFirst("^a number of ", "").substring(0, 1);
        boolean same =
                matcher.matches() && matcher.group(2).toLowerCase(Locale.ROOT).equals(unit);
        return same ? ": write " + matcher.group(1) : "";
    }

    /** Returns this type without the values that a condition refuses. */
    public ScalarType<T> except(Predicate<T> refused, String fault, String advice) {
        return new ScalarType<>(expected, schema, (text, at) -> {
            Optional<T> value = parser.read(text, at);
            return value.filter(refused).isPresent() ? at.refuse(text, fault, advice) : value;
        });
    }
}
