package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.verify.http.ProbeResponse;

class VisitSequenceTest {
    private static final List<String> LAMPS = List.of("lamp01", "lamp02", "lamp03");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 20})
    void theRouteVisitsEveryOrderedPairOfDropletsOnce(int droplets) {
        List<Integer> route = VisitSequence.route(droplets);
        assertThat(route).hasSize(droplets * droplets + 1);
        Set<List<Integer>> pairs = new HashSet<>();
        for (int i = 1; i < route.size(); i++) {
            pairs.add(route.subList(i - 1, i + 1));
        }
        assertThat(pairs).hasSize(droplets * droplets);
    }

    /** Walks over droplets; the predicate decides whether one reads the sessions that another wrote. */
    private static VisitSequence walk(BiPredicate<String, String> reads) {
        Map<String, List<Integer>> stores = new HashMap<>();
        LAMPS.forEach(lamp -> stores.put(lamp, new ArrayList<>()));
        VisitSequence visits = new VisitSequence();
        int step = 0;
        for (int index : VisitSequence.route(LAMPS.size())) {
            String lamp = LAMPS.get(index);
            List<Integer> seen = stores.getOrDefault(lamp, List.of());
            step++;
            int before = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
            visits.add(new ProbeResponse(lamp, step, before, seen.size() + 1, "c=1", "1", List.of(), 1));
            int written = step;
            LAMPS.stream()
                    .filter(reader -> reads.test(reader, lamp))
                    .forEach(reader ->
                            stores.getOrDefault(reader, new ArrayList<>()).add(written));
        }
        return visits;
    }

    @Test
    void aSharedSessionKeepsCounting() {
        VisitSequence visits = walk((reader, writer) -> true);
        assertThat(visits.findings()).isEmpty();
        assertThat(visits.describeCounters()).isEqualTo("1 2 3 4 5 6 7 8 9 10");
    }

    @Test
    void onlyTheIsolatedDropletIsNamed() {
        List<CheckFailure> findings = walk((reader, writer) -> reader.equals("lamp02") == writer.equals("lamp02"))
                .findings();
        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).droplet()).isEqualTo("lamp02");
        assertThat(findings.get(0).fault())
                .startsWith("it does not share its sessions with the others (the counter was 1");
        assertThat(findings.get(0).sessions()).extracting(SessionFailure::id).containsOnly("1");
    }

    @Test
    void aDropletThatStoresNoSessionIsNotReportedAsIsolated() {
        List<CheckFailure> findings = walk((reader, writer) -> !writer.equals("lamp03") && !reader.equals("lamp03"))
                .findings();
        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).droplet()).isEqualTo("lamp03");
        assertThat(findings.get(0).fault()).startsWith("it keeps no session at all");
    }

    @Test
    void ifEveryDropletIsIsolatedEachIsNamedWithTheOthers() {
        List<CheckFailure> findings = walk(String::equals).findings();
        assertThat(findings).extracting(CheckFailure::droplet).containsExactlyInAnyOrderElementsOf(LAMPS);
        assertThat(findings)
                .filteredOn(f -> f.droplet().equals("lamp01"))
                .allMatch(f -> f.fault().startsWith("it does not see what was written on lamp02, lamp03 "))
                .allMatch(f -> f.sessions().get(0).droplets().equals(List.of("lamp01")));
    }
}
