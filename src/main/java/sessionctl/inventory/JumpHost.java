package sessionctl.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A host on the way to a droplet, as {@code ssh -J} takes it.
 *
 * @param user the login there; null for what ssh's configuration or the local login says
 * @param host its name or address, or what ssh's configuration calls it
 * @param port its port; null for what ssh's configuration says, or 22
 */
public record JumpHost(
        @Nullable String user, String host, @Nullable Integer port) {
    /** No jump host at all, which takes back what is said elsewhere. */
    public static final String NONE = "none";

    private static final String ONE = "(?:ssh://)?(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?"
            + "(?:[A-Za-z0-9][A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+\\])(?::[1-9][0-9]{0,4})?";

    /** {@code [user@]host[:port]}, several with commas between, or none, for a JSON Schema. */
    static final String SEVERAL = ONE + "(?: *, *" + ONE + ")*";

    /** The same, one with the blanks around it: a pattern of the whole list would need the stack for each. */
    private static final Pattern HOST = Pattern.compile(" *+" + ONE + " *+");

    private static final Pattern PARTS =
            Pattern.compile("(?:ssh://)?(?:([^@]+)@)?(?:\\[([^\\]]+)\\]|([^:\\[\\]]+))(?::(\\d+))?");

    /** The hosts of a list, none for {@code none}; nothing if it is no such list. */
    public static Optional<List<JumpHost>> parse(String text) {
        if (text.equals(NONE)) {
            return Optional.of(List.of());
        }
        if (!several(text)) {
            return Optional.empty();
        }
        List<JumpHost> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            Matcher parts = PARTS.matcher(one.strip());
            Integer port = parts.matches() && parts.group(4) != null ? Integer.valueOf(parts.group(4)) : null;
            if (port != null && port > 65535) {
                return Optional.empty();
            }
            String bracketed = parts.group(2);
            hosts.add(new JumpHost(parts.group(1), bracketed == null ? parts.group(3) : bracketed, port));
        }
        return Optional.of(List.copyOf(hosts));
    }

    private static boolean several(String text) {
        boolean blanks = text.startsWith(" ") || text.endsWith(" ");
        return !blanks
                && Stream.of(text.split(",", -1))
                        .allMatch(one -> HOST.matcher(one).matches());
    }

    /** As it is written. */
    @Override
    public String toString() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return (user == null ? "" : user + "@") + name + (port == null ? "" : ":" + port);
    }
}
