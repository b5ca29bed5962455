package sessionctl.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A number in plain digits.
 *
 * @param what as in {@code a port}
 */
record WholeNumber(String what, int least, int most) implements Form<Integer> {
    static final WholeNumber PORT = new WholeNumber("a port", 1, 65535);

    @Override
    public String expected() {
        return "expected " + what + " from " + least + " to " + most;
    }

    @Override
    public Optional<Integer> read(String text, Value at) {
        if (!text.matches("-?[0-9]+")) {
            return at.refuse(text, "is not a whole number", expected());
        }
        if (text.matches("-?0[0-9]+")) {
            return at.refuse(text, "has a leading zero, which YAML takes for octal", expected());
        }
        // Ten digits are more than any limit has, and fit a long.
        long number = text.length() > 10 ? Long.MAX_VALUE : Long.parseLong(text);
        return number < least || number > most
                ? at.refuse(text, "is out of range", expected())
                : Optional.of((int) number);
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of(
                "anyOf",
                List.of(
                        Map.of("type", "integer", "minimum", least, "maximum", most),
                        Map.of("type", "string", "pattern", "^[1-9][0-9]{0,9}$")));
    }
}
