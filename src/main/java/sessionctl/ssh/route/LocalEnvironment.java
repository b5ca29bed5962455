package sessionctl.ssh.route;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * This machine and its user, for the tokens of ssh_config(5).
 *
 * @param user the local login
 * @param home the folder that {@code ~} stands for
 * @param environment returns the value of an environment variable, or null
 */
public record LocalEnvironment(String user, String home, Function<String, @Nullable String> environment) {
    private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

    /**
     * Returns the host name as gethostname(2) does. Systems other than Linux may query a resolver for it, so call this
     * only if a token needs it.
     */
    String hostName() {
        try {
            return Files.isReadable(LINUX)
                    ? Files.readString(LINUX).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            return "localhost";
        }
    }

    /** Returns the numeric id of the local user. */
    String uid() {
        return Long.toString(new UnixSystem().getUid());
    }
}
