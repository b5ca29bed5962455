package sessionctl.report;

import java.security.SecureRandom;

/**
 * Control sequences and commands for a build server that this program itself wrote, marked within a text so that
 * {@link SafeWriter} can tell them from what a droplet wrote. No droplet can guess the marks: they differ in each process.
 */
public final class OwnControl {
    /** A noncharacter, which {@link Legible} lets no foreign text have. */
    static final char FIRST = '\uFDD0';

    private static final String KEY = Long.toHexString(new SecureRandom().nextLong());
    static final String BEGIN = FIRST + KEY + "<";
    static final String END = FIRST + KEY + ">";

    private OwnControl() {}

    /** A sequence that is to be written as it is. */
    public static String of(String sequence) {
        return BEGIN + sequence + END;
    }

    /** The text as it is seen: without the sequences. */
    public static String seen(String text) {
        return replaced(text, false);
    }

    /** The text with its sequences as they are written; for tests and for text that holds nothing foreign. */
    public static String written(String text) {
        return replaced(text, true);
    }

    private static String replaced(String text, boolean kept) {
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, at)) {
            int end = text.indexOf(END, begin);
            if (end < 0) {
                break;
            }
            out.append(text, at, begin);
            out.append(kept ? text.substring(begin + BEGIN.length(), end) : "");
            at = end + END.length();
        }
        return out.append(text, at, text.length()).toString();
    }
}
