package sessionctl.report;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Bytes of a droplet as text for a person: nothing in them can move the cursor, change a colour or hide. */
public final class Legible {
    private static final int[][] IGNORABLE = {
        {0x034F, 0x034F},
        {0x115F, 0x1160},
        {0x17B4, 0x17B5},
        {0x180B, 0x180F},
        {0x2060, 0x206F},
        {0x3164, 0x3164},
        {0xFE00, 0xFE0F},
        {0xFFA0, 0xFFA0},
        {0xFFF0, 0xFFF8},
        {0xE0000, 0xE0FFF}
    };

    private Legible() {}

    /** UTF-8 where the bytes are, ISO 8859-1 where not; what is not seen as {@code \x1b}. Text of ours stays text. */
    public static String of(String bytes) {
        return escaped(bytes, false);
    }

    /** The same in one line: a line feed is escaped as well, so that the text cannot add a line of its own. */
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
            if (unseen(c) || (oneLine && c == '\n')) {
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
            // Not bytes, or not UTF-8: each character stands for itself already.
            return bytes;
        }
    }

    /** Appends a character as its number. */
    static void escape(int c, StringBuilder to) {
        String number = Integer.toHexString(c);
        to.append("\\x").append(number.length() < 2 ? "0" : "").append(number.toLowerCase(Locale.ROOT));
    }

    /** Control characters, those that turn the direction of what follows or take no room, and those that are none. */
    static boolean unseen(int c) {
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
                || ignorable(c);
    }

    /** Most of what is written; a report of a large cluster has many millions of these. */
    static boolean plain(int c) {
        return c >= 0x20 && c < 0x7f;
    }

    /** As Unicode 15, 23.7 lists them; no XML document may hold some of them. */
    private static boolean noncharacter(int c) {
        return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    }

    /** Letters and marks that fonts draw as nothing (Unicode's Default_Ignorable_Code_Point). */
    private static boolean ignorable(int c) {
        for (int[] range : IGNORABLE) {
            if (c >= range[0] && c <= range[1]) {
                return true;
            }
        }
        return false;
    }
}
