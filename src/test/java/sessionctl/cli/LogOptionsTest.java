package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.ssh.TestKeys;

/** The files of --log-file and --events, of a run that reaches no droplet. */
@Timeout(30)
class LogOptionsTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeAnInventoryOfAClosedPort() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), TestKeys.PLAIN);
        TestKeys.onlyForMe(key);
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        Files.writeString(
                folder.resolve("shop.yml"),
                "ssh: {port: %d, key: %s}%ndroplets:%n- {name: lamp01, public_ip: 127.0.0.1, private_ip: 10.0.0.1}%n"
                        .formatted(port, key));
    }

    private int provision(String... options) {
        String[] words = Stream.concat(
                        Stream.of("provision", folder.resolve("shop.yml").toString(), "--dry-run"), Stream.of(options))
                .toArray(String[]::new);
        return Main.run(new PrintWriter(out), new PrintWriter(err), words);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--log-file", "--events", "--save-plan"})
    void theInventoryIsNoOutputFile(String option) throws IOException {
        String before = Files.readString(file("shop.yml"));
        Path link = Files.createSymbolicLink(file("link.yml"), file("shop.yml"));
        for (Path path : List.of(file("shop.yml"), link)) {
            assertThat(provision(option, path.toString())).isEqualTo(5);
            assertThat(err.toString())
                    .endsWith(option + ": " + path + " is the inventory; name another file for the output\n");
        }
        assertThat(file("shop.yml")).hasContent(before);
    }

    @Test
    void aQuietRunWritesItsStepsToTheLogWithTheTimeAndAppendsTheNextRun() throws IOException {
        for (int runs = 1; runs <= 2; runs++) {
            assertThat(provision("-q", "--log-file", file("log").toString())).isEqualTo(4);
            List<String> lines = Files.readAllLines(file("log"));
            assertThat(lines).hasSize(runs * 4).allMatch(line -> line.matches(TIME + " .*"));
            assertThat(lines.subList(lines.size() - 4, lines.size()))
                    .extracting(line -> line.replaceFirst(TIME + " ", "").replaceFirst("[\\d.]+ s", "N s"))
                    .containsExactly(
                            "sessionctl provision",
                            "lamp01: connecting \u2026",
                            "lamp01: not reached (N s)",
                            "exit code 4");
        }
        assertThat(err.toString()).doesNotContain("connecting", "not reached");
    }

    @Test
    void theEventsOfARunAreLinesOfJson() throws IOException {
        assertThat(provision("--events", file("events").toString())).isEqualTo(4);
        List<JsonObject> events = Files.readAllLines(file("events")).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(events).allMatch(e -> e.get("time").getAsString().matches(TIME));
        assertThat(events)
                .extracting(
                        e -> e.get("event").getAsString() + " " + e.get("state").getAsString())
                .containsExactly("run begin", "step begin", "step failed", "run failed");
        assertThat(events.get(3).get("exit_code").getAsInt()).isEqualTo(4);
    }

    @Test
    void aFullDiskEndsTheEventsWithOneWarningAndNotTheRun() {
        assertThat(provision("--events", "/dev/full")).isEqualTo(4);
        assertThat(err.toString())
                .containsOnlyOnce(
                        "warning: --events: /dev/full cannot be written (No space left on device). It ends here;"
                                + " the run continues.\n");
        assertThat(out.toString()).contains("lamp01");
    }

    @Test
    void eventsOnStandardOutputAreRefusedBeforeAnythingIsContacted() {
        assertThat(provision("--events", "-")).isEqualTo(5);
        assertThat(err.toString())
                .isEqualTo("--events: standard output has the results; name a file, or /dev/stderr\n");
        assertThat(file("-")).doesNotExist();
    }

    @Test
    void eventsOnStandardErrorAreLinesBetweenTheOthers() {
        assertThat(provision("--events", "/dev/stderr")).isEqualTo(4);
        assertThat(err.toString().lines())
                .filteredOn(line -> line.startsWith("{\"time\":") && line.endsWith("}"))
                .hasSize(4);
        assertThat(err.toString()).containsPattern("\n\\d+:\\d\\d lamp01: not reached\n");
    }
}
