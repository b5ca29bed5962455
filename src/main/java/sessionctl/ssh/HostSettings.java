package sessionctl.ssh;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.JumpHost;

/**
 * What ssh's configuration says of one host, {@code ~} and {@code %} replaced; null or empty where it is silent.
 *
 * @param hostKeyAlias what known_hosts calls it
 * @param jump null where it is silent, empty where it says none
 * @param identityFiles the key files instead of the usual ones; {@code none} is no file
 * @param certificateFiles where the certificates are that go with the keys; none for those beside the keys
 * @param knownHosts the files to look into, the first also to write to
 * @param hashes whether names are hashed when they are written down
 * @param agent the socket of the ssh-agent, {@code none}, or {@code SSH_AUTH_SOCK}
 * @param remarks what it says that is not understood, a sentence each
 */
record HostSettings(
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
    /** No configuration says anything. */
    static final HostSettings SILENT = new HostSettings(
            null, null, null, null, null, List.of(), List.of(), false, List.of(), null, false, null, List.of());

    HostSettings {
        jump = jump == null ? null : List.copyOf(jump);
        identityFiles = List.copyOf(identityFiles);
        certificateFiles = List.copyOf(certificateFiles);
        knownHosts = List.copyOf(knownHosts);
        remarks = List.copyOf(remarks);
    }

    /** Whether it says an address, not a name, that the host is at. */
    boolean hasAddress() {
        return hostName != null && (hostName.indexOf(':') >= 0 || hostName.matches("[0-9.]+"));
    }
}
