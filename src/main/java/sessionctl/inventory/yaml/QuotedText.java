package sessionctl.inventory.yaml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prepares text of the file for messages: short, and without characters that control a terminal or reorder text. */
public final class QuotedText {
    private static final int MAX_LENGTH = 60;
    /** Control and format characters, unpaired surrogates, unassigned code points, and separators of lines. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private QuotedText() {}

    /** Quotes the text, and cuts it to 60 characters. */
    public static String of(String text) {
        return '"' + cut(text) + '"';
    }

    /** Cuts the text to 60 characters. */
    public static String cut(String text) {
        return cut(text, MAX_LENGTH);
    }

    public static String cut(String text, int longest) {
        boolean fits = text.codePointCount(0, text.length()) <= longest;
        return fits ? text : text.substring(0, text.offsetByCodePoints(0, longest)) + "…";
    }

    /** Replaces every invisible character with its number. */
    public static String visible(String text) {
        return INVISIBLE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        "\\u%04x".formatted(found.group().codePointAt(0))));
    }
}
