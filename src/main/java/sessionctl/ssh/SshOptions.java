package sessionctl.ssh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every connection of a run.
 *
 * @param knownHosts the known_hosts file, which need not exist yet; null for those that ssh would look into
 * @param hostKeyPolicy null for what ssh's configuration says, or to ask
 * @param connectTimeout the longest wait for the TCP connection and again for banner, key exchange and login together;
 *     a server that turns us away because too many are logging in is tried again for as long
 * @param keepAlive how often a droplet that runs a command is asked for a sign of life; it is given up after three times
 *     this long without one
 * @param operator asked for a passphrase once per key file at most
 * @param environment the value of an environment variable, or null
 * @param home the folder that {@code ~} stands for
 */
public record SshOptions(
        @Nullable Path knownHosts,
        @Nullable HostKeyPolicy hostKeyPolicy,
        Duration connectTimeout,
        Duration keepAlive,
        Operator operator,
        Function<String, @Nullable String> environment,
        Path home) {
    /** Refuses waits of no length, which a socket would take for endless ones. */
    public SshOptions {
        if (connectTimeout.toMillis() < 1 || keepAlive.toMillis() < 1) {
            throw new IllegalArgumentException("a time limit is at least a millisecond");
        }
    }
}
