package sessionctl.report;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Bytes of a droplet as text for a person: nothing in them can move the cursor, change a colour or hide. */
public final class Legible {
    private Legible() {}

    /** UTF-8 where the bytes are, ISO 8859-1 where not; what is not seen as {@code \x1b}. Text of ours stays text. */
    public static String of(String bytes) {
        String text = bytes;
        try {
            ByteBuffer raw = StandardCharsets.ISO_8859_1.newEncoder().encode(CharBuffer.wrap(bytes));
            text = StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
        } catch (CharacterCodingException e) {
            // Not bytes, or not UTF-8: each character stands for itself already.
        }
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.append(unseen(c) ? String.format("\\x%02x", c) : Character.toString(c)));
        return safe.toString();
    }

    /** Control characters, and those that turn the direction of what follows or take no room. */
    private static boolean unseen(int c) {
        int type = Character.getType(c);
        boolean control = type == Character.CONTROL && c != '\t' && c != '\n';
        return control
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }
}
