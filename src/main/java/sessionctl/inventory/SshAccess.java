package sessionctl.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SSH settings of a droplet.
 *
 * @param user the login name; any other than root uses sudo
 * @param port 1 to 65535
 * @param key the private key file as written, {@code ~/} for the home folder; null for the ssh-agent's keys and the
 *     default files
 * @param passphraseEnv the environment variable that holds the key's passphrase; null to ask on the terminal
 * @param hostKey the pinned fingerprint, {@code SHA256:…} as ssh-keygen -lf prints it; null to use known_hosts
 * @param address the address to connect to
 * @param jump the jump hosts, in the order of the connection
 */
public record SshAccess(
        String user,
        int port,
        @Nullable String key,
        @Nullable String passphraseEnv,
        @Nullable String hostKey,
        Address address,
        List<JumpHost> jump) {
    /** One of the two addresses of a droplet. */
    public enum Address {
        /** The public address, reachable from any network. */
        PUBLIC,
        /** The private address, reachable from inside its network, as behind a jump host. */
        PRIVATE
    }

    public SshAccess {
        jump = List.copyOf(jump);
    }

    /** A direct connection to the public address. */
    public SshAccess(
            String user, int port, @Nullable String key, @Nullable String passphraseEnv, @Nullable String hostKey) {
        this(user, port, key, passphraseEnv, hostKey, Address.PUBLIC, List.of());
    }

    /** The defaults. */
    public static SshAccess defaults() {
        return new SshAccess("root", 22, null, null, null);
    }
}
