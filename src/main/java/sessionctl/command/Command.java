package sessionctl.command;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * A command to run on a droplet as root.
 *
 * @param words the program and its arguments, at least one word; they are quoted when they become a line, so none of
 *     them is interpreted by a shell
 * @param input the standard input, one byte per character (ISO 8859-1), so that files keep every byte
 * @param limit the longest run time, after which the droplet ends the command
 */
public record Command(List<String> words, String input, Duration limit) {
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

    /**
     * Creates a command.
     *
     * @throws IllegalArgumentException if there are no words
     */
    public Command {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command needs at least one word");
        }
    }

    /** Returns a command without input and with a limit of 60 seconds. */
    public static Command of(String... words) {
        return new Command(List.of(words), "", DEFAULT_LIMIT);
    }

    /**
     * Returns a command that runs a script with sh. Its arguments are passed as $1, $2, … and never become part of
     * its text.
     */
    public static Command script(String script, String... arguments) {
        return of("sh", "-c", script, "sessionctl").withArguments(List.of(arguments));
    }

    /** Returns this command with more arguments. */
    public Command withArguments(Collection<String> more) {
        return new Command(Stream.concat(words.stream(), more.stream()).toList(), input, limit);
    }

    /** Returns this command with another standard input. */
    public Command withInput(String newInput) {
        return new Command(words, newInput, limit);
    }

    /** Returns this command with another limit. */
    public Command within(Duration newLimit) {
        return new Command(words, input, newLimit);
    }

    /** Returns the line that a POSIX shell runs as exactly these words. */
    public String line() {
        return ShellQuote.join(words);
    }
}
