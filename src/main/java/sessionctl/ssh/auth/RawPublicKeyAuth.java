package sessionctl.ssh.auth;

import com.hierynomus.sshj.key.KeyAlgorithm;
import com.hierynomus.sshj.key.KeyAlgorithms;
import java.io.IOException;
import java.security.KeyPair;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.signature.Signature;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.net.DeadlineSocket;
import sessionctl.ssh.route.SshErrorMessages;

/**
 * An authentication method that offers one public half of any type. It passes the key and the signature on as bytes, so
 * that certificates and security keys work, too. sshj offers certificates of RSA keys only with SHA-1, which servers
 * refuse.
 */
public final class RawPublicKeyAuth extends AbstractAuthMethod implements KeyOffer {
    /** The public key algorithm that RSA keys sign with (RFC 8332). */
    private static final String RSA_SHA2_512 = "rsa-sha2-512";
    /** The flag that requests this algorithm from an agent. */
    private static final int SIGN_SHA2_512 = 4;

    private static final String RSA = "ssh-rsa";
    private static final String CERTIFICATE = "-cert-v01@openssh.com";

    private final AuthKey key;
    private final DeadlineSocket socket;
    private volatile @Nullable String unsigned;
    private volatile boolean accepted;

    RawPublicKeyAuth(AuthKey key, DeadlineSocket socket) {
        super("publickey");
        this.key = key;
        this.socket = socket;
    }

    /** Returns why the server, which accepts the key, got no signature; null if it got one or did not ask for one. */
    @Nullable
    public String unsigned() {
        return unsigned;
    }

    @Override
    public boolean isAccepted() {
        return accepted;
    }

    /**
     * Answers SSH_MSG_USERAUTH_PK_OK (RFC 4252, 7) with the signature. If signing fails, the login continues with the
     * next key, as with ssh.
     */
    @Override
    public void handle(Message message, SSHPacket packet) throws UserAuthException, TransportException {
        if (message == Message.USERAUTH_60) {
            accepted = true;
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
                .putBytes(key.publicKey().blob());
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
            unsigned = SshErrorMessages.root(e);
            throw new UserAuthException("the key did not sign", e);
        }
    }

    /**
     * Signs with the private half.
     *
     * @param algorithm the algorithm of the plain key, also for a certificate
     */
    private byte[] sign(String algorithm, byte[] data) throws IOException {
        SshAgent agent = key.agent();
        return agent == null ? sign(key.pair(), algorithm, data) : sign(agent, algorithm, data);
    }

    private byte[] sign(SshAgent agent, String algorithm, byte[] data) throws IOException {
        // The operator may have to confirm the signature or touch a security key.
        socket.endIn(agent.signLimit().multipliedBy(2));
        try {
            return agent.sign(key.half().blob(), data, algorithm.equals(RSA_SHA2_512) ? SIGN_SHA2_512 : 0);
        } finally {
            socket.endInLoginLimit();
        }
    }

    private byte[] sign(@Nullable KeyPair pair, String algorithm, byte[] data) throws IOException {
        KeyAlgorithm known = algorithm.equals(RSA)
                ? KeyAlgorithms.SSHRSA().create()
                : Factory.Named.Util.create(params.getTransport().getConfig().getKeyAlgorithms(), algorithm);
        if (known == null || pair == null) {
            throw new IOException("its algorithm " + algorithm + " is not supported");
        }
        Signature signature = known.newSignature();
        signature.initSign(pair.getPrivate());
        signature.update(data);
        return new Buffer.PlainBuffer()
                .putString(signature.getSignatureName())
                .putBytes(signature.encode(signature.sign()))
                .getCompactData();
    }

    /** Replaces ssh-rsa, under which RSA keys sign with SHA-1: servers since OpenSSH 8.8 refuse that. */
    private String algorithm() {
        String type = key.publicKey().type();
        boolean old = PublicKeyAuth.knowsOnlySha1(params.getTransport().getServerVersion());
        return type.startsWith(RSA) && !old ? RSA_SHA2_512 + type.substring(RSA.length()) : type;
    }
}
