package sessionctl.ssh;

import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands for something else in a word of ssh_config(5).
 *
 * @param letters what {@code %} and a letter stands for
 * @param variables the value of {@code ${NAME}}, or null
 */
record Tokens(Map<String, Supplier<String>> letters, Function<String, @Nullable String> variables) {
    private static final Pattern TOKEN = Pattern.compile("%(.?)|\\$\\{([^{}]*+)\\}");

    /** Something that stands for nothing, which ssh refuses, too. */
    static final class Unknown extends Exception {
        private static final long serialVersionUID = 1;

        Unknown(String sentence) {
            super(sentence);
        }
    }

    /** The word that is meant. */
    String expand(String written) throws Unknown {
        StringBuilder meant = new StringBuilder();
        Matcher token = TOKEN.matcher(written);
        while (token.find()) {
            String letter = token.group(1);
            String value = letter == null ? variable(token.group(2)) : letter(letter);
            token.appendReplacement(meant, Matcher.quoteReplacement(value));
        }
        return token.appendTail(meant).toString();
    }

    private String letter(String letter) throws Unknown {
        Supplier<String> value = letters.get(letter);
        if (value == null) {
            throw new Unknown(" has the token %" + letter
                    + ", which is not understood here, and is left out; write what it" + " stands for");
        }
        return value.get();
    }

    private String variable(String name) throws Unknown {
        String value = variables.apply(name);
        if (value == null) {
            throw new Unknown(
                    " needs the environment variable " + name + ", which is not set, and is left out; set it");
        }
        return value;
    }
}
