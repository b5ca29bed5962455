package sessionctl.ssh;

import java.nio.file.Path;
import java.security.KeyPair;
import net.schmizz.sshj.userauth.keyprovider.KeyPairWrapper;

/** A key, decrypted once and shared by all connections; it shows nothing of itself but its file and its public half. */
final class LoginKey extends KeyPairWrapper {
    private final Path file;

    LoginKey(Path file, KeyPair pair) {
        super(pair);
        this.file = file;
    }

    @Override
    public String toString() {
        return file + " (" + HostKey.of(getPublic()).fingerprint() + ")";
    }
}
