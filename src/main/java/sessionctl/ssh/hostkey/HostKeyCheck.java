package sessionctl.ssh.hostkey;

import java.security.PublicKey;
import java.util.List;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/** A check of one server's host key. A key that was accepted once is the only one accepted in later key exchanges. */
public abstract class HostKeyCheck implements HostKeyVerifier {
    private final Target target;
    private volatile @Nullable HostKey accepted;
    private volatile @Nullable SshFailure problem;

    public HostKeyCheck(Target target) {
        this.target = target;
    }

    /** Returns a check against the fingerprint of the inventory; if it has none, against known_hosts. */
    public static HostKeyCheck of(Target target, SshOptions options) {
        String pin = target.pin();
        return pin == null ? new KnownHostKeys(target, options) : new PinnedHostKey(target, pin, options);
    }

    /** Returns why the key was refused; null if it was accepted or not shown yet. */
    @Nullable
    public SshFailure problem() {
        return problem;
    }

    /** Returns true if the server may have another key that would pass and has not been asked for it yet. */
    public boolean mayPassOnRetry() {
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

    /** Returns why this key is refused; null if it is the server's. */
    abstract @Nullable SshFailure judge(HostKey shown, PublicKey key);

    /** Returns the algorithms of the keys that are known to pass; empty if none is known. */
    abstract List<String> preferredAlgorithms();

    public final Target target() {
        return target;
    }

    final SshFailure refusal(String sentence) {
        return SshErrorMessages.failure(target, SshFailure.Kind.HOST_KEY, sentence);
    }

    /** Returns the algorithms under which a server shows a key of this type. RSA keys have two without SHA-1. */
    static List<String> algorithms(String keyType) {
        return keyType.equals("ssh-rsa") ? List.of("rsa-sha2-512", "rsa-sha2-256") : List.of(keyType);
    }
}
