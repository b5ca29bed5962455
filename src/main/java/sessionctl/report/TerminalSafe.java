package sessionctl.report;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Converts bytes from a droplet to text that is safe to display: it cannot move the cursor, change colours or hide
 * characters.
 */
public final class TerminalSafe {
    /** Letters and marks that fonts render as nothing (Unicode's Default_Ignorable_Code_Point). */
    private static final Pattern IGNORABLE = Pattern.compile(
            "[\\x{34F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}\\x{180B}-\\x{180F}\\x{2060}-\\x{206F}\\x{3164}"
                    + "\\x{FE00}-\\x{FE0F}\\x{FFA0}\\x{FFF0}-\\x{FFF8}\\x{E0000}-\\x{E0FFF}]");

    private TerminalSafe() {}

    /**
     * Decodes UTF-8 if the bytes are valid, otherwise ISO 8859-1. Escapes invisible characters as {@code \x1b}. Does
     * not change plain text.
     */
    public static String of(String bytes) {
        return escaped(bytes, false);
    }

    /**
     * Decodes and escapes a text to a single line. Escapes line feeds, so that the text cannot add a line of its own.
     */
    public static String line(String bytes) {
        return escaped(bytes, true);
    }

    private static String escaped(String bytes, boolean oneLine) {
        if (bytes.chars().allMatch(c -> plain(c) || (c == '\n' && !oneLine))) {
            return bytes;
        }
        String text = decoded(bytes);
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isInvisible(c) || (oneLine && c == '\n')) {
                escape(c, safe);
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }

    private static String decoded(String bytes) {
        if (bytes.chars().allMatch(c -> c < 0x80)) {
            return bytes;
        }
        try {
            ByteBuffer raw = StandardCharsets.ISO_8859_1.newEncoder().encode(CharBuffer.wrap(bytes));
            return StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
        } catch (CharacterCodingException e) {
            // The text is not bytes, or not UTF-8: it needs no decoding.
            return bytes;
        }
    }

    /** Appends a character as its number in hexadecimal. */
    static void escape(int c, StringBuilder to) {
        String number = Integer.toHexString(c);
        to.append("\\x").append(number.length() < 2 ? "0" : "").append(number.toLowerCase(Locale.ROOT));
    }

    /** Returns true for control characters, bidirectional controls, zero-width characters and noncharacters. */
    public static boolean isInvisible(int c) {
        if (plain(c)) {
            return false;
        }
        int type = Character.getType(c);
        boolean control = type == Character.CONTROL && c != '\t' && c != '\n';
        return control
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE
                || noncharacter(c)
                || IGNORABLE.matcher(Character.toString(c)).matches();
    }

    /**
     * Returns true for printable ASCII. This is the fast path: a report of a large cluster has many millions of these
     * characters.
     */
    public static boolean plain(int c) {
        return c >= 0x20 && c < 0x7f;
    }

    /** Returns true for the noncharacters of Unicode 15, 23.7. XML documents must not contain some of them. */
    private static boolean noncharacter(int c) {
        return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    }
}
