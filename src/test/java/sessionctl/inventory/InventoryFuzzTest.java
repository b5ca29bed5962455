package sessionctl.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads mutated, random and huge files: each becomes a cluster or a list of problems, within a time limit. */
@Tag("slow")
class InventoryFuzzTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PIECES = "[]{}:,-&*!|>'\"%@`#?~ \t\n\r\\xU0\u0000\uFEFF\u2028\uD800aé";

    static Stream<Named<String>> hugeFiles() {
        String droplets = IntStream.range(0, 60_000)
                .mapToObj("- {name: l%d}\n"::formatted)
                .collect(Collectors.joining());
        String unknown =
                IntStream.range(0, 1000).mapToObj("k%d: 1, "::formatted).collect(Collectors.joining());
        return Stream.of(
                Named.of("brackets", "[".repeat(1 << 20)),
                Named.of("items in items", "- ".repeat(1 << 19)),
                Named.of("keys in keys", "a: ".repeat(300_000)),
                Named.of("one key again and again", "a: 1\n".repeat(200_000)),
                Named.of("droplets that lack everything", "droplets:\n" + droplets),
                Named.of("aliases of unknown keys", "droplets:\n- &d {" + unknown + "}\n" + "- *d\n".repeat(100_000)),
                Named.of("a list used twice", "x: &x [" + "y,".repeat(400_000) + "]\ndroplets: *x"),
                Named.of("escapes", "a: \"" + "\\u0041".repeat(150_000) + "\""),
                Named.of("one word", "a".repeat(1 << 20)),
                Named.of("a long name", "cluster: " + "a".repeat((1 << 20) - 20)),
                Named.of("complex keys", "? ".repeat(1 << 19)),
                Named.of("anchors", "&a ".repeat(300_000)),
                Named.of("long numbers", "0".repeat(1 << 19) + ": " + "9".repeat(1 << 18)));
    }

    @Test
    void mutatedExamplesAreReadOrRefused() throws IOException {
        String example = Files.readString(Path.of("inventories/example.yml"));
        List<String> sources = List.of(
                example,
                example.replaceAll("(?m)^( *)#(?=[a-z_]+:)", "$1"),
                example.replaceAll("(?m)^ *# .*\n", ""),
                "droplets: [{name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1, ssh: &s {port: 22}}]\nssh: *s\n");
        Assertions.assertTimeout(
                SOON,
                () -> IntStream.range(0, 4000).forEach(seed -> {
                    RandomGenerator random = new Random(seed);
                    String text = sources.get(seed % sources.size());
                    for (int times = 1 + random.nextInt(4); times > 0; times--) {
                        text = damaged(text, random);
                    }
                    assertReadOrRefused(text, "seed " + seed);
                }));
    }

    @Test
    void randomTextsAreReadOrRefused() {
        Assertions.assertTimeout(
                SOON,
                () -> IntStream.range(0, 10_000).forEach(seed -> {
                    RandomGenerator random = new Random(seed);
                    String text = random.ints(1 + random.nextInt(60), 0, PIECES.length())
                            .mapToObj(index -> PIECES.substring(index, index + 1))
                            .collect(Collectors.joining());
                    assertReadOrRefused(text, "seed " + seed);
                }));
    }

    @ParameterizedTest
    @MethodSource("hugeFiles")
    void hugeFilesAreReadOrRefusedQuickly(String text) {
        Assertions.assertTimeout(Duration.ofSeconds(20), () -> assertReadOrRefused(text, text.substring(0, 20)));
    }

    private static void assertReadOrRefused(String text, String name) {
        Inventory inventory = Inventory.parse("fuzz.yml", text);
        assertThat(inventory.problems().isEmpty()).describedAs(name).isEqualTo(inventory instanceof Inventory.Parsed);
    }

    private static String damaged(String text, RandomGenerator random) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        int line = random.nextInt(lines.size());
        switch (random.nextInt(5)) {
            case 0 -> lines.remove(line);
            case 1 -> lines.add(random.nextInt(lines.size()), lines.get(line));
            case 2 -> lines.set(line, flipped(lines.get(line), random));
            case 3 ->
                lines.set(line, "  ".repeat(random.nextInt(4)) + lines.get(line).strip());
            default -> lines.set(line, inserted(lines.get(line), random));
        }
        return String.join("\n", lines);
    }

    private static String flipped(String line, RandomGenerator random) {
        if (line.isEmpty()) {
            return line;
        }
        int at = random.nextInt(line.length());
        char flipped = (char) (line.charAt(at) ^ (1 << random.nextInt(8)));
        return line.substring(0, at) + flipped + line.substring(at + 1);
    }

    private static String inserted(String line, RandomGenerator random) {
        int at = random.nextInt(line.length() + 1);
        return line.substring(0, at) + PIECES.charAt(random.nextInt(PIECES.length())) + line.substring(at);
    }
}
