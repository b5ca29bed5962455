package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private static final List<Fault.Kind> ALL = List.of(Fault.Kind.values());

    /** Plans without a lab, which only the steps of the faults use. */
    @SuppressWarnings("NullAway")
    private static List<Fault> plan(List<Fault.Kind> kinds, long seed, int each) {
        return new FaultPlan(null, null, seed).plan(kinds, each);
    }

    private static List<String> words(List<Fault> faults) {
        return faults.stream().map(Fault::words).toList();
    }

    @Test
    void aSeedGivesTheSameFaultsInTheSameOrder() {
        assertThat(words(plan(ALL, 7, 2))).isEqualTo(words(plan(ALL, 7, 2))).isNotEqualTo(words(plan(ALL, 8, 2)));
    }

    @Test
    void theFaultsOfAKindAreTheSameWithoutTheOtherKinds() {
        List<Fault> alone = plan(List.of(Fault.Kind.TWO), 7, 2);
        assertThat(words(plan(ALL, 7, 2))).containsAll(words(alone));
    }

    @Test
    void eachKindIsThereAsOftenAsWantedForAtMostThirtySeconds() {
        List<Fault> faults = plan(ALL, 7, 20);
        for (Fault.Kind kind : ALL) {
            assertThat(faults).filteredOn(fault -> fault.kind() == kind).hasSize(20);
        }
        assertThat(faults)
                .flatExtracting(Fault::acts)
                .extracting(Fault.Act::length)
                .allMatch(length -> length.compareTo(Duration.ofSeconds(30)) <= 0);
    }
}
