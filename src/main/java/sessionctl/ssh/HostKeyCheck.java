package sessionctl.ssh;

import java.io.IOException;
import java.security.PublicKey;
import java.util.List;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;

/** Decides once whether a host key is the droplet's, and says why not; a later key exchange must show the same key. */
abstract class HostKeyCheck implements HostKeyVerifier {
    private final Target target;
    private volatile @Nullable HostKey accepted;
    private volatile @Nullable SshFailure problem;

    HostKeyCheck(Target target) {
        this.target = target;
    }

    /** By the inventory's fingerprint if it has one, else by known_hosts. */
    static HostKeyCheck of(Target target, SshOptions options) {
        String pin = target.pin();
        return pin == null ? new KnownHostKeys(target, options) : new PinnedHostKey(target, pin, options);
    }

    /** Why the key was refused; null if none was. */
    @Nullable
    SshFailure problem() {
        return problem;
    }

    /** The key that nobody has vouched for, nor spoken against; null if that was not the trouble. */
    @Nullable
    HostKey unknown() {
        return null;
    }

    /** Takes a key for the server's from now on. */
    void trust(HostKey key) {
        throw new IllegalStateException("the inventory pins " + target.pin());
    }

    /** Writes a key down that is trusted. */
    void writeDown(HostKey key) throws IOException {
        throw new IOException("the inventory pins " + target.pin());
    }

    /** Whether the server may have another key that would pass, and has not been asked for it yet. */
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

    final Target target() {
        return target;
    }

    final SshFailure refusal(String sentence) {
        return Trouble.at(target, SshFailure.Kind.HOST_KEY, sentence);
    }

    /** The algorithms under which a server shows a key of this type: RSA keys go by three names. */
    static List<String> algorithms(String keyType) {
        return keyType.equals("ssh-rsa") ? List.of("rsa-sha2-512", "rsa-sha2-256", keyType) : List.of(keyType);
    }
}
