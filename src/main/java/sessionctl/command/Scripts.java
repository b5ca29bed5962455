package sessionctl.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The shell scripts that run on a droplet. Each is a resource in the folder of its subject. */
public final class Scripts {
    private Scripts() {}

    /**
     * Returns a script with the functions that it needs to lock a droplet put before it.
     *
     * @param path as for {@link #text}
     */
    public static String locking(String path) {
        return text("command/run-lock.sh") + text(path);
    }

    /**
     * Returns a script with the functions that it needs to query the droplet's own memcached put before it.
     *
     * @param path as for {@link #text}
     */
    public static String asking(String path) {
        return text("command/memcached.sh") + text(path);
    }

    /**
     * Returns the text of a script in the program.
     *
     * @param path below {@code /sessionctl/} on the class path
     * @throws IllegalStateException if there is no such script
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
