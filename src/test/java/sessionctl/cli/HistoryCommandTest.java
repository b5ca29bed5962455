package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "--runs 0          > --runs must be 1 or more (got 0)",
                "--limit web*      > --limit: the inventory has no droplet web*; it has lamp01",
                "--limit lamp*     > no-such-key does not exist",
                "                  > no-such-key does not exist",
            })
    void aWrongOptionOrKeyExitsWithFiveBeforeAnyConnection(@Nullable String options, String message)
            throws IOException {
        Path file = Files.writeString(folder.resolve("shop.yml"), """
                ssh: {key: no-such-key}
                droplets: [{name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}]
                """);
        StringWriter err = new StringWriter();
        String[] words = ("history " + file + (options == null ? "" : " " + options)).split(" ");
        assertThat(Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), words))
                .isEqualTo(5);
        assertThat(err.toString()).contains(message);
    }
}
