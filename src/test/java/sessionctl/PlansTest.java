package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.Standings;
import sessionctl.desired.Wanted;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.UnreadableFact;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.Difference;
import sessionctl.report.Entry;
import sessionctl.report.JsonReport;
import sessionctl.report.MarkdownReport;
import sessionctl.report.Run;
import sessionctl.report.Status;
import sessionctl.report.Style;
import sessionctl.report.TextReport;
import sessionctl.state.Actual;
import sessionctl.state.FileState;
import sessionctl.state.Unfit;

/**
 * A case is a folder {@code plans/<case>} with an inventory, a droplet's facts a line ({@code facts/<name>}, at the
 * droplet's own address, or {@code elsewhere}), and the dry run in every form.
 */
class PlansTest {
    static Stream<Path> cases() throws IOException {
        return Golden.cases("plans");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theDryRunSays(Path folder) throws IOException {
        Cluster cluster = Samples.cluster(folder.resolve("inventory.yml"));
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        List<String> facts = Files.readAllLines(folder.resolve("facts.txt"));
        assertThat(facts).hasSameSizeAs(cluster.droplets());
        List<Entry> entries = new ArrayList<>();
        Map<Droplet, Actual> seen = new LinkedHashMap<>();
        for (int i = 0; i < facts.size(); i++) {
            Droplet droplet = cluster.droplets().get(i);
            try {
                seen.put(droplet, actual(cluster, droplet, facts.get(i)));
            } catch (UnreadableFact e) {
                entries.add(Entry.failed(droplet, Status.FAILED, e.sentence()));
            }
        }
        Standings standings = Standings.of(cluster, seen, Set.of());
        seen.forEach((droplet, actual) -> entries.add(entry(desired, standings, droplet, actual)));
        Run run = new Run("provision", cluster.name(), true, 0, entries);
        Golden.check(folder.resolve("expected.txt"), anyLength(new TextReport(Style.PLAIN).before(run)));
        Golden.check(folder.resolve("expected.json"), anyLength(new JsonReport().after(run)));
        Golden.check(folder.resolve("expected.md"), anyLength(new MarkdownReport().after(run)));
    }

    /** The guard may grow; what a plan says of it does not change with it. */
    private static String anyLength(String report) {
        return report.replaceAll("\\(\\d+ lines of sessionctl's own", "(all lines of sessionctl's own");
    }

    private static Actual actual(Cluster cluster, Droplet droplet, String facts) throws IOException, UnreadableFact {
        String name = facts.replace(" elsewhere", "");
        Answer answer = facts.equals(name)
                ? Answer.named(name).replacing("10.98.0.1", droplet.privateIp().text())
                : Answer.named(name);
        return FactsProbe.parse(Samples.guarded(answer, cluster, droplet).result());
    }

    private static Entry entry(DesiredStates desired, Standings standings, Droplet droplet, Actual actual) {
        try {
            Wanted wanted = desired.of(droplet, actual);
            List<Change> changes = Difference.between(actual.state(), wanted.state(), standings.of(droplet, actual));
            changes.forEach(PlansTest::canBeCarriedOut);
            return Entry.planned(droplet, changes, standings.warnings(actual));
        } catch (Unfit e) {
            return Entry.failed(droplet, Status.FAILED, e.sentence());
        }
    }

    /** Unless a file must first come with its package, the command is complete. */
    private static void canBeCarriedOut(Change change) {
        boolean pending = change instanceof Configure configure
                && configure.files().stream().anyMatch(f -> f.after() instanceof FileState.Pending);
        if (!pending) {
            assertThat(change.command().line()).isNotEmpty();
        }
    }
}
