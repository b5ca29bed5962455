package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.desired.DesiredStates;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlanner;
import sessionctl.state.DropletFacts;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.ServiceState;
import sessionctl.state.UnsupportedDropletException;

/** Properties of plans that hold for all droplets with recorded facts. */
class DropletLawsTest {
    private static final Set<String> UNFIT = Set.of("an-unknown-release", "rocky-linux");

    static Stream<Path> droplets() throws IOException {
        return Golden.cases("facts").filter(f -> !UNFIT.contains(f.getFileName().toString()));
    }

    private static DropletFacts factsOf(Path folder) throws IOException, InvalidAnswerException {
        return FactsProbe.parse(
                Answer.in(folder).replacing("10.98.0.1", "10.98.0.2").result());
    }

    @ParameterizedTest
    @MethodSource("droplets")
    void aPlanThatWasAppliedLeavesNoChanges(Path folder)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        DesiredStates desired = new DesiredStates(Samples.lamps(3), Samples.templates());
        DropletFacts facts = factsOf(folder);
        for (int pass = 0; pass < 2; pass++) {
            facts = applied(facts, wanted(desired, facts));
        }
        assertThat(DropletPlanner.between(facts.state(), wanted(desired, facts), Samples.member()))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("droplets")
    void changesAreOrderedByStage(Path folder) throws IOException, InvalidAnswerException, UnsupportedDropletException {
        DesiredStates desired = new DesiredStates(Samples.lamps(3), Samples.templates());
        DropletFacts facts = factsOf(folder);
        List<Change> changes = DropletPlanner.between(facts.state(), wanted(desired, facts), Samples.member());
        assertThat(changes).isNotEmpty().isSortedAccordingTo((a, b) -> a.stage().compareTo(b.stage()));
    }

    @ParameterizedTest
    @MethodSource("droplets")
    void directivesThatTheInventoryDoesNotSetAreKept(Path folder)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        DropletFacts facts = factsOf(folder);
        DropletState wanted = wanted(new DesiredStates(Samples.lamps(3), Samples.templates()), facts);
        wanted.files().forEach((path, file) -> {
            if (facts.state().file(path) instanceof FileState.Present before && path.endsWith(".ini")) {
                assertThat(others(((FileState.Present) file).content())).isEqualTo(others(before.content()));
            }
        });
    }

    private static List<String> others(String ini) {
        return ini.lines()
                .filter(l -> !l.matches(";?\\s*(memcache[.]\\w+|session[.]save_\\w+)\\s*=.*"))
                .toList();
    }

    private static DropletState wanted(DesiredStates desired, DropletFacts facts) throws UnsupportedDropletException {
        return desired.stateOf(Samples.lamps(3).droplets().get(1), facts);
    }

    /**
     * Returns the facts after the plan was applied. A file that a package brings is there, unchanged, after the first
     * pass.
     */
    private static DropletFacts applied(DropletFacts facts, DropletState wanted) throws IOException {
        DropletState before = facts.state();
        Set<String> packages = new LinkedHashSet<>(before.packages());
        packages.addAll(wanted.packages());
        Set<Feature> features = new LinkedHashSet<>(before.features());
        features.addAll(wanted.features());
        Map<String, FileState> files = new LinkedHashMap<>(before.files());
        for (Map.Entry<String, FileState> file : wanted.files().entrySet()) {
            boolean pending = file.getValue() instanceof FileState.Pending;
            files.put(file.getKey(), pending ? packaged(file.getKey()) : file.getValue());
        }
        Map<String, ServiceState> services = new LinkedHashMap<>(before.services());
        wanted.services().forEach((name, service) -> services.put(name, ServiceState.goodState(List.of())));
        if (before.php() == null && wanted.php() != null) {
            features.add(Feature.memcacheModule(wanted.php()));
        }
        DropletState after = new DropletState(wanted.php(), packages, Set.of(), files, features, services);
        return new DropletFacts(
                facts.platform(),
                facts.addresses(),
                facts.versions(),
                facts.offers(),
                facts.legacyTables(),
                facts.memcachedFlags(),
                facts.stats(),
                facts.guardState(),
                facts.settings(),
                facts.input(),
                facts.firewall(),
                facts.installation(),
                facts.conditions(),
                after);
    }

    private static FileState packaged(String path) throws IOException {
        String name = Path.of(path).getFileName().toString().replace("php.ini", "php.ini-production");
        return new FileState.Present(Golden.bytes("distribution/debian-12/" + name), "644", "root:root");
    }
}
