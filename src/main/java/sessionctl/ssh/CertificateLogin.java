package sessionctl.ssh;

import com.hierynomus.sshj.key.KeyAlgorithm;
import java.io.IOException;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.signature.Signature;

/** Offers a certificate of a key that a file holds. sshj offers none of RSA keys but with SHA-1, which servers refuse. */
final class CertificateLogin extends SignedLogin {
    private final FileKey key;

    CertificateLogin(FileKey key, HostKey certificate) {
        super(certificate);
        this.key = key;
    }

    @Override
    byte[] sign(String algorithm, byte[] data) throws IOException {
        KeyAlgorithm known =
                Factory.Named.Util.create(params.getTransport().getConfig().getKeyAlgorithms(), algorithm);
        if (known == null) {
            throw new IOException("its algorithm " + algorithm + " is not supported");
        }
        Signature signature = known.newSignature();
        signature.initSign(key.getPrivate());
        signature.update(data);
        return new Buffer.PlainBuffer()
                .putString(signature.getSignatureName())
                .putBytes(signature.encode(signature.sign()))
                .getCompactData();
    }
}
