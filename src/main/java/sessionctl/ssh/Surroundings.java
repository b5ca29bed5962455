package sessionctl.ssh;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * This machine, and who sits at it.
 *
 * @param user the login here
 * @param home the folder that {@code ~} stands for
 * @param environment the value of an environment variable, or null
 */
public record Surroundings(String user, String home, Function<String, @Nullable String> environment) {
    private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

    /** What gethostname(2) says. Elsewhere than on Linux a resolver may be asked, so only whoever needs it asks for it. */
    String hostName() {
        try {
            return Files.isReadable(LINUX)
                    ? Files.readString(LINUX).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "localhost";
        }
    }

    /** The number of the login here. */
    String uid() {
        return Long.toString(new UnixSystem().getUid());
    }
}
