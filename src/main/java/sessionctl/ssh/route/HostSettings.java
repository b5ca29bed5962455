package sessionctl.ssh.route;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.JumpHost;
import sessionctl.ssh.HostKeyPolicy;

/**
 * The settings of ssh's configuration for one host, with {@code ~} and {@code %} expanded. Null or empty if the
 * configuration has none.
 *
 * @param hostKeyAlias the host's name in known_hosts
 * @param jump the jump hosts; null if not configured, empty for {@code none}
 * @param identityFiles the key files instead of the default ones; {@code none} is not a file
 * @param certificateFiles the certificate files; empty for those beside the keys
 * @param knownHosts the files to read; the first is also written to
 * @param hashes true if names are hashed when they are written
 * @param agent the socket of the ssh-agent, {@code none}, or {@code SSH_AUTH_SOCK}
 * @param remarks a sentence for each setting that is not supported
 */
public record HostSettings(
        @Nullable String hostName,
        @Nullable Integer port,
        @Nullable String user,
        @Nullable String hostKeyAlias,
        @Nullable List<JumpHost> jump,
        List<String> identityFiles,
        List<String> certificateFiles,
        boolean identitiesOnly,
        List<String> knownHosts,
        @Nullable HostKeyPolicy policy,
        boolean hashes,
        @Nullable String agent,
        List<String> remarks) {
    static final int DEFAULT_PORT = 22;

    public HostSettings {
        jump = jump == null ? null : List.copyOf(jump);
        identityFiles = List.copyOf(identityFiles);
        certificateFiles = List.copyOf(certificateFiles);
        knownHosts = List.copyOf(knownHosts);
        remarks = List.copyOf(remarks);
    }

    /** Returns true if HostName is an address, not a name. */
    boolean hasAddress() {
        return hostName != null && (hostName.indexOf(':') >= 0 || hostName.matches("[0-9.]+"));
    }
}
