package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class UnifiedDiffTest {
    @TempDir
    private Path folder = Path.of("");

    private List<String> diff(String before, String after) throws IOException {
        Path old = Files.writeString(folder.resolve("old"), before, StandardCharsets.ISO_8859_1);
        Path fresh = Files.writeString(folder.resolve("new"), after, StandardCharsets.ISO_8859_1);
        Process process = new ProcessBuilder(
                        "diff", "-u", "--label", "old", "--label", "new", old.toString(), fresh.toString())
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return text.isEmpty()
                ? List.of()
                : List.of(text.substring(0, text.length() - 1).split("\n", -1));
    }

    /** Returns texts whose lines all differ, so that exactly one shortest diff exists. */
    static Stream<List<String>> texts() {
        Random random = new Random(7);
        return Stream.generate(() -> {
                    List<String> old = new ArrayList<>();
                    List<String> fresh = new ArrayList<>();
                    int length = random.nextInt(40);
                    for (int i = 0; i < length; i++) {
                        int kind = random.nextInt(10);
                        if (kind != 0) {
                            old.add("line " + i);
                        }
                        if (kind != 1) {
                            fresh.add(kind == 2 ? "changed " + i : "line " + i);
                        }
                    }
                    return List.of(text(old, random), text(fresh, random));
                })
                .limit(60);
    }

    private static String text(List<String> lines, Random random) {
        String text = String.join("\n", lines);
        return text.isEmpty() || random.nextInt(4) == 0 ? text : text + "\n";
    }

    @ParameterizedTest
    @MethodSource("texts")
    void aDiffOfDistinctLinesEqualsTheOutputOfDiff(List<String> texts) throws IOException {
        assertThat(UnifiedDiff.of("old", "new", texts.get(0), texts.get(1)))
                .isEqualTo(diff(texts.get(0), texts.get(1)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "'', 'a\n'",
        "'a\n', ''",
        "'a', 'a\n'",
        "'a\n', 'a'",
        "'a', 'b'",
        "'\n', '\n\n'",
        "'a\r\nb\r\n', 'a\nb\n'",
        "'a\rb\n', 'a\rc\n'",
        "'--- a\n', '+++ b\n'",
        "'\u00e9\n', '\u00c3\u00a9\n'",
    })
    void aDiffOfEdgeCasesEqualsTheOutputOfDiff(String before, String after) throws IOException {
        assertThat(UnifiedDiff.of("old", "new", before, after)).isEqualTo(diff(before, after));
    }

    @Test
    void aDiffOfRepeatedLinesIsNoLongerThanThatOfDiff() throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            String before = repeated(random);
            String after = repeated(random);
            List<String> ours = UnifiedDiff.of("old", "new", before, after);
            assertThat(changed(ours)).isLessThanOrEqualTo(changed(diff(before, after)));
            assertThat(applied(before, ours)).isEqualTo(after);
        }
    }

    /** A droplet's file may have any content, and all rules of a large cluster may be new. */
    @ParameterizedTest
    @CsvSource({"10000, 9900", "19000, 900", "1, 19000", "0, 19000", "200, 2800"})
    void textsThatDifferInEveryLineAreComparedQuickly(int before, int after) {
        String old = numbered("a", before);
        String fresh = numbered("b", after);
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            List<String> ours = List.of();
            for (int i = 0; i < 10; i++) {
                ours = UnifiedDiff.of("old", "new", old, fresh);
            }
            assertThat(changed(ours)).isEqualTo(before + after);
            assertThat(applied(old, ours)).isEqualTo(fresh);
        });
    }

    private static String numbered(String letter, int count) {
        return IntStream.range(0, count).mapToObj(n -> letter + n + "\n").collect(Collectors.joining());
    }

    private static String repeated(Random random) {
        return random.ints(random.nextInt(30), 0, 4).mapToObj(n -> n + "\n").reduce("", String::concat);
    }

    private static long changed(List<String> diff) {
        return diff.stream()
                .skip(2)
                .filter(l -> l.startsWith("+") || l.startsWith("-"))
                .count();
    }

    /** Returns the text after patch(1) applies the diff. */
    private static String applied(String before, List<String> diff) {
        List<String> lines = new ArrayList<>(List.of(before.split("(?<=\n)")));
        lines.removeIf(String::isEmpty);
        List<String> result = new ArrayList<>();
        int at = 0;
        for (String line : diff.subList(Math.min(2, diff.size()), diff.size())) {
            if (line.startsWith("@@")) {
                String[] range = line.split(" ")[1].substring(1).split(",");
                int start = Integer.parseInt(range[0]) - (range.length == 2 && range[1].equals("0") ? 0 : 1);
                result.addAll(lines.subList(at, start));
                at = start;
            } else if (line.startsWith("+")) {
                result.add(line.substring(1) + "\n");
            } else {
                assertThat(lines.get(at++)).isEqualTo(line.substring(1) + "\n");
                if (line.startsWith(" ")) {
                    result.add(line.substring(1) + "\n");
                }
            }
        }
        result.addAll(lines.subList(at, lines.size()));
        return String.join("", result);
    }

    @Test
    void hugeTextsAreReportedByTheirNumberOfLines() {
        assertThat(UnifiedDiff.of("old", "new", "a\n".repeat(10_001), "b\n".repeat(10_000)))
                .containsExactly("--- old", "+++ new", "(10001 lines become 10000)");
    }
}
