package sessionctl.inventory;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One of a few words, in the order in which people are told of them. */
record Choice<T>(List<T> values) implements Form<T> {
    static final Choice<Boolean> TRUE_OR_FALSE = new Choice<>(List.of(true, false));

    Choice {
        values = List.copyOf(values);
    }

    /** The word that stands for a value in the file. */
    static String word(Object value) {
        return value.toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public String expected() {
        List<String> words = values.stream().map(Choice::word).toList();
        int last = words.size() - 1;
        return "expected " + String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    @Override
    public Optional<T> read(String text, Value at) {
        return values.stream()
                .filter(value -> word(value).equals(text))
                .findFirst()
                .or(() -> at.refuse(text, "is not one of the choices", expected()));
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of(
                "enum",
                values.stream()
                        .map(value -> value instanceof Boolean ? value : word(value))
                        .toList());
    }
}
