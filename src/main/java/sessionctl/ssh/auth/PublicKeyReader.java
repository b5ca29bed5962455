package sessionctl.ssh.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.schmizz.sshj.common.Buffer;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.hostkey.HostKey;

/**
 * A reader of the public half of a key file, which needs no passphrase. With it an ssh-agent is searched for the
 * private half.
 */
final class PublicKeyReader {
    private static final Pattern LINE = Pattern.compile("\\s*([a-z][A-Za-z0-9@.-]+)\\s+([A-Za-z0-9+/]+=*)(?:\\s.*)?");
    private static final Pattern OPENSSH =
            Pattern.compile("-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END OPENSSH PRIVATE KEY-----");
    private static final int MAGIC = "openssh-key-v1\0".length();

    private PublicKeyReader() {}

    /** Returns the public half from the file itself or from {@code FILE.pub} beside it; null if neither contains it. */
    static @Nullable HostKey of(Path file) {
        HostKey own = in(file);
        return own == null ? in(Path.of(file + ".pub")) : own;
    }

    private static @Nullable HostKey in(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            Matcher line = LINE.matcher(text.lines().findFirst().orElse(""));
            if (line.matches()) {
                return new HostKey(line.group(1), line.group(2));
            }
            Matcher openssh = OPENSSH.matcher(text);
            return openssh.find() ? ofPrivate(openssh.group(1)) : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /**
     * Reads the public key, which precedes the encrypted part: it follows the cipher, the key derivation function, its
     * options and the number of keys (PROTOCOL.key).
     */
    private static HostKey ofPrivate(String base64) throws IOException {
        Buffer.PlainBuffer buffer =
                new Buffer.PlainBuffer(Base64.getMimeDecoder().decode(base64));
        buffer.readRawBytes(new byte[MAGIC]);
        buffer.readBytes();
        buffer.readBytes();
        buffer.readBytes();
        buffer.readUInt32();
        byte[] blob = buffer.readBytes();
        return HostKey.of(new Buffer.PlainBuffer(blob).readString(), blob);
    }
}
