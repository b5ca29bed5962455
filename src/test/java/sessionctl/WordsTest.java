package sessionctl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks sources, scripts and documentation for words that users and maintainers stumble over, and names a plain word
 * for each. A word counts in messages, comments and names alike.
 */
class WordsTest {
    /** Words and phrases, each with its replacement. */
    private static final Map<String, String> REPLACEMENTS = replacements(
            "nobody|somebody|anybody > name the person, the program or the request",
            "whoever|whomever|whosoever|whatsoever > name the person, the program or the request",
            "those who > name the persons, the programs or the requests",
            "his|him|himself|he > they or their for a person, it or its for a program",
            "anew > again",
            "amid|amidst > during",
            "meanwhile > until then",
            "besides > also",
            "hitherto > until now",
            "thereof|whereof|whence|thereby > a sentence with a subject",
            "mend|mends|mended|mending > fix",
            "knock|knocks|knocked|knocking > probe",
            "stranger|strangers > other hosts",
            "deed|deeds > action",
            "story|stories > run, result",
            "promise|promises > check",
            "vouch|vouches|vouched|vouching > trust, confirm",
            "to be had > available",
            "fall silent|falls silent|fell silent|goes silent|went silent > stops responding",
            "turn away|turns away|turned away > refuse",
            "let in|lets in > allow",
            "shut|shuts > closed, blocked",
            "no way out > isolated",
            "last words > name the message",
            "be told|been told|is told|are told|was told|were told > shown, printed",
            "looked at > inspected",
            "the whole|a whole one > complete, entire");

    private static final Map<String, List<String[]>> PHRASES = REPLACEMENTS.keySet().stream()
            .map(phrase -> phrase.split(" "))
            .collect(Collectors.groupingBy(words -> words[0]));

    /** Uses that stay. The pattern must cover the word. */
    private static final List<Exemption> EXEMPTIONS = List.of(
            new Exemption("src/docs/glossary[.]md", ".*", "lists older words"),
            new Exemption(".*", "[\"`]promises?(?:\\[].\\w+)?[\"`]", "a key in JSON"),
            new Exemption(".*", "\\bport_shut\\b", "a key in JSON"),
            new Exemption("src/test/java/.*", "[A-Za-z0-9+/]{40,}=*", "base64"),
            new Exemption("src/lab/commands[.]sh", "shut down", "turns a host off"),
            new Exemption("src/test/java/.*", "(?:-u[ \",]+|user \"?)nobody", "the user nobody of Unix"));

    private static final int LONGEST = REPLACEMENTS.keySet().stream()
            .flatMap(phrase -> Stream.of(phrase.split(" ")))
            .mapToInt(String::length)
            .max()
            .orElseThrow();

    private record Word(String text, int start, int end) {}

    private record Exemption(Pattern file, Pattern text, String reason) {
        Exemption(String file, String text, String reason) {
            this(Pattern.compile(file), Pattern.compile(text), reason);
        }

