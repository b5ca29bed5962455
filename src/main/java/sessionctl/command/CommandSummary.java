package sessionctl.command;

import java.util.List;
import java.util.stream.Collectors;

/** Describes a command in one line, for a log. */
public final class CommandSummary {
    private static final int LONGEST_WORD = 200;
    private static final int LONGEST = 600;

    /** Functions that {@link Scripts} puts before a script. */
    private static final List<String> FUNCTIONS =
            List.of(Scripts.text("command/run-lock.sh"), Scripts.text("command/memcached.sh"));

    private CommandSummary() {}

    /**
     * Returns the words of a command, with the first line and the length of a script in place of its text. Of the
     * standard input, which may contain secrets, it returns only the length. The words themselves are no secrets:
     * every user of the droplet can read them while the command runs.
     */
    public static String of(Command command) {
        String line = command.words().stream().map(CommandSummary::word).collect(Collectors.joining(" "));
        int input = command.input().length();
        return shortened(line, LONGEST) + (input == 0 ? "" : " (" + input + " bytes of input)");
    }

    private static String word(String word) {
        long lines = word.lines().count();
        if (lines < 2) {
            return ShellQuote.quote(shortened(word, LONGEST_WORD));
        }
        String script = word;
        for (String functions : FUNCTIONS) {
            script = script.startsWith(functions) ? script.substring(functions.length()) : script;
        }
        String first = script.lines().findFirst().orElse("").replaceFirst("^# *", "");
        return "{" + shortened(first, LONGEST_WORD) + " " + lines + " lines}";
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }
}
