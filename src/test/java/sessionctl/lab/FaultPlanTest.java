package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private static final List<Fault.Kind> ALL = List.of(Fault.Kind.values());

    /** Plans without a lab, which only the steps of the faults use. */
    @SuppressWarnings("NullAway")
    private static List<Fault> plan(long seed, int each) {
        return new FaultPlan(null, null, new Random(seed)).plan(ALL, each);
    }

    private static List<String> words(List<Fault> faults) {
        return faults.stream().map(Fault::words).toList();
    }

    @Test
    void aSeedGivesTheSameFaultsInTheSameOrder() {
        assertThat(words(plan(7, 2))).isEqualTo(words(plan(7, 2))).isNotEqualTo(words(plan(8, 2)));
    }

    @Test
    void eachKindIsThereAsOftenAsWantedForAtMostThirtySeconds() {
        List<Fault> faults = plan(7, 20);
        for (Fault.Kind kind : ALL) {
            assertThat(faults).filteredOn(fault -> fault.kind() == kind).hasSize(20);
        }
        assertThat(faults)
                .flatExtracting(Fault::acts)
                .extracting(Fault.Act::length)
                .allMatch(length -> length.compareTo(Duration.ofSeconds(30)) <= 0);
    }
}
