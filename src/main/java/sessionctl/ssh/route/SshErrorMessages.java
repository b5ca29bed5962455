package sessionctl.ssh.route;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.SshFailure;

/** The common parts of error messages: the place at the beginning, and text from other hosts made safe to print. */
public final class SshErrorMessages {
    private static final int MAX_LENGTH = 100;

    /** A control sequence of a terminal (ECMA-48, 5.4), or a title that xterm sets. */
    private static final Pattern COLOUR = Pattern.compile("\\e(\\[[0-?]*[ -/]*[@-~]|\\][^\\a\\e]*(\\a|\\e\\\\))");

    private SshErrorMessages() {}

    /** Returns a failure whose message begins with the droplet and, if there is one, the jump host. */
    public static SshFailure failure(Target target, SshFailure.Kind kind, String sentence) {
        return new SshFailure(kind, target + ": " + sentence);
    }

    /** Returns a failure with a cause, whose message begins with the droplet and, if there is one, the jump host. */
    public static SshFailure failure(Target target, SshFailure.Kind kind, String sentence, Throwable cause) {
        return new SshFailure(kind, target + ": " + sentence, cause);
    }

    /** Returns the first exception of this class among an exception and its causes; null if there is none. */
    public static <T extends Throwable> @Nullable T find(Class<T> kind, Throwable from) {
        for (Throwable next = from; next != null; next = next.getCause()) {
            if (kind.isInstance(next)) {
                return kind.cast(next);
            }
        }
        return null;
    }

    /**
     * Returns the message of the innermost cause, or its class name. The text may come from the server, so it is made
     * printable and cut to 100 characters.
     */
    public static String root(Throwable from) {
        Throwable last = from;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        if (last instanceof InterruptedException) {
            return "it ended without a message";
        }
        return last.getMessage() == null ? last.getClass().getSimpleName() : cut(printable(last.getMessage()));
    }

    /** Returns a duration in seconds with its unit, as in "10 seconds". */
    public static String seconds(Duration time) {
        double seconds = time.toMillis() / 1000.0;
        String number = seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
        return number + (seconds == 1 ? " second" : " seconds");
    }

    /** Replaces every character but printable ASCII, so that text from another host cannot control the terminal. */
    public static String printable(String foreign) {
        return foreign.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** Returns the first line with a letter or digit, without the sequences that colour it; empty if there is none. */
    public static String firstWords(String foreign) {
        return COLOUR.matcher(foreign)
                .replaceAll("")
                .lines()
                .filter(line -> line.chars().anyMatch(c -> c < 128 && Character.isLetterOrDigit(c)))
                .findFirst()
                .orElse("")
                .strip();
    }

    /** Returns the first line of another host's text in quotes, printable and at most 100 characters long. */
    public static String quote(String foreign) {
        return '"' + shown(foreign) + '"';
    }

    /** Returns the first line of another host's text without quotes, otherwise as {@link #quote}. */
    public static String shown(String foreign) {
        return cut(printable(foreign.lines().findFirst().orElse("").strip()));
    }

    private static String cut(String text) {
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    }
}
