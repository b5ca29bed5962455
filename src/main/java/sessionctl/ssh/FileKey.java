package sessionctl.ssh;

import java.nio.file.Path;
import java.security.KeyPair;
import net.schmizz.sshj.userauth.keyprovider.KeyPairWrapper;
import net.schmizz.sshj.userauth.method.AuthMethod;
import org.jspecify.annotations.Nullable;

/** A key of a file, decrypted once and shared by all connections. */
final class FileKey extends KeyPairWrapper implements LoginKey {
    private final Path file;

    FileKey(Path file, KeyPair pair) {
        super(pair);
        this.file = file;
    }

    @Override
    public AuthMethod login(Wire wire) {
        return new OneKeyLogin(this);
    }

    @Override
    public AuthMethod login(HostKey offered, Wire wire) {
        return new CertificateLogin(this, offered);
    }

    @Override
    public @Nullable Agent agent() {
        return null;
    }

    @Override
    public HostKey half() {
        return HostKey.of(getPublic());
    }

    @Override
    public String toString() {
        return file + " (" + half().fingerprint() + ")";
    }
}
