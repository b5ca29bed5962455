package sessionctl.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The load generator as scripts run it: in its own process, with only its own classes. */
@Tag("slow")
@Timeout(60)
class LoadGeneratorProcessTest {
    private static Process start(List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                Path.of("target/test-classes").toString(),
                "sessionctl.load.LoadGenerator"));
        words.addAll(arguments);
        return new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> arguments(FakeCluster cluster) {
        List<String> arguments = new ArrayList<>(
                List.of("--path", "/page.php", "--sessions", "20", "--idle", "5", "--rate", "100", "--timeout", "10"));
        arguments.addAll(cluster.addresses());
        return arguments;
    }

    private static void assertReports(Process generator, int exit, int lost) throws Exception {
        try (BufferedReader out = generator.inputReader()) {
            String json = out.readLine();
            assertThat(JsonParser.parseString(json)
                            .getAsJsonObject()
                            .get("lost")
                            .getAsInt())
                    .isEqualTo(lost);
            assertThat(out.readLine()).startsWith(lost + " lost, 0 stale, 0 failed of ");
            assertThat(out.readLine()).isNull();
        }
        assertThat(generator.waitFor()).isEqualTo(exit);
    }

    @Test
    void itReportsAfterTheOrderToStop() throws Exception {
        try (FakeCluster cluster = new FakeCluster(2, FakeCluster.Fault.NONE)) {
            Process generator = start(arguments(cluster));
            assertThat(generator.inputReader().readLine()).isEqualTo("ready: 20 sessions open");
            generator.outputWriter().write("stop\n");
            generator.outputWriter().flush();
            assertReports(generator, 0, 0);
        }
    }

    @Test
    void itReportsAfterSigterm() throws Exception {
        try (FakeCluster cluster = new FakeCluster(2, FakeCluster.Fault.NONE)) {
            Process generator = start(arguments(cluster));
            assertThat(generator.inputReader().readLine()).isEqualTo("ready: 20 sessions open");
            generator.toHandle().destroy();
            assertReports(generator, 143, 0);
        }
    }

    @Test
    void itExitsWithOneAfterALoss() throws Exception {
        try (FakeCluster cluster = new FakeCluster(2, FakeCluster.Fault.NONE)) {
            Process generator = start(arguments(cluster));
            assertThat(generator.inputReader().readLine()).isEqualTo("ready: 20 sessions open");
            cluster.counters.clear();
            generator.outputWriter().close();
            assertReports(generator, 1, 20);
        }
    }

    @Test
    void withoutAnyOpenSessionItExitsWithTwo() throws Exception {
        try (FakeCluster cluster = new FakeCluster(1, FakeCluster.Fault.NONE)) {
            cluster.stop();
            Process generator = start(arguments(cluster));
            assertThat(generator.inputReader().readLine()).isEqualTo("ready: 0 sessions open");
            generator.outputWriter().close();
            assertThat(generator.waitFor()).isEqualTo(2);
        }
    }
}
