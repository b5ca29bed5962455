package sessionctl.ssh.route;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An expander of the tokens in a word of ssh_config(5).
 *
 * @param letters the values of {@code %} tokens, by letter
 * @param variables returns the value of {@code ${NAME}}, or null
 */
record TokenExpander(Map<String, Supplier<@Nullable String>> letters, Function<String, @Nullable String> variables) {
    private static final Pattern TOKEN = Pattern.compile("%(.?)|\\$\\{([^{}]*+)\\}");

    /**
     * Returns the word with its tokens replaced; empty if a token or variable has no value, which ssh refuses, too.
     *
     * @param refusal gets the end of a sentence about that token
     */
    Optional<String> expand(String written, Consumer<String> refusal) {
        StringBuilder meant = new StringBuilder();
        Matcher token = TOKEN.matcher(written);
        while (token.find()) {
            String letter = token.group(1);
            String variable = token.group(2);
            Supplier<@Nullable String> source =
                    letter == null ? () -> variables.apply(variable) : letters.getOrDefault(letter, () -> null);
            String value = source.get();
            if (value == null) {
                refusal.accept(
                        letter == null
                                ? " needs the environment variable " + variable
                                        + ", which is not set, and is ignored; set it"
                                : " has the token %" + letter
                                        + ", which is not supported, and is ignored; write its value instead");
                return Optional.empty();
            }
            token.appendReplacement(meant, Matcher.quoteReplacement(value));
        }
        return Optional.of(token.appendTail(meant).toString());
    }
}
