package sessionctl.ssh.hostkey;

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
 * @param base64 the key blob, as in known_hosts and authorized_keys
 */
public record HostKey(String type, String base64) {
    /** Returns the key; for a certificate, the certified key. */
    public static HostKey of(PublicKey key) {
        PublicKey plain = key instanceof Certificate<?> certificate ? certificate.getKey() : key;
        return of(
                KeyType.fromKey(plain).toString(),
                new Buffer.PlainBuffer().putPublicKey(plain).getCompactData());
    }

    /** Returns the key with this blob. */
    public static HostKey of(String type, byte[] blob) {
        return new HostKey(type, Base64.getEncoder().encodeToString(blob));
    }

    /** Returns the key as the SSH protocol encodes it. */
    public byte[] blob() {
        return Base64.getDecoder().decode(base64);
    }

    /** Returns {@code SHA256:…} without padding, as ssh-keygen -lf prints it. */
    public String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob());
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
