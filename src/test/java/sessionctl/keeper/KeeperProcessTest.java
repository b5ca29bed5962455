package sessionctl.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The keeper as a script runs it: a process of its own, with nothing but its own classes. */
@Timeout(60)
class KeeperProcessTest {
    private static Process start(List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                Path.of("target/test-classes").toString(),
                "sessionctl.keeper.Keeper"));
        words.addAll(arguments);
        return new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> arguments(FakeCluster cluster) {
        List<String> arguments = new ArrayList<>(
                List.of("--path", "/page.php", "--sessions", "20", "--idle", "5", "--rate", "100", "--timeout", "0.5"));
        arguments.addAll(cluster.addresses());
        return arguments;
    }

    private static void assertReports(Process keeper, int exit, int lost) throws Exception {
        try (BufferedReader out = keeper.inputReader()) {
            String json = out.readLine();
            assertThat(JsonParser.parseString(json)
                            .getAsJsonObject()
                            .get("lost")
                            .getAsInt())
                    .isEqualTo(lost);
            assertThat(out.readLine()).startsWith(lost + " lost, 0 stale, 0 failed of ");
            assertThat(out.readLine()).isNull();
        }
        assertThat(keeper.waitFor()).isEqualTo(exit);
    }

    @Test
    void itReportsWhenItIsToldToStop() throws Exception {
        try (FakeCluster cluster = new FakeCluster(2, FakeCluster.Trick.NONE)) {
            Process keeper = start(arguments(cluster));
            assertThat(keeper.inputReader().readLine()).isEqualTo("ready: 20 sessions open");
            keeper.outputWriter().write("stop\n");
            keeper.outputWriter().flush();
            assertReports(keeper, 0, 0);
        }
    }

    @Test
    void itReportsWhenItIsTerminated() throws Exception {
        try (FakeCluster cluster = new FakeCluster(2, FakeCluster.Trick.NONE)) {
            Process keeper = start(arguments(cluster));
            assertThat(keeper.inputReader().readLine()).isEqualTo("ready: 20 sessions open");
            keeper.toHandle().destroy();
            assertReports(keeper, 143, 0);
        }
    }

    @Test
    void itsExitCodeTellsOfALoss() throws Exception {
        try (FakeCluster cluster = new FakeCluster(2, FakeCluster.Trick.NONE)) {
            Process keeper = start(arguments(cluster));
            assertThat(keeper.inputReader().readLine()).isEqualTo("ready: 20 sessions open");
            cluster.counters.clear();
            keeper.outputWriter().close();
            assertReports(keeper, 1, 20);
        }
    }

    @Test
    void whereNoSessionCanBeOpenedItIsOver() throws Exception {
        try (FakeCluster cluster = new FakeCluster(1, FakeCluster.Trick.NONE)) {
            cluster.stop();
            Process keeper = start(arguments(cluster));
            assertThat(keeper.inputReader().readLine()).isEqualTo("ready: 0 sessions open");
            keeper.outputWriter().close();
            assertThat(keeper.waitFor()).isEqualTo(2);
        }
    }
}
