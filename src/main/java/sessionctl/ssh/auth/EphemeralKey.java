package sessionctl.ssh.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;

/**
 * An ed25519 key for a connection that ends before the login, in the file format of ssh-keygen (OpenSSH's
 * PROTOCOL.key).
 */
public final class EphemeralKey {
    private static final int BLOCK = 8;
    private static final int LENGTH = 32;

    private EphemeralKey() {}

    /**
     * Writes the key pair without a passphrase to the new file {@code id_ed25519} in the folder (mode 600) and returns
     * its path.
     *
     * @throws IOException if the file exists already or cannot be written
     */
    public static Path write(Path folder, KeyPair pair) throws IOException {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] half = Arrays.copyOfRange(encoded, encoded.length - LENGTH, encoded.length);
        byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        Buffer.PlainBuffer open = new Buffer.PlainBuffer();
        open.putUInt32(0).putUInt32(0).putString(KeyType.ED25519.toString()).putBytes(half);
        open.putUInt32(2 * LENGTH).putRawBytes(seed).putRawBytes(half).putString("");
        for (byte pad = 1; open.available() % BLOCK != 0; pad++) {
            open.putByte(pad);
        }
        byte[] all = new Buffer.PlainBuffer()
                .putRawBytes("openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII))
                .putString("none")
                .putString("none")
                .putString("")
                .putUInt32(1)
                .putBytes(
                        new Buffer.PlainBuffer().putPublicKey(pair.getPublic()).getCompactData())
                .putBytes(open.getCompactData())
                .getCompactData();
        Path file = Files.createFile(
                folder.resolve("id_ed25519"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(
                file,
                "-----BEGIN OPENSSH PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(all)
                        + "\n-----END OPENSSH PRIVATE KEY-----\n");
    }
}
