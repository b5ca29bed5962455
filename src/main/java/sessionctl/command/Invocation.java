package sessionctl.command;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The way sessionctl was called, from which messages derive the commands that they suggest. No other class writes such
 * commands, so that each can be pasted as it is and names the given inventory.
 *
 * @param inventory the inventory as named on the command line; empty for the default one
 * @param options words of the command line that other commands need as well, such as {@code --templates DIR}
 */
public record Invocation(String inventory, List<String> options) {
    private static final Pattern SLOT = Pattern.compile("\\{sessionctl ([a-z]{1,20})((?: --[a-z-]{1,20})?)\\}");

    /** A call with the default inventory and no options. */
    public static final Invocation DEFAULT_FILE = new Invocation("");

    public Invocation {
        options = List.copyOf(options);
    }

    /** Creates a call without options. */
    public Invocation(String inventory) {
        this(inventory, List.of());
    }

    /**
     * Returns a command line of sessionctl for the same inventory, quoted for a shell.
     *
     * @param subcommand such as {@code provision}
     * @param more options of that command
     */
    public String command(String subcommand, String... more) {
        return command(List.of(subcommand), more);
    }

    /**
     * Returns a command line of sessionctl for the same inventory, quoted for a shell.
     *
     * @param subcommand the command with its arguments before the inventory, such as {@code remove web03}
     * @param more options of that command
     */
    public String command(List<String> subcommand, String... more) {
        return command(subcommand, options, List.of(more));
    }

    /**
     * Returns a command line for a command that contacts no droplet. Of the options it keeps only {@code --templates}.
     */
    public String offline(String subcommand, String... more) {
        int templates = options.indexOf("--templates");
        return command(
                List.of(subcommand),
                templates < 0 ? List.of() : options.subList(templates, templates + 2),
                List.of(more));
    }

    private String command(List<String> subcommand, List<String> given, List<String> more) {
        List<String> words = new ArrayList<>(List.of("sessionctl"));
        words.addAll(subcommand);
        if (!inventory.isEmpty()) {
            words.add(operand(inventory));
        }
        words.addAll(given);
        words.addAll(more);
        return ShellQuote.join(words);
    }

    /** Replaces placeholders such as {@code {sessionctl provision --dry-run}} in a text by command lines. */
    public String fill(String text) {
        return SLOT.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(command(
                        List.of(found.group(1)),
                        options,
                        Stream.of(found.group(2).split(" "))
                                .filter(word -> !word.isEmpty())
                                .toList())));
    }

    /** Returns the command line that writes a starter inventory to this file. */
    public static String init(String file) {
        return "sessionctl init > " + ShellQuote.quote(file);
    }

    /** Returns the inventory's name for a sentence. */
    public String file() {
        return inventory.isEmpty() || inventory.equals("-") ? "the inventory" : inventory;
    }

    /** Returns a file name that no command takes for an option. */
    private static String operand(String file) {
        return file.startsWith("-") && !file.equals("-") ? "./" + file : file;
    }
}
