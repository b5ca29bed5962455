package sessionctl.ssh;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where to, as on ssh's command line.
 *
 * @param names what a person could call the host, the first before the others
 * @param user the login there that goes before the configured one; null where nobody says
 * @param port the port that goes before the configured one; null where nobody says
 * @param usualUser the login there if the configuration says none either
 */
record Destination(
        List<String> names, @Nullable String user, @Nullable Integer port, String usualUser) {
    Destination {
        names = List.copyOf(names);
    }

    /** What it is called first. */
    String name() {
        return names.get(0);
    }
}
