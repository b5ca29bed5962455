package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The arguments of logs. No test contacts a droplet. */
class LogsCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private String inventory = "";

    @BeforeEach
    void writeInventory() throws IOException {
        inventory = Files.writeString(
                        folder.resolve("shop.inventory"),
                        "droplets:\n  - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.1.1.1}\n")
                .toString();
    }

    private static String refused(String... words) {
        StringWriter err = new StringWriter();
        int code = Main.run(Map.of(), new PrintWriter(new StringWriter()), new PrintWriter(err), words);
        assertThat(code).isEqualTo(5);
        return err.toString();
    }

    @Test
    void aWordThatLooksLikeAnInventoryIsNoDroplet() {
        assertThat(refused("logs", "nowhere.yml")).contains("nowhere.yml: cannot be read");
        assertThat(refused("logs", "nowhere.yaml")).contains("nowhere.yaml: cannot be read");
    }

    @Test
    void aFileThatExistsIsTheInventory() {
        assertThat(refused("logs", inventory, "--limit", "lamp09")).contains("has no droplet lamp09; it has lamp01");
    }

    @Test
    void anyOtherWordIsTheNameOfADroplet() {
        assertThat(refused("logs", "lamp09", inventory))
                .contains("logs: the inventory has no droplet lamp09; it has lamp01");
        assertThat(refused("logs", "lamp09", "-i", inventory))
                .contains("logs: the inventory has no droplet lamp09; it has lamp01");
    }

    @Test
    void twoInventoriesAreRefused() {
        assertThat(refused("logs", inventory, "other.yml")).contains("two inventories are given");
    }

    @Test
    void aNameAndALimitAreRefused() {
        assertThat(refused("logs", "lamp01", inventory, "--limit", "lamp01"))
                .contains("logs: give lamp01 or --limit, not both");
    }

    @Test
    void anAgeNeedsANumberAndAUnit() {
        for (String age : new String[] {"10", "m", "0m", "-5m", "5w", "10 m", "99999999d"}) {
            assertThat(refused("logs", inventory, "--since=" + age))
                    .contains("--since must be a number and s, m, h or d, as in 10m (got \"" + age + "\")");
        }
    }

    @Test
    void theNumberOfLinesIsLimited() {
        for (String lines : new String[] {"0", "-1", "5001"}) {
            assertThat(refused("logs", inventory, "-n", lines))
                    .contains("--lines must be 1 to 5000 (got " + lines + ")");
        }
    }
}
