package sessionctl.ssh.auth;

import java.nio.file.Path;
import java.security.KeyPair;
import net.schmizz.sshj.userauth.keyprovider.KeyPairWrapper;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.hostkey.HostKey;
import sessionctl.ssh.net.DeadlineSocket;
import sessionctl.ssh.route.SshErrorMessages;

/**
 * A key to log in with. Its text form contains only its place and its public half.
 *
 * @param place the file or the name in the agent, for messages
 * @param publicKey the public half, or the certificate of it that is offered
 * @param half the public half by which an agent finds the private one; a certificate if the agent holds that
 * @param agent the agent that signs with this key; null if a file holds it
 * @param pair the key from a file, decrypted once and shared by all connections; null if an agent holds it
 */
public record AuthKey(
        String place,
        HostKey publicKey,
        HostKey half,
        @Nullable SshAgent agent,
        @Nullable KeyPair pair) {
    static AuthKey inFile(Path file, KeyPair pair) {
        HostKey half = HostKey.of(pair.getPublic());
        return new AuthKey(file.toString(), half, half, null, pair);
    }

    static AuthKey inAgent(SshAgent agent, HostKey half, String comment) {
        return new AuthKey(SshErrorMessages.printable(comment) + " of the ssh-agent", half, half, agent, null);
    }

    /** Returns this key with a certificate of it, which is offered in place of the public half. */
    AuthKey with(UserCertificate certificate, Path file) {
        return new AuthKey(file.toString(), certificate.publicKey(), half, agent, pair);
    }

    /**
     * Returns an authentication method that offers this key on the given connection.
     *
     * @param server the server's version, such as {@code OpenSSH_9.2p1}; some need an algorithm that sshj does not offer
     */
    public KeyOffer login(DeadlineSocket socket, String server) {
        return pair != null && publicKey.equals(half) && !PublicKeyAuth.knowsOnlySha1(server)
                ? new PublicKeyAuth(new KeyPairWrapper(pair))
                : new RawPublicKeyAuth(this, socket);
    }

    @Override
    public String toString() {
        UserCertificate certificate = UserCertificate.of(publicKey);
        return place + " (" + (certificate == null ? publicKey.fingerprint() : certificate) + ")";
    }
}
