package sessionctl.ssh.auth;

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
import net.schmizz.sshj.userauth.password.PasswordUtils;
import org.jspecify.annotations.Nullable;

/**
 * A private key file as read from disk, still encrypted if it has a passphrase. Exceptions of this class have no cause:
 * the messages of the libraries quote the input that they fail on.
 */
final class KeyFile {
    private static final String OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private static final String OPENSSH_END = "-----END OPENSSH PRIVATE KEY-----";
    private static final String OPENSSH_MAGIC = "openssh-key-v1\0";
    private static final int MAX_SIZE = 1 << 20;

    private final Path path;
    private final String text;
    private final boolean locked;

    private KeyFile(Path path, String text) throws InvalidKeyException {
        this.path = path;
        this.text = text;
        this.locked = hasPassphrase();
    }

    /**
     * Reads the file. Like ssh, it refuses a file of this user that others may access.
     *
     * @throws InvalidKeyException if the file cannot be read or is not a private key
     */
    static KeyFile read(Path path) throws InvalidKeyException {
        try {
            if (Files.isDirectory(path)) {
                throw new InvalidKeyException(
                        "the key file " + path + " is a folder; name the private key file with ssh.key");
            }
            if (Files.size(path) > MAX_SIZE) {
                throw noPrivateKey(path);
            }
            String text = Files.readString(path, StandardCharsets.ISO_8859_1);
            checkForm(path, text);
            checkPermissions(path);
            return new KeyFile(path, text);
        } catch (NoSuchFileException e) {
            throw new InvalidKeyException(
                    "the key file " + path + " does not exist; name the private key file with ssh.key");
        } catch (AccessDeniedException e) {
            throw new InvalidKeyException("the key file " + path
                    + " is not readable by this user; change its owner: sudo chown \"$(id -u)\" " + path);
        } catch (IOException e) {
            throw new InvalidKeyException("the key file " + path + " cannot be read: " + e.getMessage());
        }
    }

    /** Returns true if the key is encrypted with a passphrase. */
    boolean locked() {
        return locked;
    }

    /**
     * Returns the decrypted key. The passphrase is not kept.
     *
     * @param passphrase wiped by this method; null if the file has none
     * @throws InvalidKeyException if the passphrase is wrong or the key is damaged or unsupported
     */
    AuthKey unlock(char @Nullable [] passphrase) throws InvalidKeyException {
        FileKeyProvider provider = text.contains(OPENSSH) ? new OpenSSHKeyV1KeyFile() : new PKCS8KeyFile();
        provider.init(text, null, PasswordUtils.createOneOff(passphrase));
        try {
            KeyPair pair = new KeyPair(provider.getPublic(), provider.getPrivate());
            KeyType type = KeyType.fromKey(pair.getPublic());
            if (type == KeyType.UNKNOWN || type == KeyType.DSA) {
                throw unsupported();
            }
            return AuthKey.inFile(path, pair);
        } catch (IOException | RuntimeException e) {
            if (locked && !(e instanceof IllegalStateException)) {
                throw new InvalidKeyException("the passphrase is wrong for the key file " + path);
            }
            throw unsupported();
        }
    }

    private InvalidKeyException unsupported() {
        return new InvalidKeyException(
                "the key file " + path + " is damaged or of an unsupported type; use an ed25519, RSA or ECDSA key"
                        + " (ssh-keygen -t ed25519 creates one)");
    }

    private boolean hasPassphrase() throws InvalidKeyException {
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

    private static void checkForm(Path path, String text) throws InvalidKeyException {
        if (text.startsWith("PuTTY-User-Key-File")) {
            throw new InvalidKeyException("the key file " + path + " is a PuTTY key; convert it: puttygen " + path
                    + " -O private-openssh -o " + path + ".openssh");
        }
        if (text.startsWith("ssh-")
                || text.startsWith("ecdsa-")
                || text.startsWith("sk-")
                || text.contains(" PUBLIC ")) {
            String hint =
                    path.toString().endsWith(".pub") ? ": " + path.toString().replaceFirst("\\.pub$", "") : "";
            throw new InvalidKeyException("the key file " + path + " is a public key; name the private one" + hint);
        }
        if (!text.contains("-----BEGIN ") || !text.contains("PRIVATE KEY-----")) {
            throw noPrivateKey(path);
        }
    }

    private static InvalidKeyException noPrivateKey(Path path) {
        return new InvalidKeyException(
                "the file " + path + " is not a private key; name a private key file with ssh.key");
    }

    private static void checkPermissions(Path path) throws IOException, InvalidKeyException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> open = Files.getPosixFilePermissions(path);
        open.removeAll(Set.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        boolean mine = Files.getOwner(path).getName().equals(System.getProperty("user.name"));
        if (mine && !open.isEmpty()) {
            throw new InvalidKeyException(
                    "the key file " + path + " is accessible to other users; restrict it: chmod 600 " + path);
        }
    }
}
