package sessionctl.inventory.yaml;

import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Describes YAML syntax errors for users who do not know the parser. */
public final class YamlErrors {
    private static final String NEIGHBOURS = "expected the indentation of its neighbours";

    /** The maximum length of the parser's own message. */
    private static final int MAX_WORDS_LENGTH = 200;

    private static final List<Message> MESSAGES = List.of(
            new Message(".*\\(TAB\\).*", "a tab is used for indentation", "expected spaces", false),
            new Message(
                    "found character '(.*)' that cannot start any token.*",
                    "a value begins with $1",
                    "expected quotes around it",
                    false),
            new Message(
                    "mapping values are not allowed here",
                    "a key is not allowed here",
                    NEIGHBOURS + ", or quotes around a value that holds a colon and a space",
                    false),
            new Message("sequence entries are not allowed.*", "a list item cannot begin here", NEIGHBOURS, false),
            new Message("expected <block end>.*", "this does not fit the lines above", NEIGHBOURS, false),
            new Message(
                    "found undefined alias (.*)",
                    "the alias *$1 has no anchor before it",
                    "expected &$1 at the value that it repeats",
                    false),
            new Message("but found another document", "a second document begins", "expected one in a file", false),
            new Message("found unexpected end of stream", "a quote is never closed", "expected its end", true),
            new Message(
                    "expected ',' or '(.)', but got <stream end>", "a bracket is never closed", "expected $1", true),
            new Message(
                    "expected ',' or '.', but got \\{",
                    "a { begins within brackets",
                    "expected quotes around a value with a brace, as in \"${NAME}\"",
                    false),
            new Message(
                    "expected ',' or '(.)', but got .*",
                    "the brackets before this are still open",
                    "expected a comma or $1",
                    false),
            new Message("could not find expected ':'.*", "a key has no colon", "expected a colon and a space", true),
            new Message(
                    "expected the node content, but found '(.*)'",
                    "$1 is not a value",
                    "expected a value, in quotes if it begins with that",
                    false),
            new Message(
                    "found unknown escape character (.).*",
                    "\\$1 is not an escape in double quotes",
                    "expected \\\\ for a backslash",
                    false),
            new Message("Global tag is not allowed: (.*)", "the tag $1 is not allowed", "expected no tag", false),
            new Message(
                    "Nesting Depth exceeded.*",
                    "the values are nested more than 50 deep",
                    "expected at most four levels",
                    false));

    private YamlErrors() {}

    /** Reports an exception of the parser. */
    public static void report(RuntimeException thrown, Problems problems) {
        String words = thrown instanceof MarkedYAMLException marked ? marked.getProblem() : thrown.getMessage();
        String problem = Objects.requireNonNullElse(words, "");
        for (Message message : MESSAGES) {
            Matcher match = message.problem.matcher(problem);
            if (match.matches()) {
                problems.add(place(thrown, message.atStart), fill(message.fault, match), fill(message.expected, match));
                return;
            }
        }
        if (thrown instanceof YAMLException) {
            problems.add(
                    place(thrown, false),
                    "this is not YAML (" + QuotedText.cut(problem, MAX_WORDS_LENGTH) + ")",
                    "expected YAML as sessionctl init prints it");
        } else {
            // It comes from an escape with a number beyond Unicode.
            problems.add(
                    SourceLocation.START,
                    "an escape in double quotes is not a valid character",
                    "expected the character itself");
        }
    }

    private static String fill(String sentence, Matcher match) {
        return match.groupCount() == 0 ? sentence : sentence.replace("$1", QuotedText.cut(match.group(1)));
    }

    private static SourceLocation place(RuntimeException thrown, boolean atStart) {
        if (!(thrown instanceof MarkedYAMLException marked)) {
            return SourceLocation.START;
        }
        Mark began = marked.getContextMark();
        Mark found = marked.getProblemMark();
        Mark mark = (atStart && began != null) || found == null ? began : found;
        return mark == null ? SourceLocation.START : SourceLocation.of("", mark);
    }

    /**
     * A message of the parser and its replacement.
     *
     * @param fault with {@code $1} for the first group of the pattern
     * @param expected with {@code $1} for the first group of the pattern
     * @param atStart true if the helpful location is the start of the construct that the parser was reading
     */
    private record Message(Pattern problem, String fault, String expected, boolean atStart) {
        Message(String problem, String fault, String expected, boolean atStart) {
            this(Pattern.compile(problem, Pattern.DOTALL), fault, expected, atStart);
        }
    }
}
