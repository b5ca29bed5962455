package sessionctl.ssh.auth;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.method.AuthPublickey;

/**
 * An authentication method that offers one key. An RSA key can be offered under three algorithm names, and each refusal
 * counts against the server's MaxAuthTries. A server known to support the first name (OpenSSH 7.2 or newer) is
 * therefore asked only once.
 */
final class PublicKeyAuth extends AuthPublickey implements KeyOffer {
    private static final Pattern OPENSSH = Pattern.compile("OpenSSH_(\\d+)\\.(\\d+).*");
    private static final int RSA_SHA2_SINCE = 702;

    private volatile boolean accepted;

    PublicKeyAuth(KeyProvider key) {
        super(key);
    }

    @Override
    public boolean isAccepted() {
        return accepted;
    }

    @Override
    public void handle(Message message, SSHPacket packet) throws UserAuthException, TransportException {
        accepted |= message == Message.USERAUTH_60;
        super.handle(message, packet);
    }

    @Override
    public boolean shouldRetry() {
        return super.shouldRetry()
                && release(params.getTransport().getServerVersion()).orElse(0) < RSA_SHA2_SINCE;
    }

    /** Returns true if the server is known to accept RSA keys only with SHA-1. */
    static boolean knowsOnlySha1(String version) {
        return release(version).orElse(RSA_SHA2_SINCE) < RSA_SHA2_SINCE;
    }

    /** Returns the release of OpenSSH, 702 for 7.2; empty for another server. */
    private static OptionalInt release(String version) {
        Matcher openssh = OPENSSH.matcher(version);
        return openssh.matches()
                ? OptionalInt.of(Integer.parseInt(openssh.group(1)) * 100 + Integer.parseInt(openssh.group(2)))
                : OptionalInt.empty();
    }
}
