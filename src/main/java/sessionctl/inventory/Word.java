package sessionctl.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A text that must match a pattern.
 *
 * @param isNot what is said of one that does not, as in {@code is not an ssh user}
 * @param shown whether a refused text is repeated in the message
 */
record Word(Pattern pattern, String isNot, String expected, boolean shown) implements Form<String> {
    static final Word CLUSTER = word(
            "[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
            "is not a cluster name",
            "expected up to 63 letters, digits, dots, dashes and underscores, with a letter or digit first");
    static final Word DROPLET = word(
            "(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?",
            "is not a droplet name",
            "expected a name of up to 63 letters, digits, dots and dashes, with a letter or digit at both ends");
    static final Word USER = word(
            "[A-Za-z_][A-Za-z0-9._-]{0,31}", "is not a login name", "expected a login name such as root or deploy");
    static final Word KEY_FILE = word(
            "(?!~(?!/))[^\\p{C}\\p{Zl}\\p{Zp}]+(?<!\\.pub)",
            "is not a private key file",
            "expected a path such as ~/.ssh/id_ed25519, where ~/ is your home folder");
    static final Word HOST_KEY = word(
            "SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]",
            "is not a host key's fingerprint",
            "expected SHA256: and 43 characters without an =, as ssh-keygen -lf prints them");
    static final Word INTERFACE = word(
            "[A-Za-z0-9][A-Za-z0-9._-]{0,14}",
            "is not an interface name",
            "expected up to 15 letters, digits, dots and dashes, such as eth1");

    /** Never shown: whoever misunderstands this key writes the passphrase itself. */
    static final Word PASSPHRASE_ENV = new Word(
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]*"),
            "the value is not the name of an environment variable",
            "expected the name of the variable that holds the passphrase, such as SSH_PASSPHRASE",
            false);

    private static Word word(String pattern, String isNot, String expected) {
        return new Word(Pattern.compile(pattern), isNot, expected, true);
    }

    @Override
    public Optional<String> read(String text, Value at) {
        return pattern.matcher(text).matches()
                ? Optional.of(text)
                : shown ? at.refuse(text, isNot, expected) : at.refuse(isNot, expected);
    }

    @Override
    public Map<String, Object> schema() {
        List<String> types = new ArrayList<>(List.of("string"));
        if (pattern.matcher("1").matches()) {
            types.add("number");
        }
        if (pattern.matcher("true").matches()) {
            types.add("boolean");
        }
        return Map.of("type", types, "pattern", "^(?:" + pattern + ")$");
    }
}
