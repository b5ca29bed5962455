package sessionctl.ssh.auth;

import net.schmizz.sshj.userauth.method.AuthMethod;

/** An authentication method that offers one key. */
public interface KeyOffer extends AuthMethod {
    /** Returns true if the server asked for a signature (SSH_MSG_USERAUTH_PK_OK): the key is in its authorized_keys. */
    boolean isAccepted();
}
