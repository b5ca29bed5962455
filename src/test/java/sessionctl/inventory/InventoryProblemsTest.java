package sessionctl.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each case is a folder with inventory.yml and expected.txt; {@code -Dgolden.update} writes the current problems. */
class InventoryProblemsTest {
    private static final Path CASES = Path.of("src/test/resources/inventories");

    static Stream<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyProblemOfAnInventoryIsReported(String name) throws IOException {
        Path expected = CASES.resolve(name).resolve("expected.txt");
        String said = problemsOf(Files.readString(CASES.resolve(name).resolve("inventory.yml")));
        if (System.getProperty("golden.update") != null) {
            Files.writeString(expected, said);
        }
        assertThat(said).isNotEmpty().isEqualTo(Files.readString(expected, UTF_8));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyProblemIsOneLineOfPrintableCharacters(String name) throws IOException {
        String text = Files.readString(CASES.resolve(name).resolve("inventory.yml"));
        assertThat(Inventory.parse("inventory.yml", text).problems())
                .allSatisfy(problem -> assertThat(problem.toString())
                        .matches("inventory\\.yml:[0-9]+:[0-9]+: [^\\p{C}]+")
                        .hasSizeLessThan(320))
                .isSortedAccordingTo((a, b) -> a.line() != b.line() ? a.line() - b.line() : a.column() - b.column());
    }

    @Test
    void aFileThatIsTooLongIsRefused() {
        assertThat(problemsOf("#".repeat((1 << 20) + 1)))
                .isEqualTo("inventory.yml:1:1: the file has more than 1048576 characters,"
                        + " expected an inventory, which is far shorter\n");
    }

    static Stream<String> longValues() {
        String big = "x".repeat(100_000);
        Stream<String> keys = Stream.of(
                "cluster", "ssh", "memcached", "sessions", "php", "firewall", "droplets", "droplets[0]", "nothing");
        Stream<String> droplet = Stream.of(
                        "name", "public_ip", "private_ip", "private_interface", "host_key", "leaving")
                .map(key -> "droplets: [{" + key + ": " + big + "}]\n");
        Stream<String> inner = Stream.of(
                        "ssh: {user: #}",
                        "ssh: {port: #}",
                        "ssh: {key: #}",
                        "ssh: {jump: #}",
                        "ssh: {passphrase_env: #}",
                        "ssh: {address: #}",
                        "memcached: {port: #}",
                        "memcached: {memory: #}",
                        "memcached: {max_item_size: #}",
                        "sessions: {server_timeout: #}",
                        "sessions: {copies: #}",
                        "php: {sapi: #}",
                        "firewall: {mode: #}",
                        "firewall: {allow: [#]}")
                .map(text -> text.replace("#", big) + "\n");
        Stream<String> syntax = Stream.of(
                        "!# x",
                        "!<#> x",
                        "a: !# x",
                        "a: !!# x",
                        "*#",
                        "&# a: *b#",
                        "#: 1",
                        "a: {#: {#: {#: 1}}}",
                        "\"#\": 1",
                        "#: 1\n#: 2",
                        "cluster: ${#}",
                        "cluster: ${#:-x} ${",
                        "%#",
                        "%TAG ! #",
                        "%YAML #",
                        "--- #\n--- #",
                        "\"#",
                        "[#",
                        "a: \"\\#\"",
                        "droplets: [{name: a, public_ip: 1.1.1.1, private_ip: 10.1.1.1, #: 2}]",
                        "droplets: [#]",
                        "@#",
                        "? #",
                        "- #: a\n #",
                        "a: b: #",
                        "a: |#\n x",
                        "a: >#\n x")
                .map(text -> text.replace("#", big) + "\n");
        return Stream.of(keys.map(key -> key + ": " + big + "\n"), droplet, inner, syntax)
                .flatMap(texts -> texts);
    }

    @Test
    void longValuesAreShortenedInProblems() {
        longValues()
                .forEach(text -> assertThat(
                                Inventory.parse("inventory.yml", text).problems())
                        .as(text.substring(0, Math.min(text.length(), 60)))
                        .isNotEmpty()
                        .allSatisfy(problem -> assertThat(problem.toString()).hasSizeLessThan(700)));
    }

    private static String problemsOf(String text) {
        return Inventory.parse("inventory.yml", text).problems().stream()
                .map(problem -> problem + "\n")
                .collect(Collectors.joining());
    }
}
