package sessionctl.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** SHA-256 in hex: knows something again without keeping it. */
public final class Digest {
    private Digest() {}

    /** Of bytes. */
    static String of(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Of texts in their order; where one ends and the next begins counts as well. */
    public static String of(Collection<String> texts) {
        StringBuilder all = new StringBuilder();
        texts.forEach(t -> all.append(t.length()).append(' ').append(t));
        return of(all.toString().getBytes(StandardCharsets.UTF_8));
    }
}
