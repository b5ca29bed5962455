package sessionctl.ssh;

import java.security.PublicKey;
import java.util.List;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;

/** Decides once whether a host key is the droplet's, and says why not; a later key exchange must show the same key. */
abstract class HostKeyCheck implements HostKeyVerifier {
    private final Droplet droplet;
    private volatile @Nullable HostKey accepted;
    private volatile @Nullable SshFailure problem;

    HostKeyCheck(Droplet droplet) {
        this.droplet = droplet;
    }

    /** By the inventory's fingerprint if it has one, else by known_hosts. */
    static HostKeyCheck of(Droplet droplet, SshOptions options) {
        String pin = droplet.ssh().hostKey();
        return pin == null ? new KnownHostKeys(droplet, options) : new PinnedHostKey(droplet, pin);
    }

    /** Why the key was refused; null if none was. */
    @Nullable
    SshFailure problem() {
        return problem;
    }

    /** Whether the server may have another key that would pass. */
    boolean worthAnotherTry() {
        return false;
    }

    @Override
    public final boolean verify(String host, int port, PublicKey key) {
        HostKey shown = HostKey.of(key);
        if (accepted != null) {
            return shown.equals(accepted);
        }
        problem = judge(shown, key);
        if (problem == null) {
            accepted = shown;
        }
        return problem == null;
    }

    @Override
    public final List<String> findExistingAlgorithms(String host, int port) {
        return preferredAlgorithms();
    }

    /** Why this key is not the droplet's; null if it is. */
    abstract @Nullable SshFailure judge(HostKey shown, PublicKey key);

    /** The algorithms of the keys that would pass, as far as known. */
    abstract List<String> preferredAlgorithms();

    final Droplet droplet() {
        return droplet;
    }

    final SshFailure refusal(String sentence) {
        return Trouble.at(droplet, SshFailure.Kind.HOST_KEY, sentence);
    }

    /** The algorithms under which a server shows a key of this type: RSA keys go by three names. */
    static List<String> algorithms(String keyType) {
        return keyType.equals("ssh-rsa") ? List.of("rsa-sha2-512", "rsa-sha2-256", keyType) : List.of(keyType);
    }
}
