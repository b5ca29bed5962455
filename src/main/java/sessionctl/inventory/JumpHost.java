package sessionctl.inventory;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A jump host, as in {@code ssh -J}.
 *
 * @param user the login name; null for that of the ssh configuration or the local user
 * @param host the name or address, or an alias in the ssh configuration
 * @param port the port; null for that of the ssh configuration, or 22
 */
public record JumpHost(
        @Nullable String user, String host, @Nullable Integer port) {
    /** The value for no jump host, which overrides other settings. */
    public static final String NONE = "none";

    private static final String ONE = "(?:ssh://)?(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?"
            + "(?:[A-Za-z0-9][A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+\\])(?::[1-9][0-9]{0,4})?";

    /** A regular expression for {@code [user@]host[:port]}, several separated by commas, for the JSON Schema. */
    static final String SEVERAL = ONE + "(?: *, *" + ONE + ")*";

    /**
     * Matches one host with the blanks around it. A pattern of the complete list would need stack space for each host.
     */
    private static final Pattern HOST = Pattern.compile(" *+" + ONE + " *+");

    private static final Pattern PARTS =
            Pattern.compile("(?:ssh://)?(?:([^@]+)@)?(?:\\[([^\\]]+)\\]|([^:\\[\\]]+))(?::(\\d+))?");

    /** Parses a list of hosts; {@code none} is an empty list. Returns empty if the text is not such a list. */
    public static Optional<List<JumpHost>> parse(String text) {
        if (text.equals(NONE)) {
            return Optional.of(List.of());
        }
        List<Optional<JumpHost>> hosts =
                Stream.of(text.split(",", -1)).map(JumpHost::one).toList();
        boolean valid =
                !text.startsWith(" ") && !text.endsWith(" ") && hosts.stream().allMatch(Optional::isPresent);
        return valid ? Optional.of(hosts.stream().flatMap(Optional::stream).toList()) : Optional.empty();
    }

    private static Optional<JumpHost> one(String text) {
        Matcher parts = PARTS.matcher(text.strip());
        if (!HOST.matcher(text).matches() || !parts.matches()) {
            return Optional.empty();
        }
        Integer port = parts.group(4) == null ? null : Integer.valueOf(parts.group(4));
        String host = parts.group(2) == null ? parts.group(3) : parts.group(2);
        return port != null && port > 65535 ? Optional.empty() : Optional.of(new JumpHost(parts.group(1), host, port));
    }

    /** Returns the host in the notation of {@code ssh -J}. */
    @Override
    public String toString() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return (user == null ? "" : user + "@") + name + (port == null ? "" : ":" + port);
    }
}
