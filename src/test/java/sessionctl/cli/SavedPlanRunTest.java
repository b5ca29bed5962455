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
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.plan.Origin;
import sessionctl.plan.SavedPlan;
import sessionctl.report.JsonReport;
import sessionctl.report.PlanDocument;
import sessionctl.report.Report;
import sessionctl.report.Style;
import sessionctl.report.TextReport;
import sessionctl.report.UnreadablePlan;

@Timeout(20)
class SavedPlanRunTest {
    private static final String RESTART = "service memcached action restart";
    private static final String OTHER_FLAGS = "debian-12-memcached-runs-with-other-flags";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Cluster cluster = Samples.lamps(2);

    /** Two droplets, each with the facts that were recorded of one, at its own address. */
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

    private Recording recording() throws IOException {
        return new Recording(new Plans(cluster, new DesiredStates(cluster, Samples.templates())));
    }

    private Provisioning provisioning(Recording plans, Fleet fleet, Report report) {
        return new Provisioning(
                "provision",
                plans,
                new Locking("provision", fleet, voice(report), Duration.ZERO),
                true,
                new Remedies("shop.yml"));
    }

    private Voice voice(Report report) {
        return new Voice(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
    }

    /** What a dry run saves, as it is read again. */
    private SavedPlan saved(FakeShells shells) throws IOException {
        Recording plans = recording();
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            provisioning(plans, fleet, new JsonReport()).dryRun(cluster.droplets(), false);
            Origin origin = Origin.of("sessionctl", "", cluster, Map.of());
            SavedPlan plan = PlanDocument.read(PlanDocument.of(new SavedPlan(origin, plans.parts())));
            assertThat(plan.droplets()).hasSize(2);
            assertThat(plan.isEmpty()).isFalse();
            out.getBuffer().setLength(0);
            return plan;
        } catch (UnreadablePlan e) {
            throw new AssertionError(e);
        }
    }

    private int apply(SavedPlan saved, FakeShells shells, Report report) throws IOException {
        Recording plans = recording();
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Reviewed reviewed = new Reviewed(saved, plans, voice(report));
            return provisioning(plans, fleet, report).run(cluster.droplets(), reviewed::of);
        }
    }

    @Test
    void whatWasReviewedIsCarriedOut() throws IOException {
        SavedPlan saved = saved(lamps(OTHER_FLAGS));
        FakeShells shells = lamps(OTHER_FLAGS);
        apply(saved, shells, new TextReport(Style.PLAIN));
        assertThat(shells.log).anyMatch(entry -> entry.endsWith(RESTART));
        assertThat(out.toString()).doesNotContain("since the plan was saved");
    }

    @Test
    void aDropletThatHasChangedSinceKeepsAllFromBeingChanged() throws IOException {
        SavedPlan saved = saved(lamps(OTHER_FLAGS));
        FakeShells shells = lamps(OTHER_FLAGS);
        String edited = answer(OTHER_FLAGS)
                .replacing("engine = On", "engine = Off")
                .result()
                .stdout();
        shells.answeringFacts("lamp02", edited);
        assertThat(apply(saved, shells, new TextReport(Style.PLAIN))).isEqualTo(1);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(shells.changes("lamp02")).isEmpty();
        assertThat(out.toString())
                .contains("lamp01: not reached; nothing was changed, left: ")
                .contains(
                        "lamp02: /etc/php/8.2/apache2/php.ini has changed since the plan was saved; review a new one with"
                                + " --dry-run --save-plan\n")
                .hasLineCount(2);
        assertThat(err.toString())
                .isEqualTo("Nothing was changed: a plan is carried out as it was reviewed or not at all.\n");
    }

    @Test
    void aRefusalIsOneJsonDocument() throws IOException {
        SavedPlan saved = saved(lamps(OTHER_FLAGS));
        Answer edited = answer(OTHER_FLAGS).replacing("engine = On", "engine = Off");
        assertThat(apply(saved, lamps(edited), new JsonReport())).isEqualTo(1);
        assertThat(com.google.gson.JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .get("exit_code")
                        .getAsInt())
                .isEqualTo(1);
    }

    @Test
    void aPlanThatIsAppliedAlreadyIsSaidToBe() throws IOException {
        SavedPlan saved = saved(lamps(OTHER_FLAGS));
        SavedPlan none = new SavedPlan(
                saved.origin(),
                saved.droplets().stream()
                        .map(p -> new SavedPlan.Part(p.droplet(), List.of(), p.facts()))
                        .toList());
        FakeShells shells = lamps(OTHER_FLAGS);
        Recording plans = recording();
        Reviewed reviewed = new Reviewed(saved, plans, voice(new TextReport(Style.PLAIN)));
        assertThat(reviewed.of(List.of())).isEmpty();
        assertThat(err.toString()).isEqualTo("This plan was already applied.\n");
        assertThat(new Reviewed(none, plans, voice(new TextReport(Style.PLAIN))).of(List.of()))
                .isEmpty();
        assertThat(err.toString()).hasLineCount(1);
        assertThat(shells.log).isEmpty();
    }

    @Test
    void aDropletThatIsNotReachedIsNoChangeOfIt() throws IOException {
        SavedPlan saved = saved(lamps(OTHER_FLAGS));
        FakeShells shells = lamps(OTHER_FLAGS).losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(apply(saved, shells, new TextReport(Style.PLAIN))).isEqualTo(4);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(out.toString()).contains("lamp02 (203.0.113.2): no answer").doesNotContain("since the plan");
    }
}
