package sessionctl.inventory;

import org.jspecify.annotations.Nullable;

/**
 * How a droplet is reached.
 *
 * @param user the login; anybody but root uses sudo without a password
 * @param port 1 to 65535
 * @param key the private key file as written, {@code ~/} for the home folder; null for the usual files in ~/.ssh
 * @param passphraseEnv the environment variable that holds the key's passphrase; null to ask on the terminal
 * @param hostKey the pinned fingerprint, {@code SHA256:…} as ssh-keygen -lf prints it; null to go by known_hosts
 */
public record SshAccess(
        String user,
        int port,
        @Nullable String key,
        @Nullable String passphraseEnv,
        @Nullable String hostKey) {
    /** What holds where the inventory is silent. */
    public static SshAccess usual() {
        return new SshAccess("root", 22, null, null, null);
    }
}
