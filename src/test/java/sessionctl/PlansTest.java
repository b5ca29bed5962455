package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.action.ProvisionPlanner;
import sessionctl.desired.DesiredStates;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.fleet.ProbeResult;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.DropletPlan;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.RunReport;
import sessionctl.report.TextStyle;
import sessionctl.report.json.RunJson;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.text.RunText;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;
import sessionctl.state.UnsupportedDropletException;

/**
 * Golden plans. A case is a folder {@code plans/<case>} with an inventory, one line of facts for each droplet ({@code
 * facts/<name>}, with the droplet's own address or, with {@code elsewhere}, another one; with {@code open}, its packet
 * filter is known and has no rules), and the dry run in each format.
 */
class PlansTest {
    static Stream<Path> cases() throws IOException {
        return Golden.cases("plans");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aDryRunPrintsTheExpectedPlanInEveryFormat(Path folder) throws IOException {
        Cluster cluster = Samples.cluster(folder.resolve("inventory.yml"));
        RunReport run = plan(cluster, Files.readAllLines(folder.resolve("facts.txt")));
        Golden.check(folder.resolve("expected.txt"), anyLength(new RunText(TextStyle.PLAIN).before(run)));
        Golden.check(folder.resolve("expected.json"), anyLength(new RunJson().after(run)));
        Golden.check(folder.resolve("expected.md"), anyLength(new RunMarkdown().after(run)));
    }

    private static RunReport plan(Cluster cluster, List<String> facts) throws IOException {
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        assertThat(facts).hasSameSizeAs(cluster.droplets());
        List<DropletReport> entries = new ArrayList<>();
        Map<Droplet, DropletFacts> seen = new LinkedHashMap<>();
        for (int i = 0; i < facts.size(); i++) {
            Droplet droplet = cluster.droplets().get(i);
            try {
                seen.put(droplet, factsOf(cluster, droplet, facts.get(i)));
            } catch (InvalidAnswerException e) {
                entries.add(DropletReport.failed(droplet, DropletStatus.FAILED, e.sentence()));
            }
        }
        ProvisionPlanner planner = new ProvisionPlanner(cluster, desired);
        Map<Droplet, ProbeResult<DropletFacts>> answers = new LinkedHashMap<>();
        seen.forEach((droplet, actual) -> answers.put(droplet, new ProbeResult.Answered<>(actual)));
        planner.setFacts(answers, cluster.droplets());
        seen.forEach((droplet, actual) -> entries.add(entry(planner, droplet, actual)));
        return new RunReport("provision", cluster.name(), true, 0, entries);
    }

    private static List<String> planOf(int droplets, String... facts) throws IOException {
        StringBuilder inventory = new StringBuilder("droplets:\n");
        for (int i = 1; i <= droplets; i++) {
            inventory.append("  - {name: web%d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d}\n".formatted(i, i, i));
        }
        List<String> all = new ArrayList<>(Collections.nCopies(droplets, "debian-12-bare open"));
        for (int i = 0; i < facts.length; i++) {
            all.set(droplets - facts.length + i, facts[i]);
        }
        return new RunText(TextStyle.PLAIN)
                .before(plan(Samples.cluster(inventory.toString()), all))
                .lines()
                .toList();
    }

    @Test
    void equalPlansAreShownOnceWhateverTheNumberOfDroplets() throws IOException {
        List<String> three = planOf(3);
        List<String> forty = planOf(40);
        assertThat(three).startsWith("web1, web2, web3").hasSizeLessThan(62);
        assertThat(forty)
                .hasSizeLessThan(67)
                .element(0)
                .asString()
                .startsWith("web1, web2, ")
                .endsWith(" and 28 more");
        assertThat(forty)
                .contains("  (shown for web1; on the others only their own addresses differ)")
                .contains("    + … 37 more lines like these, each with another address")
                .endsWith("Plan: 200 changes on 40 droplets. Dry run: nothing was changed.");
    }

    @Test
    void aDropletThatDiffersIsShownByItselfWithoutWhatIsTheSame() throws IOException {
        List<String> plan = planOf(40, "debian-13-bare open");
        assertThat(plan).hasSizeLessThan(90).contains("web40 (203.0.113.40)", "    (as on web1)");
        assertThat(plan.stream().filter(line -> line.equals("    (as on web1)")))
                .hasSize(3);
    }

    /** Replaces the length of the guard's script, so that a change of the guard does not change the expected plans. */
    private static String anyLength(String report) {
        return report.replaceAll("\\d+( lines of sessionctl's own)", "all$1");
    }

    private static DropletFacts factsOf(Cluster cluster, Droplet droplet, String facts)
            throws IOException, InvalidAnswerException {
        List<String> words = List.of(facts.split(" "));
        Answer answer = Answer.named(words.get(0));
        if (words.contains("open")) {
            answer.withoutRules();
        }
        if (!words.contains("elsewhere")) {
            answer.replacing("10.98.0.1", droplet.privateIp().text());
        }
        return FactsProbe.parse(Samples.guarded(answer, cluster, droplet).result());
    }

    private static DropletReport entry(ProvisionPlanner planner, Droplet droplet, DropletFacts actual) {
        try {
            DropletPlan plan = planner.plan(droplet, actual);
            plan.changes().forEach(PlansTest::assertHasACommand);
            return DropletReport.planned(droplet, plan.changes(), plan.warnings());
        } catch (UnsupportedDropletException e) {
            return DropletReport.failed(droplet, DropletStatus.FAILED, e.sentence());
        }
    }

    /** Checks that the change has a complete command, unless one of its files must first be brought by its package. */
    private static void assertHasACommand(Change change) {
        boolean pending = change instanceof Configure configure
                && configure.files().stream().anyMatch(f -> f.after() instanceof FileState.Pending);
        if (!pending) {
            assertThat(change.command().line()).isNotEmpty();
        }
    }
}
