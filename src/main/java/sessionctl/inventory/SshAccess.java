package sessionctl.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a droplet is reached.
 *
 * @param user the login; anybody but root uses sudo
 * @param port 1 to 65535
 * @param key the private key file as written, {@code ~/} for the home folder; null for the ssh-agent's and the usual files
 * @param passphraseEnv the environment variable that holds the key's passphrase; null to ask on the terminal
 * @param hostKey the pinned fingerprint, {@code SHA256:…} as ssh-keygen -lf prints it; null to go by known_hosts
 * @param address at which of its addresses
 * @param jump the hosts on the way, the first one first
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
        /** From anywhere. */
        PUBLIC,
        /** From inside its network, as behind a jump host. */
        PRIVATE
    }

    /** Copies the jump hosts. */
    public SshAccess {
        jump = List.copyOf(jump);
    }

    /** Straight to the public address. */
    public SshAccess(
            String user, int port, @Nullable String key, @Nullable String passphraseEnv, @Nullable String hostKey) {
        this(user, port, key, passphraseEnv, hostKey, Address.PUBLIC, List.of());
    }

    /** What holds where the inventory is silent. */
    public static SshAccess usual() {
        return new SshAccess("root", 22, null, null, null);
    }
}
