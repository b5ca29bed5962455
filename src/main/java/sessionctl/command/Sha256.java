package sessionctl.command;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** Computes SHA-256 digests in hex. */
public final class Sha256 {
    private Sha256() {}

    /** Returns the digest of bytes. */
    public static String of(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Returns the digest of several texts. Their order and the boundaries between them count. */
    public static String of(Collection<String> texts) {
        StringBuilder all = new StringBuilder();
        texts.forEach(t -> all.append(t.length()).append(' ').append(t));
        return of(all.toString().getBytes(StandardCharsets.UTF_8));
    }
}
