package sessionctl.command;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How sessionctl was called, from which follow the commands that a message tells to run. No other place writes them, so
 * that each can be pasted as it is and means the inventory that was given.
 *
 * @param inventory as it was named on the command line; empty where the usual one was used
 * @param options words of the command line that other commands need as well, as in {@code --templates DIR}
 */
public record Invocation(String inventory, List<String> options) {
    private static final Pattern SLOT = Pattern.compile("\\{sessionctl ([a-z]{1,20})((?: --[a-z-]{1,20})?)\\}");

    /** A call with the usual inventory and no options. */
    public static final Invocation USUAL = new Invocation("");

    /** Copies the options. */
    public Invocation {
        options = List.copyOf(options);
    }

    /** A call without options. */
    public Invocation(String inventory) {
        this(inventory, List.of());
    }

    /**
     * A command of sessionctl for the same inventory.
     *
     * @param subcommand as in {@code provision}
     * @param more options of that command
     */
    public String command(String subcommand, String... more) {
        return command(subcommand, options, List.of(more));
    }

    /** A command that reads the inventory and contacts no droplet, to which most options mean nothing. */
    public String offline(String subcommand, String... more) {
        int templates = options.indexOf("--templates");
        return command(
                subcommand, templates < 0 ? List.of() : options.subList(templates, templates + 2), List.of(more));
    }

    private String command(String subcommand, List<String> given, List<String> more) {
        List<String> words = new ArrayList<>(List.of("sessionctl", subcommand));
        if (!inventory.isEmpty()) {
            words.add(operand(inventory));
        }
        words.addAll(given);
        words.addAll(more);
        return ShellQuote.join(words);
    }

    /** Fills the commands into a text that names them as {@code {sessionctl provision --dry-run}}. */
    public String fill(String text) {
        return SLOT.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(command(
                        found.group(1),
                        Stream.of(found.group(2).split(" "))
                                .filter(word -> !word.isEmpty())
                                .toArray(String[]::new))));
    }

    /** Writes a starter inventory to the file that was asked for. */
    public static String init(String file) {
        return "sessionctl init > " + ShellQuote.quote(file);
    }

    /** The inventory's name in a sentence. */
    public String file() {
        return inventory.isEmpty() || inventory.equals("-") ? "the inventory" : inventory;
    }

    /** A file's name that no command takes for an option. */
    private static String operand(String file) {
        return file.startsWith("-") && !file.equals("-") ? "./" + file : file;
    }
}
