package sessionctl.inventory;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Seconds with up to three decimals.
 *
 * @param least in milliseconds
 * @param most in milliseconds
 */
record PartsOfSeconds(int least, int most) implements Form<Seconds> {
    @Override
    public String expected() {
        return "expected seconds from " + new Seconds(least) + " to " + new Seconds(most) + ", such as 0.8";
    }

    @Override
    public Optional<Seconds> read(String text, Value at) {
        if (!text.matches("(0|[1-9][0-9]{0,5})([.][0-9]{1,3})?")) {
            return at.refuse(text, "is not a number of seconds", expected());
        }
        int milliseconds = new BigDecimal(text).movePointRight(3).intValueExact();
        return milliseconds < least || milliseconds > most
                ? at.refuse(text, "is out of range", expected())
                : Optional.of(new Seconds(milliseconds));
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of(
                "anyOf",
                List.of(
                        Map.of(
                                "type",
                                "number",
                                "minimum",
                                least / 1000.0,
                                "maximum",
                                most / 1000.0,
                                "multipleOf",
                                0.001),
                        Map.of("type", "string", "pattern", "^(0|[1-9][0-9]{0,5})([.][0-9]{1,3})?$")));
    }
}
