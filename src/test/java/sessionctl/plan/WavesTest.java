package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WavesTest {
    private static List<Change> at(Risk risk) {
        return List.of(new Configure(
                Stage.WEB, "apache2", List.of(), List.of(), ServiceAction.RELOAD, false, List.of(), risk));
    }

    private static Map<Integer, List<Change>> holding(int droplets) {
        Map<Integer, List<Change>> changes = new LinkedHashMap<>();
        IntStream.range(0, droplets).forEach(i -> changes.put(i, at(Risk.HOLDS_REQUESTS)));
        return changes;
    }

    private static List<List<Integer>> droplets(Map<Integer, List<Change>> changes) {
        return Waves.of(changes).stream().map(Waves.Wave::droplets).toList();
    }

    @Test
    void dropletsWithHeldRequestsChangeAQuarterAtATime() {
        assertThat(droplets(holding(0))).isEmpty();
        assertThat(droplets(holding(1))).containsExactly(List.of(0));
        assertThat(droplets(holding(3))).containsExactly(List.of(0), List.of(1), List.of(2));
        assertThat(droplets(holding(9)))
                .containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5), List.of(6, 7), List.of(8));
        assertThat(droplets(holding(40))).hasSize(4).allMatch(wave -> wave.size() == 10);
    }

    @Test
    void changesWithoutRiskComeFirstTogetherAndRejoinsOneByOneLast() {
        Map<Integer, List<Change>> changes = holding(2);
        changes.put(7, at(Risk.REJOINS));
        changes.put(8, at(Risk.LOSES_MOVED_SESSIONS));
        changes.put(4, at(Risk.NONE));
        changes.put(5, at(Risk.NONE));
        assertThat(droplets(changes)).containsExactly(List.of(4, 5), List.of(0), List.of(1), List.of(7), List.of(8));
        assertThat(Waves.of(changes).stream().map(Waves.Wave::needsOthers))
                .containsExactly(false, false, false, true, true);
    }
}
