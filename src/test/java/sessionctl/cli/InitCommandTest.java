package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Samples;

class InitCommandTest {
    private static final String DOCTL = "src/test/resources/listings/doctl.json";

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    @Test
    void printsAnInventoryOfTheChosenDroplets() {
        assertThat(run("init", "--from", DOCTL, "--tag", "web", "--name", "lamp*"))
                .isZero();
        assertThat(Samples.names(Samples.cluster(out.toString()))).containsExactly("lamp01", "lamp02");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void reportsDropletsThatItLeavesOutAndExitsWithOne() {
        assertThat(run("init", "--from", DOCTL)).isEqualTo(1);
        assertThat(Samples.names(Samples.cluster(out.toString()))).containsExactly("lamp01", "lamp02", "db01");
        assertThat(err.toString())
                .startsWith("old01 is left out: it has no private address")
                .hasLineCount(1);
    }

    @Test
    void printsNoInventoryIfNoDropletIsUsable() {
        assertThat(run("init", "--from", DOCTL, "--name", "old01")).isEqualTo(5);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).endsWith("No droplet can be used, so no inventory was printed.\n");
    }

    @Test
    void readsStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("a 203.0.113.1 10.0.0.1\n".getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(run("init", "--from", "-")).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(Samples.names(Samples.cluster(out.toString()))).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "--tag web                > --tag and --name select from the droplets of --from; name a file",
                "--from none.json         > --from: none.json cannot be read (there is no such file); name a file,"
                        + " or -",
                "--from pom.xml           > more lines are not; expected the output of doctl",
                "--schema --from x.json   > --schema and --from print different things; give one of them",
                "--from src/test/resources/listings/doctl.json --tag x > none of the 4 listed droplets matches",
            })
    void anInvalidOptionOrListingExitsWithFive(String options, String message) {
        assertThat(run(("init " + options).split(" "))).isEqualTo(5);
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void printsTheSchemaForEditors() {
        assertThat(run("init", "--schema")).isZero();
        JsonObject schema = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(schema.get("$schema").getAsString()).isEqualTo("http://json-schema.org/draft-07/schema#");
        assertThat(schema.getAsJsonObject("properties").has("droplets")).isTrue();
    }

    @Test
    void variablesInAnInventoryComeFromTheEnvironment() throws IOException {
        String name = Files.writeString(folder.resolve("inventory.yml"), """
                        ssh:
                          key: ${SESSIONCTL_TEST_KEY_THAT_IS_NOT_SET}
                        droplets:
                        - {name: a, public_ip: 203.0.113.1, private_ip: 10.0.0.1}
                        """).toString();
        assertThat(run("provision", name, "--dry-run")).isEqualTo(5);
        assertThat(err.toString())
                .isEqualTo(name + ":2:8: ssh.key: ${SESSIONCTL_TEST_KEY_THAT_IS_NOT_SET} is not set, expected the"
                        + " environment variable SESSIONCTL_TEST_KEY_THAT_IS_NOT_SET, or a default as in"
                        + " ${SESSIONCTL_TEST_KEY_THAT_IS_NOT_SET:-default}\n");
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Files.writeString(
                Path.of(name), Files.readString(Path.of(name)).replace("SESSIONCTL_TEST_KEY_THAT_IS_NOT_SET", "PATH"));
        assertThat(run("provision", name, "--dry-run")).isEqualTo(5);
        assertThat(err.toString()).contains(System.getenv("PATH")).doesNotContain("is not set");
    }
}
