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
import sessionctl.facts.UnreadableFact;
import sessionctl.plan.Change;
import sessionctl.plan.Difference;
import sessionctl.state.Actual;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.ServiceState;
import sessionctl.state.Unfit;

/** What must hold for every droplet that facts are recorded of. */
class DropletLawsTest {
    private static final Set<String> UNFIT = Set.of("a-release-nobody-knows", "rocky-linux");

    static Stream<Path> droplets() throws IOException {
        return Golden.cases("facts").filter(f -> !UNFIT.contains(f.getFileName().toString()));
    }

    private static Actual actual(Path folder) throws IOException, UnreadableFact {
        return FactsProbe.parse(
                Answer.in(folder).replacing("10.98.0.1", "10.98.0.2").result());
    }

    @ParameterizedTest
    @MethodSource("droplets")
    void whatIsCarriedOutOnceIsNotNeededAgain(Path folder) throws IOException, UnreadableFact, Unfit {
        DesiredStates desired = new DesiredStates(Samples.lamps(3), Samples.templates());
        Actual actual = actual(folder);
        for (int pass = 0; pass < 2; pass++) {
            actual = carriedOut(actual, wanted(desired, actual));
        }
        assertThat(Difference.between(actual.state(), wanted(desired, actual), Samples.member()))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("droplets")
    void changesComeInTheOrderOfTheirStages(Path folder) throws IOException, UnreadableFact, Unfit {
        DesiredStates desired = new DesiredStates(Samples.lamps(3), Samples.templates());
        Actual actual = actual(folder);
        List<Change> changes = Difference.between(actual.state(), wanted(desired, actual), Samples.member());
        assertThat(changes).isNotEmpty().isSortedAccordingTo((a, b) -> a.stage().compareTo(b.stage()));
    }

    @ParameterizedTest
    @MethodSource("droplets")
    void theDropletsOwnDirectivesStay(Path folder) throws IOException, UnreadableFact, Unfit {
        Actual actual = actual(folder);
        DropletState wanted = wanted(new DesiredStates(Samples.lamps(3), Samples.templates()), actual);
        wanted.files().forEach((path, file) -> {
            if (actual.state().file(path) instanceof FileState.Present before && path.endsWith(".ini")) {
                assertThat(others(((FileState.Present) file).content())).isEqualTo(others(before.content()));
            }
        });
    }

    private static List<String> others(String ini) {
        return ini.lines()
                .filter(l -> !l.matches(";?\\s*(memcache[.]\\w+|session[.]save_\\w+)\\s*=.*"))
                .toList();
    }

    private static DropletState wanted(DesiredStates desired, Actual actual) throws Unfit {
        return desired.of(Samples.lamps(3).droplets().get(1), actual).state();
    }

    /** The droplet after the plan: what a package must bring first is there, untouched, after the first pass. */
    private static Actual carriedOut(Actual actual, DropletState wanted) throws IOException {
        DropletState before = actual.state();
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
        wanted.services().forEach((name, service) -> services.put(name, ServiceState.good(List.of())));
        if (before.php() == null && wanted.php() != null) {
            features.add(Feature.memcacheModule(wanted.php()));
        }
        DropletState after = new DropletState(wanted.php(), packages, Set.of(), files, features, services);
        return new Actual(
                actual.platform(),
                actual.addresses(),
                actual.versions(),
                actual.offers(),
                actual.legacyTables(),
                actual.memcachedFlags(),
                actual.stored(),
                actual.gate(),
                actual.settings(),
                actual.input(),
                after);
    }

    private static FileState packaged(String path) throws IOException {
        String name = Path.of(path).getFileName().toString().replace("php.ini", "php.ini-production");
        return new FileState.Present(Golden.bytes("distribution/debian-12/" + name), "644", "root:root");
    }
}
