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

/**
 * Checks that errors before the first change are reported in one sentence with a remedy, and that the droplets stay
 * unchanged.
 */
class CommonErrorsIT {
    private static final int NOTHING_CONTACTED = 5;

    private static Lab lab;

    @BeforeAll
    static void prepareDroplets() {
        lab = SharedCluster.inService();
        lab.script("reset", "lamp04");
        lab.onHost(
                "lamp04",
                "useradd -m -s /bin/sh plain; cp -r /root/.ssh /home/plain/; chown -R plain: /home/plain/.ssh");
        lab.onHosts(lab.names(), "touch /run/before; sleep 0.1");
    }

    @AfterAll
    static void assertNothingChangedInTheEnd() {
        assertNothingChanged();
    }

    @TestFactory
    Stream<DynamicTest> anErrorIsReportedInOneSentenceAndNothingIsChanged() {
        CommonErrors rows = new CommonErrors(lab);
        return Stream.of(rows.inventories(), rows.templates(), rows.keys(), rows.hostKeys(), rows.droplets())
                .flatMap(List::stream)
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> assertRefused(row)));
    }

    private static void assertRefused(CommonError row) {
        row.arrange().run();
        try {
            Result text = run(row, List.of());
            text.exits(row.exit()).withoutTraces();
            String output = text.err() + text.out();
            assertThat(output).as("%s", text).contains(row.message());
            assertThat(output.lines().filter(line -> line.contains(row.message().get(0))))
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

    private static Result run(CommonError row, List<String> more) {
        List<String> words = new ArrayList<>(List.of("provision"));
        words.addAll(row.arguments());
        words.addAll(more);
        return lab.start(row.environment(), "", words.toArray(String[]::new)).await(Duration.ofMinutes(2));
    }

    /** Checks that no file on the droplets changed, except those that the rows themselves replace and restore. */
    private static void assertNothingChanged() {
        List<String> changed = lab.onHosts(
                lab.names(),
                "find /etc /root /usr /var/lib/dpkg /var/lib/apt /var/lib/sessionctl /var/www -xdev -type f"
                        + " -cnewer /run/before ! -name dpkg-query ! -name os-release 2>/dev/null; true");
        assertThat(changed).as("files that changed on the droplets").containsOnly("");
    }
}
