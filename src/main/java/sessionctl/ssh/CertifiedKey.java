package sessionctl.ssh;

import net.schmizz.sshj.userauth.method.AuthMethod;
import org.jspecify.annotations.Nullable;

/**
 * A key, and a certificate of it that a file holds.
 *
 * @param place where the certificate is
 */
record CertifiedKey(LoginKey key, UserCertificate certificate, String place) implements LoginKey {
    @Override
    public AuthMethod login(Wire wire) {
        return key.login(certificate.whole(), wire);
    }

    @Override
    public AuthMethod login(HostKey offered, Wire wire) {
        return key.login(offered, wire);
    }

    @Override
    public HostKey half() {
        return certificate.whole();
    }

    @Override
    public @Nullable Agent agent() {
        return key.agent();
    }

    @Override
    public String toString() {
        return place + " (" + certificate + ")";
    }
}
