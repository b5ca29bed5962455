package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Everything that can be wrong before anything is changed: one sentence with its remedy, and nothing touched. */
class ComplaintsIT {
    private static final int NOTHING_CONTACTED = 5;

    private static Lab lab;

    @BeforeAll
    static void boot() {
        lab = SharedCluster.inService();
        lab.script("reset", "lamp04");
        lab.onHost(
                "lamp04",
                "useradd -m -s /bin/sh plain; cp -r /root/.ssh /home/plain/; chown -R plain: /home/plain/.ssh");
        lab.onHosts(lab.names(), "touch /run/before; sleep 0.1");
    }

    @AfterAll
    static void nothingWasChangedByAnyOfThem() {
        assertNothingChanged();
    }

    @TestFactory
    Stream<DynamicTest> whatIsWrongIsSaidInOneSentence() {
        Complaints rows = new Complaints(lab);
        return Stream.of(rows.inventories(), rows.templates(), rows.keys(), rows.hostKeys(), rows.droplets())
                .flatMap(List::stream)
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> assertRefused(row)));
    }

    private static void assertRefused(Complaint row) {
        row.arrange().run();
        try {
            Result text = run(row, List.of());
            text.exits(row.exit()).withoutTraces();
            String said = text.err() + text.out();
            assertThat(said).as("%s", text).contains(row.says());
            assertThat(said.lines().filter(line -> line.contains(row.says().get(0))))
                    .as("the sentence stands there once: %s", text)
                    .hasSize(1);
            JsonObject json = JsonParser.parseString(run(row, List.of("--output", "json"))
                            .exits(row.exit())
                            .out())
                    .getAsJsonObject();
            assertThat(json.get("format_version").getAsString()).isEqualTo("1.0");
            assertThat(json.get("command").getAsString()).isEqualTo("provision");
            assertThat(json.get("exit_code").getAsInt()).isEqualTo(row.exit());
        } finally {
            row.undo().run();
        }
        if (row.exit() != NOTHING_CONTACTED) {
            assertNothingChanged();
        }
    }

    private static Result run(Complaint row, List<String> more) {
        List<String> words = new ArrayList<>(List.of("provision"));
        words.addAll(row.arguments());
        words.addAll(more);
        return lab.start(row.environment(), "", words.toArray(String[]::new)).await(Duration.ofMinutes(2));
    }

    /** But for what the rows' own arrangements took away and put back. */
    private static void assertNothingChanged() {
        List<String> changed = lab.onHosts(
                lab.names(),
                "find /etc /root /usr /var/lib/dpkg /var/lib/apt /var/lib/sessionctl /var/www -xdev -type f"
                        + " -cnewer /run/before ! -name dpkg-query ! -name os-release 2>/dev/null; true");
        assertThat(changed).as("files that changed on the droplets").containsOnly("");
    }
}
