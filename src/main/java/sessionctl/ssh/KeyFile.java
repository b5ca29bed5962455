package sessionctl.ssh;

import com.hierynomus.sshj.userauth.keyprovider.OpenSSHKeyV1KeyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.util.Base64;
import java.util.Set;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.userauth.keyprovider.FileKeyProvider;
import net.schmizz.sshj.userauth.keyprovider.PKCS8KeyFile;
import net.schmizz.sshj.userauth.password.PasswordFinder;
import net.schmizz.sshj.userauth.password.Resource;
import org.jspecify.annotations.Nullable;

/**
 * A private key file as read from disk, still locked if it has a passphrase. No exception from here has a cause: the
 * libraries' messages quote what they stumble over.
 */
final class KeyFile {
    private static final String OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private static final String OPENSSH_END = "-----END OPENSSH PRIVATE KEY-----";
    private static final String OPENSSH_MAGIC = "openssh-key-v1\0";
    private static final int LARGEST = 1 << 20;

    private final Path path;
    private final String text;
    private final boolean locked;

    private KeyFile(Path path, String text) throws UnusableKey {
        this.path = path;
        this.text = text;
        this.locked = hasPassphrase();
    }

    /** Reads the file, as strict about who else may read it as ssh is. */
    static KeyFile read(Path path) throws UnusableKey {
        try {
            if (Files.isDirectory(path)) {
                throw new UnusableKey("the key file " + path + " is a folder; name the private key file with ssh.key");
            }
            if (Files.size(path) > LARGEST) {
                throw noPrivateKey(path);
            }
            String text = Files.readString(path, StandardCharsets.ISO_8859_1);
            checkForm(path, text);
            checkPermissions(path);
            return new KeyFile(path, text);
        } catch (NoSuchFileException e) {
            throw new UnusableKey("the key file " + path + " does not exist; name the private key file with ssh.key");
        } catch (AccessDeniedException e) {
            throw new UnusableKey("the key file " + path + " may not be read by this user; make it yours: chown "
                    + System.getProperty("user.name") + " " + path);
        } catch (IOException e) {
            throw new UnusableKey("the key file " + path + " cannot be read: " + e.getMessage());
        }
    }

    /** Whether it takes a passphrase to use it. */
    boolean locked() {
        return locked;
    }

    /** The key; the passphrase is not kept. */
    FileKey unlock(char @Nullable [] passphrase) throws UnusableKey {
        FileKeyProvider provider = text.contains(OPENSSH) ? new OpenSSHKeyV1KeyFile() : new PKCS8KeyFile();
        provider.init(text, null, passphrase == null ? null : new Once(passphrase));
        try {
            FileKey key = new FileKey(path, new KeyPair(provider.getPublic(), provider.getPrivate()));
            if (key.getType() == KeyType.UNKNOWN || key.getType() == KeyType.DSA) {
                throw unsupported();
            }
            return key;
        } catch (IOException | RuntimeException e) {
            if (locked && !(e instanceof IllegalStateException)) {
                throw new UnusableKey("the passphrase does not fit the key file " + path);
            }
            throw unsupported();
        }
    }

    private UnusableKey unsupported() {
        return new UnusableKey(
                "the key file " + path + " is damaged or of a kind that is not supported; ed25519, RSA and"
                        + " ECDSA keys are: ssh-keygen -t ed25519 makes one");
    }

    private boolean hasPassphrase() throws UnusableKey {
        if (!text.contains(OPENSSH)) {
            return text.contains("ENCRYPTED");
        }
        int start = text.indexOf(OPENSSH) + OPENSSH.length();
        int end = text.indexOf(OPENSSH_END);
        try {
            byte[] blob = Base64.getMimeDecoder().decode(text.substring(start, Math.max(start, end)));
            Buffer.PlainBuffer buffer = new Buffer.PlainBuffer(blob);
            buffer.readRawBytes(new byte[OPENSSH_MAGIC.length()]);
            return !buffer.readString().equals("none");
        } catch (IOException | RuntimeException e) {
            throw unsupported();
        }
    }

    private static void checkForm(Path path, String text) throws UnusableKey {
        if (text.startsWith("PuTTY-User-Key-File")) {
            throw new UnusableKey("the key file " + path + " is a PuTTY key; convert it: puttygen " + path
                    + " -O private-openssh -o " + path + ".openssh");
        }
        if (text.startsWith("ssh-")
                || text.startsWith("ecdsa-")
                || text.startsWith("sk-")
                || text.contains(" PUBLIC ")) {
            String hint =
                    path.toString().endsWith(".pub") ? path.toString().replaceFirst("\\.pub$", "") : "its other half";
            throw new UnusableKey("the key file " + path + " is a public key; name the private one: " + hint);
        }
        if (!text.contains("-----BEGIN ") || !text.contains("PRIVATE KEY-----")) {
            throw noPrivateKey(path);
        }
    }

    private static UnusableKey noPrivateKey(Path path) {
        return new UnusableKey("the file " + path + " is not a private key; name a private key file with ssh.key");
    }

    private static void checkPermissions(Path path) throws IOException, UnusableKey {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> open = Files.getPosixFilePermissions(path);
        open.removeAll(Set.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        boolean mine = Files.getOwner(path).getName().equals(System.getProperty("user.name"));
        if (mine && !open.isEmpty()) {
            throw new UnusableKey("the key file " + path + " is open to others; close it: chmod 600 " + path);
        }
    }

    /** Hands out a copy, because the libraries wipe what they get. */
    private static final class Once implements PasswordFinder {
        private final char[] passphrase;

        private Once(char[] passphrase) {
            this.passphrase = passphrase;
        }

        @Override
        public char[] reqPassword(@Nullable Resource<?> resource) {
            return passphrase.clone();
        }

        @Override
        public boolean shouldRetry(@Nullable Resource<?> resource) {
            return false;
        }
    }
}
