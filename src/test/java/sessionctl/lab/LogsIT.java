package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The logs command on real droplets, whose guards write to the journal. */
class LogsIT {
    private static final String TIME = "2026-11-30 15:00:58.627";

    private static Lab lab;

    @BeforeAll
    static void restartOneMemcached() {
        lab = SharedCluster.inService();
        lab.run("restart", SharedCluster.inventory().toString(), "--limit", "lamp02")
                .exits(0);
    }

    private static Result logs(String... options) {
        List<String> words = new ArrayList<>(List.of("logs"));
        words.addAll(List.of(options));
        words.add(SharedCluster.inventory().toString());
        return lab.run(words.toArray(String[]::new)).exits(0);
    }

    @Test
    void theJournalsOfAllDropletsAreInTheOrderOfTime() {
        List<String> lines = logs("--since", "1h").out().lines().toList();
        assertThat(lines.stream().map(line -> line.substring(0, TIME.length()))).isSorted();
        assertThat(lines)
                .allMatch(line -> line.matches("20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[.]\\d{3} lamp0.*"));
        for (String host : SharedCluster.NAMES) {
            assertThat(lines).anyMatch(line -> line.contains(" " + host + " apache2: "));
        }
        assertThat(lines).anyMatch(line -> line.contains(" lamp02 memcached: guard: open: "));
    }

    @Test
    void oneDropletIsShownByItsName() {
        assertThat(logs("lamp02", "-n", "5").out().lines()).hasSize(5).allMatch(line -> line.contains(" lamp02 "));
    }

    @Test
    void jsonHasTheSameLines() {
        JsonArray lines = JsonParser.parseString(
                        logs("lamp02", "-n", "3", "--output", "json").out())
                .getAsJsonObject()
                .getAsJsonArray("lines");
        assertThat(lines).hasSize(3);
        for (JsonElement line : lines) {
            assertThat(line.getAsJsonObject().get("droplet").getAsString()).isEqualTo("lamp02");
        }
    }
}
