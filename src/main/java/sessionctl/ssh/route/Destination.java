package sessionctl.ssh.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A destination, as on ssh's command line.
 *
 * @param names the names that a person may give the host, at least one; the first is preferred
 * @param user the login, which overrides the configured one; null if none is given
 * @param port the port, which overrides the configured one; null if none is given
 * @param defaultUser the login if the configuration has none either
 */
public record Destination(
        List<String> names, @Nullable String user, @Nullable Integer port, String defaultUser) {
    public Destination {
        names = List.copyOf(names);
    }

    /** Returns the preferred name. */
    String name() {
        return names.get(0);
    }
}
