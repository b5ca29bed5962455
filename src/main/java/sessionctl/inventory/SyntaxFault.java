package sessionctl.inventory;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Why a text is not YAML, in words for somebody who does not know the parser.
 *
 * @param is with {@code $1} for what the parser names
 * @param expected with {@code $1} as well
 */
record SyntaxFault(Place place, String is, String expected) {
    private static final String NEIGHBOURS = "expected the indentation of its neighbours";

    /** Of the parser's own. */
    private static final int LONGEST_WORDS = 200;

    private static final List<Saying> SAYINGS = List.of(
            new Saying(".*\\(TAB\\).*", "a tab stands where spaces belong", "expected spaces", false),
            new Saying(
                    "found character '(.*)' that cannot start any token.*",
                    "a value begins with $1",
                    "expected quotes around it",
                    false),
            new Saying(
                    "mapping values are not allowed here",
                    "a key ends here, but none can begin in this place",
                    NEIGHBOURS + ", or quotes around a value that holds a colon and a space",
                    false),
            new Saying("sequence entries are not allowed.*", "a list item cannot begin here", NEIGHBOURS, false),
            new Saying("expected <block end>.*", "this does not fit the lines above", NEIGHBOURS, false),
            new Saying(
                    "found undefined alias (.*)",
                    "the alias *$1 has no anchor before it",
                    "expected &$1 at the value that it repeats",
                    false),
            new Saying("but found another document", "a second document begins", "expected one in a file", false),
            new Saying("found unexpected end of stream", "a quote is never closed", "expected its end", true),
            new Saying("expected ',' or '(.)', but got <stream end>", "a bracket is never closed", "expected $1", true),
            new Saying(
                    "expected ',' or '.', but got \\{",
                    "a { begins within brackets",
                    "expected quotes around a value with a brace, as in \"${NAME}\"",
                    false),
            new Saying(
                    "expected ',' or '(.)', but got .*",
                    "the brackets before this are still open",
                    "expected a comma or $1",
                    false),
            new Saying("could not find expected ':'.*", "a key has no colon", "expected a colon and a space", true),
            new Saying(
                    "expected the node content, but found '(.*)'",
                    "$1 stands where a value belongs",
                    "expected a value, in quotes if it begins so",
                    false),
            new Saying(
                    "found unknown escape character (.).*",
                    "\\$1 means nothing in double quotes",
                    "expected \\\\ for a backslash",
                    false),
            new Saying("Global tag is not allowed: (.*)", "the tag $1 is not allowed", "expected no tag", false),
            new Saying(
                    "Nesting Depth exceeded.*",
                    "the values are nested more than 50 deep",
                    "expected at most four levels",
                    false));

    /** The fault that an exception of the parser stands for. */
    static SyntaxFault of(RuntimeException thrown) {
        String words = thrown instanceof MarkedYAMLException marked ? marked.getProblem() : thrown.getMessage();
        String problem = Objects.requireNonNullElse(words, "");
        return SAYINGS.stream()
                .flatMap(saying -> saying.about(problem, thrown).stream())
                .findFirst()
                .orElseGet(() -> other(problem, thrown));
    }

    /** An exception that is not YAML's own comes from an escape with a number too large for any character. */
    private static SyntaxFault other(String problem, RuntimeException thrown) {
        return thrown instanceof YAMLException
                ? new SyntaxFault(
                        place(thrown, false),
                        "this is not YAML (" + Quoted.cut(problem, LONGEST_WORDS) + ")",
                        "expected YAML as sessionctl init prints it")
                : new SyntaxFault(
                        Place.START, "an escape in double quotes means no character", "expected it written out");
    }

    void tell(Problems problems) {
        problems.add(place, is, expected);
    }

    private static Place place(RuntimeException thrown, boolean whereItBegan) {
        if (!(thrown instanceof MarkedYAMLException marked)) {
            return Place.START;
        }
        Mark began = marked.getContextMark();
        Mark found = marked.getProblemMark();
        Mark mark = (whereItBegan && began != null) || found == null ? began : found;
        return mark == null ? Place.START : Place.of("", mark);
    }

    /**
     * What the parser says, and what we say instead.
     *
     * @param whereItBegan whether the place that helps is the beginning of what the parser was reading
     */
    private record Saying(Pattern problem, String is, String expected, boolean whereItBegan) {
        Saying(String problem, String is, String expected, boolean whereItBegan) {
            this(Pattern.compile(problem, Pattern.DOTALL), is, expected, whereItBegan);
        }

        Optional<SyntaxFault> about(String words, RuntimeException thrown) {
            Matcher match = problem.matcher(words);
            return match.matches()
                    ? Optional.of(new SyntaxFault(place(thrown, whereItBegan), fill(is, match), fill(expected, match)))
                    : Optional.empty();
        }

        private static String fill(String sentence, Matcher match) {
            return match.groupCount() == 0 ? sentence : sentence.replace("$1", Quoted.cut(match.group(1)));
        }
    }
}
