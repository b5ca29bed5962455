package sessionctl.report;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Marks control sequences and build server instructions that this program wrote, so that {@link SafeWriter} can
 * distinguish them from a droplet's output. A droplet cannot guess the marks, because they are random in each process.
 */
public final class TrustedControls {
    /** A noncharacter: {@link TerminalSafe} escapes it in all other text. */
    static final char FIRST = '\uFDD0';

    private static final String KEY = Long.toHexString(new SecureRandom().nextLong());
    static final String BEGIN = FIRST + KEY + "<";
    static final String END = FIRST + KEY + ">";

    /** Finds a marked sequence. Its group 1 is the sequence. */
    static final Pattern SEQUENCE = Pattern.compile(BEGIN + "([^" + FIRST + "]*)" + END);

    private TrustedControls() {}

    /** Marks a sequence to be written without escaping. */
    public static String of(String sequence) {
        return BEGIN + sequence + END;
    }

    /** Removes the sequences from a text, and returns the visible rest. */
    public static String visible(String text) {
        return SEQUENCE.matcher(text).replaceAll("");
    }

    /** Removes the marks and keeps the sequences. For tests and for text without output of droplets. */
    public static String written(String text) {
        return SEQUENCE.matcher(text).replaceAll("$1");
    }
}
