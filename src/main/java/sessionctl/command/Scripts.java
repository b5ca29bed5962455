package sessionctl.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The shell scripts that run on a droplet; each lies beside the classes of the room that uses it. */
public final class Scripts {
    private Scripts() {}

    /**
     * A script that takes locks on a droplet: the function that does so comes before it.
     *
     * @param path as for {@link #text}
     */
    public static String locking(String path) {
        return text("command/run-lock.sh") + text(path);
    }

    /**
     * A script that asks the droplet's own memcached: how it does so comes before it.
     *
     * @param path as for {@link #text}
     */
    public static String asking(String path) {
        return text("command/memcached.sh") + text(path);
    }

    /**
     * The text of a script that the program ships.
     *
     * @param path below {@code /sessionctl/} on the class path
     */
    public static String text(String path) {
        try (InputStream in = Scripts.class.getResourceAsStream("/sessionctl/" + path)) {
            if (in == null) {
                throw new IllegalStateException("not packed into the program: " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
