package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Deeply nested, very long or endless input ends in one error message, with the stack and memory limits of the
 * launcher.
 */
@Tag("slow")
class DeepInputTest {
    private static final String DROPLET = "droplets:\n- {name: lamp01, public_ip: 203.0.113.1, private_ip: %s}\n";

    @TempDir
    private Path folder = Path.of("");

    private String err = "";

    private int run(String... words) throws IOException, InterruptedException {
        List<String> java = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xss512k",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        java.addAll(List.of(words));
        Path stderr = folder.resolve("stderr");
        Process process = new ProcessBuilder(java)
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(stderr.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        err = Files.readString(stderr);
        return process.exitValue();
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private void assertOneShortMessage() {
        assertThat(err)
                .hasLineCount(1)
                .hasSizeLessThan(1000)
                .doesNotContain("\tat ", "Exception", "StackOverflow", "OutOfMemory");
    }

    private static String parts(String part, String between, int count) {
        return Stream.generate(() -> part).limit(count).collect(Collectors.joining(between));
    }

    static Stream<Arguments> inventories() {
        return Stream.of(
                Arguments.of(
                        "jump hosts",
                        "ssh: {jump: \"" + parts("a", ",", 20_000) + ",a b\"}\n" + DROPLET.formatted("10.0.0.1")),
                Arguments.of("parts of an address", DROPLET.formatted("\"" + parts("1", ".", 20_000) + "\"")),
                Arguments.of("parts of an IPv6 address", DROPLET.formatted("\"" + parts("1", ":", 20_000) + "\"")),
                Arguments.of("lists", "cluster: " + parts("[", "", 5_000)),
                Arguments.of(
                        "variables",
                        "cluster: \"" + parts("${A:-", "", 20_000) + "\"\n" + DROPLET.formatted("10.0.0.1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inventories")
    void aDeepOrLongInventoryEndsInOneErrorMessage(String what, String text) throws IOException, InterruptedException {
        assertThat(run("render", "--out", folder.resolve("out").toString(), file("inventory.yml", text)))
                .as(what)
                .isEqualTo(5);
        assertOneShortMessage();
    }

    @Test
    void aLongNameInAListingEndsInShortErrorMessages() throws IOException, InterruptedException {
        String listing = """
                [{"name": "%s", "networks": {"v4": [
                  {"ip_address": "203.0.113.1", "type": "public"}, {"ip_address": "10.0.0.1", "type": "private"}]}}]
                """;
        assertThat(run("init", "--from", file("listing.json", listing.formatted(parts("a", ":", 20_000)))))
                .isEqualTo(5);
        assertThat(err)
                .startsWith("a:a:a:a")
                .contains(" is not a droplet name, ")
                .hasLineCount(2)
                .hasSizeLessThan(1000);
    }

    @ParameterizedTest
    @MethodSource("listings")
    void aListingOf30MegabytesEndsInOneErrorMessage(String name, String one, String between)
            throws IOException, InterruptedException {
        Path file = folder.resolve(name);
        try (Writer writer = Files.newBufferedWriter(file)) {
            writer.write(name.endsWith("json") ? "[" : "");
            for (int i = 0; i < 30_000_000 / one.length(); i++) {
                writer.write((i == 0 ? "" : between) + one.replace("#", Integer.toString(i)));
            }
            writer.write(name.endsWith("json") ? "]" : "");
        }
        assertThat(run("init", "--from", file.toString())).isEqualTo(5);
        assertOneShortMessage();
    }

    static Stream<Arguments> listings() {
        return Stream.of(
                Arguments.of(
                        "doctl.json",
                        "{\"name\": \"lamp#\", \"networks\": {\"v4\": [{\"ip_address\": \"203.0.113.1\", \"type\": \"public\"},"
                                + " {\"ip_address\": \"10.0.0.1\", \"type\": \"private\"}]}}",
                        ","),
                Arguments.of("lines", "lamp# 203.0.113.1 10.0.0.1", "\n"));
    }

    static Stream<String> templates() {
        return Stream.of(
                "[#macro a][@a/][/#macro][@a/]",
                "[#function f x][#return f(x + 1)][/#function][=f(1)]",
                "[=\"x\"?left_pad(1000000000)]",
                parts("(", "", 20_000).transform(open -> "[=" + open + "]"));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void anEndlessTemplateEndsInOneErrorMessage(String template) throws IOException, InterruptedException {
        Path templates = Files.createDirectories(folder.resolve("templates"));
        Files.writeString(templates.resolve("php.ini.ftl"), template);
        String inventory = file("inventory.yml", DROPLET.formatted("10.0.0.1"));
        assertThat(run(
                        "render",
                        "--templates",
                        templates.toString(),
                        "--out",
                        folder.resolve("out").toString(),
                        inventory))
                .isEqualTo(5);
        assertOneShortMessage();
        assertThat(err).contains("php.ini.ftl");
    }
}
