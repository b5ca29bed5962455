package sessionctl.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Answer;
import sessionctl.cli.FaultyClusters;
import sessionctl.ports.PortState;
import sessionctl.report.StatusTables;

/** What {@code status} reports about the sentinels. */
class SentinelFindingsTest {
    private static final String GUARD = "file 755 root:root /usr/local/lib/sessionctl/guard";
    private static final String UNIT = "file 644 root:root /etc/systemd/system/sessionctl-sentinel.service";
    private static final String DOES_NOT_RUN =
            "lamp01: its sentinel does not run, so a silent network or a hung memcached"
                    + " costs sessions; run: sessionctl provision shop.yml";

    private static String json(boolean alive, String silent, String flapping) {
        return "{\"version\":2,\"protocol\":1,\"state\":\"open\",\"since\":1,\"detail\":\"\",\"fenced\":false,"
                + "\"cordoned\":false,\"blocked\":[],\"sentinel\":{\"alive\":" + alive
                + ",\"fenced\":\"\",\"silent\":[" + silent + "],\"flapping\":[" + flapping + "]}}\n";
    }

    private static String silent(int droplet, long since) {
        return "{\"address\":\"10.98.0." + droplet + "\",\"since\":" + since + ",\"reason\":\"does not answer\"}";
    }

    private static FaultyClusters blocking(FaultyClusters faulty, int from, int to, long since) {
        return faulty.with(from, a -> a.with("sentinel", json(true, silent(to, since), "")))
                .withPort("lamp0" + from, to, PortState.REFUSED);
    }

    private static List<String> findings(FaultyClusters faulty) throws IOException {
        return faulty.overview().findings().stream().map(Finding::sentence).toList();
    }

    private static List<String> guardCells(FaultyClusters faulty) throws IOException {
        int column = StatusTables.SERVICES.indexOf("guard");
        return StatusTables.services(faulty.overview()).stream()
                .map(row -> row.get(column))
                .toList();
    }

    private static FaultyClusters healthy() throws IOException {
        FaultyClusters faulty = new FaultyClusters();
        for (int i = 1; i <= 3; i++) {
            faulty.with(i, a -> a.with("sentinel", json(true, "", "")));
        }
        return faulty;
    }

    @Test
    void aSentinelThatWorksIsNoFinding() throws IOException {
        assertThat(findings(healthy())).isEmpty();
        assertThat(guardCells(healthy())).containsOnly("open");
    }

    @Test
    void theBlocksOfSeveralDropletsAreOneFindingAboutTheSilentOne() throws IOException {
        FaultyClusters faulty = blocking(blocking(healthy(), 3, 2, 1_795_502_190), 1, 2, 1_795_502_100);
        ClusterHealth health = faulty.overview();
        assertThat(health.findings())
                .extracting(Finding::sentence)
                .containsExactly("lamp02: lamp01 and lamp03 block it since 06:35 UTC; it does not answer");
        assertThat(health.hasErrors()).isTrue();
    }

    @Test
    void anOldBlockIsShownWithItsAge() throws IOException {
        assertThat(findings(blocking(healthy(), 1, 2, 1_795_302_100)))
                .containsExactly("lamp02: lamp01 blocks it since 23:01 UTC 2 days ago; it does not answer");
    }

    @Test
    void aBlockOfADeadDropletNamesTheRemedyOnce() throws IOException {
        FaultyClusters dead = blocking(healthy(), 1, 2, 1_795_502_100).losing(2, "no answer");
        assertThat(findings(dead))
                .containsExactlyInAnyOrder(
                        "lamp02: it could not be reached: no answer",
                        "lamp02: lamp01 blocks it since 06:35 UTC; it does not answer. If it does not come back,"
                                + " remove or replace it; run: sessionctl remove lamp02 shop.yml --dead");
        dead.with(3, a -> a.replacing("10.98.0.2 ok 0.250", "10.98.0.2 silent 1000.000"));
        assertThat(findings(dead))
                .hasSize(2)
                .anyMatch(f -> f.startsWith("lamp02: every page on lamp03 waits 1 s for it"));
    }

