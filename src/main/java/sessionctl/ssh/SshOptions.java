package sessionctl.ssh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Options for every connection of a run.
 *
 * @param knownHosts the known_hosts file, which need not exist yet; null for the files that ssh would read
 * @param hostKeyPolicy null for the policy of ssh's configuration; if that has none, {@link HostKeyPolicy#ASK}
 * @param connectTimeout the longest wait for the TCP connection, and again for banner, key exchange and login together;
 *     a server that refuses connections because too many logins are under way is retried for the same time
 * @param keepAlive the interval of keep-alive requests to a droplet that runs a command; after three intervals without
 *     any answer the connection is cut
 * @param prompter asked for the passphrase of a key file at most once
 * @param environment returns the value of an environment variable, or null
 * @param home the folder that {@code ~} stands for
 */
public record SshOptions(
        @Nullable Path knownHosts,
        @Nullable HostKeyPolicy hostKeyPolicy,
        Duration connectTimeout,
        Duration keepAlive,
        Prompter prompter,
        Function<String, @Nullable String> environment,
        Path home) {
    /**
     * Refuses waits shorter than a millisecond: a socket takes a timeout of 0 for an endless wait.
     *
     * @throws IllegalArgumentException if a duration is shorter than a millisecond
     */
    public SshOptions {
        if (connectTimeout.toMillis() < 1 || keepAlive.toMillis() < 1) {
            throw new IllegalArgumentException("a time limit is at least a millisecond");
        }
    }
}
