package sessionctl.ssh;

import java.io.IOException;
import java.util.Base64;

/** Offers a key of an ssh-agent, or a certificate of it. */
final class AgentLogin extends SignedLogin {
    private static final int SIGN_SHA2_512 = 4;

    private final AgentKey key;
    private final Wire wire;

    AgentLogin(AgentKey key, HostKey offered, Wire wire) {
        super(offered);
        this.key = key;
        this.wire = wire;
    }

    @Override
    byte[] sign(String algorithm, byte[] data) throws IOException {
        Agent agent = key.agent();
        byte[] half = Base64.getDecoder().decode(key.half().base64());
        // Somebody may have to confirm it, or to touch a key.
        wire.endIn(agent.signLimit().multipliedBy(2));
        try {
            return agent.sign(half, data, algorithm.equals(RSA_SHA2_512) ? SIGN_SHA2_512 : 0);
        } finally {
            wire.endInLoginLimit();
        }
    }
}
