package sessionctl.ssh;

import java.io.IOException;
import java.util.Base64;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;

/**
 * Offers one key of an ssh-agent, of whatever kind: its public half and its signatures are handed on as they come, so that
 * certificates and security keys work, too.
 */
final class AgentLogin extends AbstractAuthMethod {
    private static final String RSA = "ssh-rsa";
    private static final String RSA_SHA2_512 = "rsa-sha2-512";
    private static final int SIGN_SHA2_512 = 4;

    private final AgentKey key;
    private final Wire wire;

    /** The agent did not sign. */
    static final class Unsigned extends UserAuthException {
        private static final long serialVersionUID = 1;

        Unsigned(String said, Throwable cause) {
            super(said, cause);
        }
    }

    AgentLogin(AgentKey key, Wire wire) {
        super("publickey");
        this.key = key;
        this.wire = wire;
    }

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
        return super.buildReq().putBoolean(isSigned).putString(algorithm()).putBytes(blob());
    }

    private SSHPacket signed() throws UserAuthException {
        SSHPacket request = request(true);
        byte[] data = new Buffer.PlainBuffer()
                .putBytes(params.getTransport().getSessionID())
                .putBuffer(request)
                .getCompactData();
        // Somebody may have to confirm it, or to touch a key.
        wire.endIn(key.agent().signLimit().multipliedBy(2));
        try {
            return request.putBytes(
                    key.agent().sign(blob(), data, algorithm().startsWith(RSA_SHA2_512) ? SIGN_SHA2_512 : 0));
        } catch (IOException | RuntimeException e) {
            throw new Unsigned(Trouble.root(e), e);
        } finally {
            wire.endInLoginLimit();
        }
    }

    /** RSA keys sign with SHA-1 under their own name, which servers since OpenSSH 8.8 refuse. */
    private String algorithm() {
        String type = key.half().type();
        boolean old = OneKeyLogin.knowsOnlySha1(params.getTransport().getServerVersion());
        return type.startsWith(RSA) && !old ? RSA_SHA2_512 + type.substring(RSA.length()) : type;
    }

    private byte[] blob() {
        return Base64.getDecoder().decode(key.half().base64());
    }
}
