package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.action.Console;
import sessionctl.action.PlanReview;
import sessionctl.action.ProvisionAction;
import sessionctl.action.ProvisionPlanner;
import sessionctl.action.RunLeases;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.plan.PlanInputs;
import sessionctl.plan.SavedPlan;
import sessionctl.report.InvalidPlanFileException;
import sessionctl.report.RunRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.json.PlanDocument;
import sessionctl.report.json.RunJson;
import sessionctl.report.text.RunText;

@Timeout(20)
class SavedPlanRunTest {
    private static final String RESTART = "service memcached action restart";
    private static final String OTHER_FLAGS = "debian-12-memcached-runs-with-other-flags";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Cluster cluster = Samples.lamps(2);

    /** Opens shells on two droplets that share one recorded answer, each with its own address. */
    private FakeShells lamps(String facts) throws IOException {
        return lamps(answer(facts));
    }

    private static FakeShells lamps(Answer answer) {
        return new FakeShells(answer);
    }

    private static Answer answer(String facts) throws IOException {
        return Samples.guarded(Answer.named(facts), Samples.lamps(1), Samples.lamp01())
                .replacing("2: eth0    inet 10.99.0.1/32", "2: eth0    inet 10.98.0.2/32")
                .replacing("tcp://10.98.0.1:11211", "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211");
    }

    private ProvisionPlanner planner() throws IOException {
        return new ProvisionPlanner(cluster, new DesiredStates(cluster, Samples.templates()));
    }

    private ProvisionAction provisioning(ProvisionPlanner planner, Fleet fleet, RunRenderer report) {
        return new ProvisionAction(
                "provision",
                planner,
                new RunLeases("provision", fleet, console(report), Duration.ZERO),
                true,
                new Remedies("shop.yml"));
    }

    private Console console(RunRenderer report) {
        return new Console(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
    }

    /** Returns the plan that a dry run saves, after it was written and read again. */
    private SavedPlan savedBy(FakeShells shells) throws IOException {
        ProvisionPlanner planner = planner();
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            provisioning(planner, fleet, new RunJson()).dryRun(cluster.droplets(), false);
            PlanInputs inputs = PlanInputs.of("sessionctl", "", cluster, Map.of());
            SavedPlan plan = PlanDocument.read(PlanDocument.of(new SavedPlan(inputs, planner.parts())));
            assertThat(plan.droplets()).hasSize(2);
            assertThat(plan.isEmpty()).isFalse();
            out.getBuffer().setLength(0);
            return plan;
        } catch (InvalidPlanFileException e) {
            throw new AssertionError(e);
        }
    }

    private int apply(SavedPlan savedBy, FakeShells shells, RunRenderer report) throws IOException {
        ProvisionPlanner planner = planner();
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            PlanReview review = new PlanReview(savedBy, planner, console(report));
            return provisioning(planner, fleet, report).run(cluster.droplets(), review::review);
        }
    }

    @Test
    void aReviewedPlanIsApplied() throws IOException {
        SavedPlan savedBy = savedBy(lamps(OTHER_FLAGS));
        FakeShells shells = lamps(OTHER_FLAGS);
        apply(savedBy, shells, new RunText(TextStyle.PLAIN));
        assertThat(shells.log).anyMatch(entry -> entry.endsWith(RESTART));
        assertThat(out.toString()).doesNotContain("since the plan was saved");
    }

    @Test
    void aDropletThatChangedSinceTheReviewStopsTheRunOnAllDroplets() throws IOException {
        SavedPlan savedBy = savedBy(lamps(OTHER_FLAGS));
        FakeShells shells = lamps(OTHER_FLAGS);
        String edited = answer(OTHER_FLAGS)
                .replacing("engine = On", "engine = Off")
                .result()
                .stdout();
        shells.answeringFacts("lamp02", edited);
        assertThat(apply(savedBy, shells, new RunText(TextStyle.PLAIN))).isEqualTo(1);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(shells.changes("lamp02")).isEmpty();
        assertThat(out.toString())
                .contains("lamp01: stopped; 0 changes done, not done: ")
                .contains(
                        "lamp02: /etc/php/8.2/apache2/php.ini has changed since the plan was saved; review a new one with"
                                + " --dry-run --save-plan\n")
                .hasLineCount(2);
        assertThat(err.toString())
                .isEqualTo("Nothing was changed: a saved plan is applied exactly as it was reviewed, or not at all.\n");
    }

    @Test
    void aRefusalIsOneJsonDocument() throws IOException {
        SavedPlan savedBy = savedBy(lamps(OTHER_FLAGS));
        Answer edited = answer(OTHER_FLAGS).replacing("engine = On", "engine = Off");
        assertThat(apply(savedBy, lamps(edited), new RunJson())).isEqualTo(1);
        assertThat(com.google.gson.JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .get("exit_code")
                        .getAsInt())
                .isEqualTo(1);
    }

    @Test
    void aPlanThatWasAlreadyAppliedIsReported() throws IOException {
        SavedPlan savedBy = savedBy(lamps(OTHER_FLAGS));
        SavedPlan none = new SavedPlan(
                savedBy.inputs(),
                savedBy.droplets().stream()
                        .map(p -> new SavedPlan.Part(p.droplet(), List.of(), p.facts()))
                        .toList());
        FakeShells shells = lamps(OTHER_FLAGS);
        ProvisionPlanner planner = planner();
        PlanReview review = new PlanReview(savedBy, planner, console(new RunText(TextStyle.PLAIN)));
        assertThat(review.review(List.of())).isEmpty();
        assertThat(err.toString()).isEqualTo("This plan was already applied.\n");
        assertThat(new PlanReview(none, planner, console(new RunText(TextStyle.PLAIN))).review(List.of()))
                .isEmpty();
        assertThat(err.toString()).hasLineCount(1);
        assertThat(shells.log).isEmpty();
    }

    @Test
    void anUnreachableDropletIsReportedAsUnreachableNotAsChanged() throws IOException {
        SavedPlan savedBy = savedBy(lamps(OTHER_FLAGS));
        FakeShells shells = lamps(OTHER_FLAGS).losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(apply(savedBy, shells, new RunText(TextStyle.PLAIN))).isEqualTo(4);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(out.toString()).contains("lamp02 (203.0.113.2): no answer").doesNotContain("since the plan");
    }
}