    @Test
    void aBlockOfAHungOrStoppedMemcachedIsExplainedByThat() throws IOException {
        assertThat(findings(blocking(healthy(), 1, 2, 1_795_502_100).with(2, a -> a.with("cache", ""))))
                .containsExactly("lamp02: memcached runs, but does not answer; run: sessionctl restart shop.yml --limit"
                        + " lamp02");
        FaultyClusters stopped = blocking(healthy(), 1, 2, 1_795_502_100)
                .with(
                        2,
                        a -> a.replacing(
                                        "memcached.service\nActiveState=active",
                                        "memcached.service\nActiveState=failed")
                                .with("cache", ""));
        assertThat(findings(stopped))
                .containsExactly("lamp02: memcached does not run; run: sessionctl provision shop.yml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inactive", "failed", "activating"})
    void aStoppedSentinelIsAWarning(String state) throws IOException {
        FaultyClusters faulty = healthy().with(1, a -> withState(a, state).with("sentinel", json(false, "", "")));
        assertThat(findings(faulty)).containsExactly(DOES_NOT_RUN);
        assertThat(faulty.overview().hasErrors()).isFalse();
        assertThat(guardCells(faulty)).containsExactly("at risk", "open", "open");
    }

    private static Answer withState(Answer answer, String state) {
        return answer.replacing(
                "Id=sessionctl-sentinel.service\nActiveState=active\nSubState=running",
                "Id=sessionctl-sentinel.service\nActiveState=" + state + "\nSubState=auto-restart");
    }

    @Test
    void aDropletOfAnEarlierVersionGetsTheSameWarning() throws IOException {
        FaultyClusters faulty = healthy()
                .with(
                        1,
                        a -> a.without(UNIT)
                                .with(
                                        "services",
                                        a.text("services").replaceAll("(?s)\\n\\nId=sessionctl-sentinel.*", ""))
                                .without("sentinel"));
        assertThat(findings(faulty)).containsExactly(DOES_NOT_RUN);
    }

    @Test
    void aSentinelThatHangsIsRestarted() throws IOException {
        FaultyClusters faulty = healthy().with(1, a -> a.with("sentinel", json(false, "", "")));
        assertThat(findings(faulty))
                .containsExactly(
                        "lamp01: its sentinel hangs, so a silent network or a hung memcached costs sessions; run:"
                                + " ssh root@203.0.113.1 'systemctl restart sessionctl-sentinel.service'");
        assertThat(guardCells(faulty)).containsExactly("at risk", "open", "open");
    }

    @Test
    void aFlappingServerIsOneWarningWithTheHighestCount() throws IOException {
        FaultyClusters faulty = healthy();
        String flapping = "{\"address\":\"10.98.0.3\",\"count\":%d}";
        faulty.with(1, a -> a.with("sentinel", json(true, "", flapping.formatted(3))));
        faulty.with(2, a -> a.with("sentinel", json(true, "", flapping.formatted(4))));
        assertThat(findings(faulty)).containsExactly("lamp03: flapping: fenced 4 times in 10 minutes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"version\":2}",
                "{\"sentinel\":{}}",
                "{\"sentinel\":{\"alive\":\"no\",\"fenced\":\"\",\"silent\":[],\"flapping\":[]}}",
                "{\"sentinel\":{\"alive\":false,\"fenced\":\"\",\"silent\":[1],\"flapping\":[]}}",
                "{\"sentinel\":{\"alive\":false,\"fenced\":\"\",\"silent\":[],\"flapping\":[{\"address\":\"x\",\"count\":1}]}}",
                "{\"sentinel\":{\"alive\":false,\"fenced\":\"\",\"silent\":[],\"flapping\":[{\"address\":\"10.98.0.1\",\"count\":1e99}]}}",
            })
    void aMalformedAnswerCountsAsUnknown(String answer) throws IOException {
        FaultyClusters faulty = healthy().with(1, a -> a.with("sentinel", answer));
        assertThat(findings(faulty)).isEmpty();
        assertThat(faulty.overview().droplets().get(0).sentinel()).isNull();
        assertThat(faulty.overview().droplets().get(1).sentinel()).isNotNull();
    }

    @Test
    void aDropletWithoutAGuardNeedsNoSentinel() throws IOException {
        FaultyClusters faulty =
                healthy().with(1, a -> a.without(GUARD).without(UNIT).without("sentinel"));
        assertThat(findings(faulty)).anyMatch(f -> f.startsWith("lamp01: memcached is unguarded"));
    }
}
