package sessionctl.ssh;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;

/**
 * A public key as OpenSSH writes it.
 *
 * @param type such as {@code ssh-ed25519}
 * @param base64 the key itself, as in known_hosts and authorized_keys
 */
record HostKey(String type, String base64) {
    /** The key, or the key inside of a certificate. */
    static HostKey of(PublicKey key) {
        PublicKey plain = key instanceof Certificate<?> certificate ? certificate.getKey() : key;
        byte[] blob = new Buffer.PlainBuffer().putPublicKey(plain).getCompactData();
        return new HostKey(
                KeyType.fromKey(plain).toString(), Base64.getEncoder().encodeToString(blob));
    }

    /** {@code SHA256:…} without padding, as ssh-keygen -lf prints it. */
    String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Base64.getDecoder().decode(base64));
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return type + " " + fingerprint();
    }
}
