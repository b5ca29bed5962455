package sessionctl.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Something to run on a droplet, as root.
 *
 * @param words the program and its arguments; quoted only when they become a line, so nothing in them is ever shell text
 * @param input what it reads from its standard input, one byte a character (ISO 8859-1), so that files keep every byte
 * @param limit how long it may run before the droplet ends it
 */
public record Command(List<String> words, String input, Duration limit) {
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(60);

    /** Copies the words and refuses a command without any. */
    public Command {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command needs at least one word");
        }
    }

    /** A program with its arguments, no input, and the usual limit of a minute. */
    public static Command of(String... words) {
        return new Command(List.of(words), "", USUAL_LIMIT);
    }

    /** A script of ours; what varies is handed over as $1, $2, … and never becomes part of its text. */
    public static Command script(String script, String... arguments) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sessionctl"));
        words.addAll(List.of(arguments));
        return new Command(words, "", USUAL_LIMIT);
    }

    /** The same with this standard input. */
    public Command withInput(String newInput) {
        return new Command(words, newInput, limit);
    }

    /** The same with this limit. */
    public Command within(Duration newLimit) {
        return new Command(words, input, newLimit);
    }

    /** The line that a POSIX shell runs as exactly these words. */
    public String line() {
        return ShellQuote.join(words);
    }
}
