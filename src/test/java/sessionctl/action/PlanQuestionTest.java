package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.plan.Change;
import sessionctl.plan.InstallPackages;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.RunRenderer;
import sessionctl.report.RunReport;
import sessionctl.report.TextStyle;
import sessionctl.report.json.RunJson;
import sessionctl.report.text.RunText;

/** A run that asks a person before it changes anything. */
@Timeout(20)
class PlanQuestionTest {
    private static final String RESTART = "service memcached action restart";
    private static final String QUESTION = "Apply this 1 change to 1 droplet? [y/N] ";
    private static final String CHANGED = "The droplets have changed since this plan was shown";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Cluster one = Samples.lamps(1);
    private final List<String> asked = new ArrayList<>();
    private final Deque<Boolean> answers = new ArrayDeque<>();
    private FakeShells shells = new FakeShells(guarded("debian-12-memcached-runs-with-other-flags"));
    private Runnable whileAsked = () -> {};
    private boolean lineEnded;

    private final Approval person = new Approval() {
        @Override
        public boolean isAsked() {
            return true;
        }

        @Override
        public boolean isGiven(String question) {
            asked.add(question);
            whileAsked.run();
            return answers.remove();
        }

        @Override
        public void interrupt() {
            lineEnded = true;
        }
    };

    private static Answer guarded(String facts) {
        try {
            return Samples.guarded(Answer.named(facts), Samples.lamps(1), Samples.lamp01());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private int provision(RunRenderer report, ToIntFunction<ProvisionAction> run) throws IOException {
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Console console = new Console(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
            return run.applyAsInt(new ProvisionAction(
                            "provision",
                            new ProvisionPlanner(one, new DesiredStates(one, Samples.templates())),
                            new RunLeases("provision", fleet, console, Duration.ZERO),
                            false,
                            new Remedies("shop.yml"))
                    .askedBy(person));
        }
    }

    private int provision() throws IOException {
        return provision(new RunText(TextStyle.PLAIN), p -> p.run(one.droplets()));
    }

    @Test
    void thePlanIsShownBeforeTheQuestionAndNoDropletIsHeldOrChangedUntilTheAnswer() throws IOException {
        whileAsked = () -> {
            assertThat(out.toString()).contains("restart memcached").endsWith("Plan: 1 change on 1 droplet.\n");
            assertThat(shells.log).containsExactly("lamp01: facts");
        };
        answers.add(false);
        assertThat(provision()).isEqualTo(1);
        assertThat(asked).containsExactly(QUESTION);
        assertThat(err.toString()).isEqualTo("Nothing was changed.\n");
        assertThat(shells.log).containsExactly("lamp01: facts");
    }

    @Test
    void afterYesThePlanIsMadeAgainUnderTheLeaseAndAppliedWithoutBeingPrintedAgain() throws IOException {
        answers.add(true);
        provision();
        assertThat(shells.log.subList(0, 4))
                .containsExactly("lamp01: facts", "lamp01: lock take", "lamp01: facts", "lamp01: " + RESTART);
        assertThat(asked).hasSize(1);
        assertThat(out.toString()).containsOnlyOnce("Plan: 1 change on 1 droplet.\n");
    }

    @Test
    void theSummaryCountsTheTimeFromTheAnswerOn() throws IOException {
        String provisioned = guarded("debian-12-provisioned").result().stdout();
        long[] seconds = new long[1];
        whileAsked = () -> seconds[0] += 600;
        shells.watched(entry -> {
            if (entry.endsWith(RESTART)) {
                seconds[0] += 42;
                shells.answeringFacts("lamp01", provisioned);
            }
        });
        answers.add(true);
        assertThat(provision(
                        new RunText(TextStyle.PLAIN),
                        p -> p.timedBy(() -> seconds[0] * 1_000_000_000).run(one.droplets())))
                .isZero();
        assertThat(err.toString()).isEqualTo("Done in 42 s: 1 change on 1 droplet.\n");
    }

    @Test
    void aPlanThatChangedDuringTheQuestionIsShownAndAskedAboutAgainWithoutALease() throws IOException {
        String withoutRules = guarded("debian-12-memcached-runs-with-other-flags")
                .withoutRules()
                .result()
                .stdout();
        whileAsked = () -> shells.answeringFacts("lamp01", withoutRules);
        answers.addAll(List.of(true, false));
        assertThat(provision()).isEqualTo(1);
        assertThat(asked).containsExactly(QUESTION, "Apply these 2 changes to 1 droplet? [y/N] ");
        assertThat(shells.log)
                .containsExactly("lamp01: facts", "lamp01: lock take", "lamp01: facts", "lamp01: lock release - 0");
        assertThat(out.toString()).containsSubsequence("Plan: 1 change on 1 droplet.", "Plan: 2 changes on 1 droplet.");
        assertThat(err.toString()).startsWith(CHANGED).endsWith("\nNothing was changed.\n");
    }

    @Test
    void aPlanThatAnotherRunAppliedDuringTheQuestionNeedsNoSecondAnswer() throws IOException {
        String provisioned = guarded("debian-12-provisioned").result().stdout();
        whileAsked = () -> shells.answeringFacts("lamp01", provisioned);
        answers.add(true);
        assertThat(provision()).isZero();
        assertThat(asked).hasSize(1);
        assertThat(out.toString()).endsWith("No changes. The droplet matches the inventory.\n");
    }

    @Test
    void withoutChangesAndInADryRunNoQuestionIsAsked() throws IOException {
        assertThat(provision(new RunText(TextStyle.PLAIN), p -> p.dryRun(one.droplets(), false)))
                .isZero();
        shells = new FakeShells(guarded("debian-12-provisioned"));
        assertThat(provision()).isZero();
        assertThat(asked).isEmpty();
    }

    @Test
    void aPlanThatIsRefusedIsNotAskedAbout() throws IOException {
        UnaryOperator<List<DropletReport>> refusing = entries -> entries.stream()
                .map(e -> DropletReport.failed(e.droplet(), DropletStatus.FAILED, "it changed"))
                .toList();
        assertThat(provision(new RunText(TextStyle.PLAIN), p -> p.run(one.droplets(), refusing)))
                .isEqualTo(1);
        assertThat(asked).isEmpty();
    }

    @Test
    void withJsonThePlanIsShownAsTextOnStandardErrorAndARefusalIsOneDocument() throws IOException {
        whileAsked = () -> {
            assertThat(err.toString()).contains("restart memcached").endsWith("Plan: 1 change on 1 droplet.\n");
            assertThat(out.toString()).isEmpty();
        };
        answers.add(false);
        assertThat(provision(new RunJson(), p -> p.run(one.droplets()))).isEqualTo(1);
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.get("exit_code").getAsInt()).isEqualTo(1);
        assertThat(document.getAsJsonArray("droplets")
                        .get(0)
                        .getAsJsonObject()
                        .get("status")
                        .getAsString())
                .isEqualTo("planned");
    }

    @Test
    void anInterruptionAtTheQuestionEndsItsLineAndReportsThatNothingWasChanged() throws IOException {
        answers.add(false);
        provision(new RunText(TextStyle.PLAIN), p -> {
            whileAsked = () -> assertThat(p.stop()).isFalse();
            return p.run(one.droplets());
        });
        assertThat(lineEnded).isTrue();
        assertThat(err.toString()).startsWith("Interrupted; nothing was changed.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"y", "Y", "yes", " YES "})
    void onlyYesIsConsent(String answer) {
        assertThat(Approval.OnTerminal.isYes(answer)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "no", "ja", "yess", "y y"})
    void anythingElseIsARefusal(String answer) {
        assertThat(Approval.OnTerminal.isYes(answer)).isFalse();
        assertThat(Approval.OnTerminal.isYes(null)).isFalse();
    }

    @Test
    void withoutATerminalOnStandardInputConsentIsGiven() {
        assertThat(Approval.of(new Terminal(false, true, true, 80, 24), Progress.SILENT))
                .isSameAs(Approval.GIVEN);
        assertThat(Approval.of(new Terminal(true, false, false, 80, 24), Progress.SILENT))
                .isSameAs(Approval.GIVEN);
    }

    private static RunReport report(Change change, String warning) {
        DropletReport entry = DropletReport.planned(Samples.lamp01(), List.of(change), List.of(warning));
        return new RunReport("provision", "shop", false, 0, List.of(entry));
    }

    /** A full memcached evicts items all the time, so its count differs whenever the plan is made. */
    @Test
    void consentCoversAPlanThatDiffersOnlyInANumberOfAWarning() {
        PlanQuestion question = new PlanQuestion(
                person, new Console(new PrintWriter(out), new PrintWriter(err), new RunJson(), Progress.SILENT));
        Change install = new InstallPackages(Set.of("memcached"), Set.of());
        RunReport shown = report(install, "memcached has evicted 17 items");
        assertThat(question.covers(shown, report(install, "memcached has evicted 1803 items")))
                .isTrue();
        assertThat(question.covers(shown, report(install, "its sessions cannot be kept")))
                .isFalse();
        Change other = new InstallPackages(Set.of("memcached", "apache2"), Set.of());
        assertThat(question.covers(shown, report(other, "memcached has evicted 17 items")))
                .isFalse();
    }
}
