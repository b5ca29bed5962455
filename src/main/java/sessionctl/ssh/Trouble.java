package sessionctl.ssh;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;

/** How failures begin and what they have in common. */
final class Trouble {
    private static final int LONGEST = 100;

    private Trouble() {}

    static SshFailure at(Droplet droplet, SshFailure.Kind kind, String sentence) {
        return new SshFailure(kind, droplet + ": " + sentence);
    }

    static SshFailure at(Droplet droplet, SshFailure.Kind kind, String sentence, Throwable cause) {
        return new SshFailure(kind, droplet + ": " + sentence, cause);
    }

    static SshFailure at(Target target, SshFailure.Kind kind, String sentence) {
        return new SshFailure(kind, target + ": " + sentence);
    }

    static SshFailure at(Target target, SshFailure.Kind kind, String sentence, Throwable cause) {
        return new SshFailure(kind, target + ": " + sentence, cause);
    }

    /** The first of a kind among an exception and its causes. */
    static <T extends Throwable> @Nullable T find(Class<T> kind, Throwable from) {
        for (Throwable next = from; next != null; next = next.getCause()) {
            if (kind.isInstance(next)) {
                return kind.cast(next);
            }
        }
        return null;
    }

    /** What the innermost cause says, which may be the peer's own words: printable, and not too long. */
    static String root(Throwable from) {
        Throwable last = from;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        if (last instanceof InterruptedException) {
            return "it ended without a word";
        }
        return last.getMessage() == null ? last.getClass().getSimpleName() : cut(printable(last.getMessage()));
    }

    /** As in "within 10 seconds". */
    static String seconds(Duration time) {
        double seconds = time.toMillis() / 1000.0;
        String number = seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
        return number + (seconds == 1 ? " second" : " seconds");
    }

    /** What a stranger wrote, unable to move a terminal's cursor. */
    static String printable(String foreign) {
        return foreign.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** What a stranger sent, fit for a terminal: its first line, printable, not too long. */
    static String quote(String foreign) {
        return '"' + shown(foreign) + '"';
    }

    /** The same without quotes. */
    static String shown(String foreign) {
        return cut(printable(foreign.lines().findFirst().orElse("").strip()));
    }

    private static String cut(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    }
}
