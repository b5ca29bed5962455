package sessionctl.report;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Bytes of a droplet as text for a person: nothing in them can move the cursor or change a colour. */
final class Legible {
    private Legible() {}

    /** UTF-8 where the bytes are, ISO 8859-1 where not; control characters as {@code \x1b}. */
    static String of(String bytes) {
        String text = bytes;
        try {
            ByteBuffer raw = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
            text = StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
        } catch (CharacterCodingException e) {
            // Not UTF-8: each byte is its own character already.
        }
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean control = Character.isISOControl(c) && c != '\t' && c != '\n';
            safe.append(control ? String.format("\\x%02x", c) : Character.toString(c));
        });
        return safe.toString();
    }
}
