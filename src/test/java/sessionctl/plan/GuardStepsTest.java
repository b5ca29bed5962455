package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.ScriptDroplet;

/** The script of the membership steps. */
@Timeout(60)
class GuardStepsTest {
    private static final GuardChange DECOMMISSION = new GuardChange(GuardChange.Order.DECOMMISSION, List.of());

    @TempDir
    private Path folder = Path.of("");

    private ScriptDroplet droplet = new ScriptDroplet(folder);

    @BeforeEach
    void makeDroplet() throws IOException {
        droplet = ScriptDroplet.in(folder).withSystemd();
        droplet.program("systemctl", "echo \"$*\" >>" + droplet.folder().resolve("log"));
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(droplet.folder().resolve("log"));
    }

    @Test
    void aDecommissionedServerLosesItsSentinelFirst() throws IOException {
        Files.createFile(droplet.path("/etc/systemd/system/sessionctl-sentinel.service"));
        assertThat(droplet.run(DECOMMISSION.command()).exit()).isZero();
        assertThat(log())
                .containsExactly("disable -q --now sessionctl-sentinel.service", "disable -q --now memcached.service");
    }

    @Test
    void aServerOfAnEarlierVersionIsDecommissionedWithoutASentinel() throws IOException {
        assertThat(droplet.run(DECOMMISSION.command()).exit()).isZero();
        assertThat(log()).containsExactly("disable -q --now memcached.service");
    }

    /** The next run plans the step again as long as memcached runs. */
    @Test
    void aSentinelThatCannotBeStoppedKeepsMemcached() throws IOException {
        Files.createFile(droplet.path("/etc/systemd/system/sessionctl-sentinel.service"));
        droplet.program("systemctl", "exit 1");
        assertThat(droplet.run(DECOMMISSION.command()).exit()).isEqualTo(1);
    }
}