        boolean covers(String name, String line, int start, int end) {
            return file.matcher(name).matches()
                    && text.matcher(line).results().anyMatch(m -> m.start() <= start && end <= m.end());
        }
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String root : List.of("src", "templates", "inventories")) {
            try (Stream<Path> all = Files.walk(Path.of(root))) {
                all.filter(Files::isRegularFile).filter(WordsTest::isOurs).forEach(files::add);
            }
        }
        Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pom.xml", "sessionctl")
                .map(Path::of)
                .forEach(files::add);
        return files;
    }

    /** Returns true unless a test reads the file as the text of another program, or it is this list. */
    private static boolean isOurs(Path file) {
        return !file.startsWith("src/test/resources/distribution")
                && !file.startsWith("src/test/resources/facts")
                && !file.startsWith("src/test/resources/previous")
                && !file.endsWith("WordsTest.java");
    }

    private static Map<String, String> replacements(String... rules) {
        Map<String, String> replacements = new TreeMap<>();
        for (String rule : rules) {
            String[] sides = rule.split(" > ");
            Stream.of(sides[0].split("[|]")).forEach(phrase -> replacements.put(phrase, sides[1]));
        }
        return replacements;
    }

    /** Splits at anything but letters and digits, and before a capital letter in camel case. */
    private static List<Word> words(String text) {
        List<Word> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean inside = i < text.length() && isLetterOrDigit(text.charAt(i));
            if (start >= 0 && (!inside || isHump(text, i))) {
                // A longer word is in no phrase.
                String word =
                        i - start > LONGEST ? "" : text.substring(start, i).toLowerCase(Locale.ROOT);
                words.add(new Word(word, start, i));
                start = -1;
            }
            start = inside && start < 0 ? i : start;
        }
        return words;
    }

    /** Returns true if a part of a name in camel case begins here, as each of the two in {@code aNewKey}. */
    private static boolean isHump(String text, int at) {
        boolean acronymEnds = at + 1 < text.length() && isUpper(text.charAt(at - 1)) && isLower(text.charAt(at + 1));
        return isUpper(text.charAt(at)) && (isLower(text.charAt(at - 1)) || acronymEnds);
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isLetterOrDigit(char c) {
        return isLower(c) || isUpper(c) || (c >= '0' && c <= '9');
    }

    /** Returns true if the phrase begins at a word. It may break over lines of a comment or joined string literals. */
    private static boolean begins(String[] phrase, List<Word> words, int at, String text) {
        for (int i = 1; i < phrase.length; i++) {
            if (at + i >= words.size() || !words.get(at + i).text.equals(phrase[i])) {
                return false;
            }
            String gap = text.substring(words.get(at + i - 1).end, words.get(at + i).start);
            if (!gap.matches("[\\s\"+*#/]+")) {
                return false;
            }
        }
        return true;
    }

    private static List<String> findings(String name, String text, Set<Exemption> used) {
        List<String> findings = new ArrayList<>();
        List<Word> words = words(text);
        for (int i = 0; i < words.size(); i++) {
            for (String[] phrase : PHRASES.getOrDefault(words.get(i).text, List.of())) {
                if (begins(phrase, words, i, text)) {
                    int end = words.get(i + phrase.length - 1).end;
                    finding(name, text, words.get(i).start, end, used)
                            .map(place -> place + "\"" + String.join(" ", phrase) + "\": write "
                                    + REPLACEMENTS.get(String.join(" ", phrase)))
                            .ifPresent(findings::add);
                }
            }
        }
        return findings;
    }

    /** Returns the file and the line of a phrase; empty if an exemption covers it. */
    private static Optional<String> finding(String name, String text, int start, int end, Set<Exemption> used) {
        int begin = text.lastIndexOf('\n', start - 1) + 1;
        int newline = text.indexOf('\n', end);
        String line = text.substring(begin, newline < 0 ? text.length() : newline);
        List<Exemption> covering = EXEMPTIONS.stream()
                .filter(e -> e.covers(name, line, start - begin, end - begin))
                .toList();
        used.addAll(covering);
        long number = text.substring(0, begin).chars().filter(c -> c == '\n').count() + 1;
        return covering.isEmpty() ? Optional.of(name + ":" + number + ": ") : Optional.empty();
    }

    @Test
    void textsHaveNoWordOfTheListAndNoExemptionIsUnused() throws IOException {
        List<String> findings = new ArrayList<>();
        Set<Exemption> used = new HashSet<>();
        for (Path file : files()) {
            findings.addAll(findings(file.toString(), Files.readString(file, ISO_8859_1), used));
        }
        assertThat(findings).isEmpty();
        assertThat(used).containsExactlyInAnyOrderElementsOf(EXEMPTIONS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "x\\n  Whoever asks  > a.md:2: \"whoever\": write name the person, the program or the request",
                "his session          > a.md:1: \"his\": write they or their for a person, it or its for a program",
                "askedHim();          > a.md:1: \"him\": write they or their for a person, it or its for a program",
                "NOBODY_LISTENS       > a.md:1: \"nobody\": write name the person, the program or the request",
                "is shut              > a.md:1: \"shut\": write closed, blocked",
                "it fell\\n * silent  > a.md:1: \"fell silent\": write stops responding",
                "\"let\"\\n + \" in\" > a.md:1: \"let in\": write allow",
                "what was mended      > a.md:1: \"mended\": write fix",
            })
    void aPlantedWordIsFound(String text, String finding) {
        assertThat(findings("a.md", text.replace("\\n", "\n"), new HashSet<>())).containsExactly(finding);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the history of this",
                "HISTORY",
                "shutdownHook",
                "recommended",
                "heartbeat",
                "indeed",
                "a whole number",
                "let it in",
                "aNewSession",
                "onANewOne",
                "Base64 3he9",
                "port_shut",
            })
    void otherWordsAreNoFinding(String text) {
        assertThat(findings("a.md", text, new HashSet<>())).isEmpty();
    }
}
