package sessionctl.manual;

import java.util.List;

/**
 * The description of one command, from which man pages and completions are written.
 *
 * @param words the command as it is typed, beginning with the program
 * @param synopsis the arguments and options in one line, without the command itself
 * @param description the purpose of the command; its first sentence becomes the summary
 * @param arguments the positional arguments
 * @param commands the subcommands
 * @param example lines that can be typed
 * @param exitCodes the exit codes and their meanings
 * @param environment the variables that the command reads
 * @param files the files that the command reads and writes
 */
public record ManPage(
        List<String> words,
        String synopsis,
        String description,
        List<Entry> arguments,
        List<Option> options,
        List<Entry> commands,
        List<String> example,
        List<Entry> exitCodes,
        List<Entry> environment,
        List<Entry> files) {
    /** A term and its meaning. */
    public record Entry(String term, String text) {}

    /**
     * An option of a command.
     *
     * @param names all its names, dashes included
     * @param label the placeholder of its value; empty if it has no value
     * @param values the possible values if they are few; otherwise empty
     * @param text the purpose of the option
     */
    public record Option(List<String> names, String label, List<String> values, String text) {
        public Option {
            names = List.copyOf(names);
            values = List.copyOf(values);
        }
    }

    public ManPage {
        words = List.copyOf(words);
        arguments = List.copyOf(arguments);
        options = List.copyOf(options);
        commands = List.copyOf(commands);
        example = List.copyOf(example);
        exitCodes = List.copyOf(exitCodes);
        environment = List.copyOf(environment);
        files = List.copyOf(files);
    }

    /** Returns the name of the page, such as {@code sessionctl-lab-up}. */
    public String name() {
        return String.join("-", words);
    }
}
