package sessionctl.manual;

import java.util.List;

/**
 * What one command says of itself.
 *
 * @param words the command as it is typed, beginning with the program
 * @param synopsis what is typed, in one line, without the command itself
 * @param description what it does
 * @param arguments what it takes besides options
 * @param options its options
 * @param commands the commands below it
 * @param example what may be typed
 * @param exitCodes what its exit codes mean
 * @param environment the variables that it reads
 * @param files the files that it reads and writes
 */
public record Page(
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
    /** A term and what it means. */
    public record Entry(String term, String text) {}

    /**
     * An option.
     *
     * @param names all its names, dashes included
     * @param label what stands for its value; empty where it takes none
     * @param values the values that it takes, where these are few
     * @param text what it does
     */
    public record Option(List<String> names, String label, List<String> values, String text) {
        /** Copies the lists. */
        public Option {
            names = List.copyOf(names);
            values = List.copyOf(values);
        }
    }

    /** Copies the lists. */
    public Page {
        words = List.copyOf(words);
        arguments = List.copyOf(arguments);
        options = List.copyOf(options);
        commands = List.copyOf(commands);
        example = List.copyOf(example);
        exitCodes = List.copyOf(exitCodes);
        environment = List.copyOf(environment);
        files = List.copyOf(files);
    }

    /** Its name in the manual: {@code sessionctl-lab-up}. */
    public String name() {
        return String.join("-", words);
    }
}
