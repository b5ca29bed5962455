package sessionctl.ssh;

import java.io.IOException;
import java.util.Base64;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;
import org.jspecify.annotations.Nullable;

/**
 * Offers one public half, of whatever kind: it and the signatures are handed on as they come, so that certificates and
 * security keys work, too.
 */
abstract class SignedLogin extends AbstractAuthMethod {
    /** A public key algorithm of RSA, as it is signed with. */
    static final String RSA_SHA2_512 = "rsa-sha2-512";

    private static final String RSA = "ssh-rsa";
    private static final String CERTIFICATE = "-cert-v01@openssh.com";

    private final HostKey offered;
    private volatile @Nullable String unsigned;

    SignedLogin(HostKey offered) {
        super("publickey");
        this.offered = offered;
    }

    /** Signs with the private half; the algorithm is that of a bare key. */
    abstract byte[] sign(String algorithm, byte[] data) throws IOException;

    /** Why the server, which takes the key, got no signature; null where it got one or did not ask. */
    @Nullable
    String unsigned() {
        return unsigned;
    }

    /** Where nobody signs, the login goes on with the next key, as with ssh. */
    @Override
    public void handle(Message message, SSHPacket packet) throws UserAuthException, TransportException {
        if (message == Message.USERAUTH_60) {
            params.getTransport().write(signed());
        } else {
            super.handle(message, packet);
        }
    }

    @Override
    protected SSHPacket buildReq() throws UserAuthException {
        return request(false);
    }

    private SSHPacket request(boolean isSigned) throws UserAuthException {
        return super.buildReq()
                .putBoolean(isSigned)
                .putString(algorithm())
                .putBytes(Base64.getDecoder().decode(offered.base64()));
    }

    private SSHPacket signed() throws UserAuthException {
        SSHPacket request = request(true);
        byte[] data = new Buffer.PlainBuffer()
                .putBytes(params.getTransport().getSessionID())
                .putBuffer(request)
                .getCompactData();
        try {
            return request.putBytes(sign(algorithm().replace(CERTIFICATE, ""), data));
        } catch (IOException | RuntimeException e) {
            unsigned = Trouble.root(e);
            throw new UserAuthException("nobody signed", e);
        }
    }

    /** RSA keys sign with SHA-1 under their own name, which servers since OpenSSH 8.8 refuse. */
    private String algorithm() {
        String type = offered.type();
        boolean old = OneKeyLogin.knowsOnlySha1(params.getTransport().getServerVersion());
        return type.startsWith(RSA) && !old ? RSA_SHA2_512 + type.substring(RSA.length()) : type;
    }
}
