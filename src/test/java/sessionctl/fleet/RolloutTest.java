package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.FileChange;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Plan;
import sessionctl.plan.Risk;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;
import sessionctl.state.UnsupportedDropletException;

@Timeout(20)
class RolloutTest {
    private static final String INSTALL_LINE = "memcached";
    private static final String RESTART_LINE = "service memcached action restart";
    private static final String RELOAD_LINE = "service apache2 action reload";
    private static final Change INSTALL = new InstallPackages(Set.of("memcached"), Set.of());
    private static final Change RESTART = configure(Stage.MEMCACHED, "memcached", ServiceAction.RESTART, Risk.NONE);
    private static final Change RELOAD = configure(Stage.WEB, "apache2", ServiceAction.RELOAD, Risk.NONE);
    private static final Change RISKY =
            configure(Stage.MEMCACHED, "memcached", ServiceAction.RESTART, Risk.LOSES_LOCAL_SESSIONS);

    private final Cluster cluster = Samples.lamps(3);
    private final Map<String, List<Change>> planned = new LinkedHashMap<>();
    private final Map<String, List<List<Change>>> later = new LinkedHashMap<>();
    private final Set<String> takenOver = new HashSet<>();
    private final Set<String> unfit = new HashSet<>();
    private FakeShells shells = new FakeShells(bare());
    private Fleet fleet = new Fleet(shells, 1, Progress.SILENT);

    private static Change configure(Stage stage, String service, ServiceAction action, Risk risk) {
        return new Configure(stage, service, List.of(), List.of(), action, false, List.of(), risk);
    }

    private static Answer bare() {
        try {
            return Answer.named("debian-12-bare");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void connect() {
        fleet = new Fleet(shells, 3, Progress.SILENT);
        planOnAll(INSTALL, RESTART, RELOAD);
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    private void planOnAll(Change... changes) {
        for (String name : Samples.names(cluster)) {
            planned.put(name, List.of(changes));
            later.put(name, new ArrayList<>());
        }
    }

    /** Returns the next plan that the test set for a droplet, then empty plans. */
    private DropletPlan nextPlan(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        synchronized (later) {
            List<List<Change>> next = later.getOrDefault(droplet.name(), List.of());
            List<Change> changes = next.isEmpty() ? List.of() : next.remove(0);
            if (unfit.contains(droplet.name())) {
                throw new UnsupportedDropletException("it changed its mind");
            }
            return new DropletPlan(droplet, changes, List.of());
        }
    }

    private Rollout rollout() {
        List<DropletPlan> plans = cluster.droplets().stream()
                .map(d -> new DropletPlan(d, planned.getOrDefault(d.name(), List.of()), List.of()))
                .toList();
        return new Rollout(
                fleet,
                new Plan(plans),
                this::nextPlan,
                Rollout.RuleSafety.of(11211),
                d -> takenOver.contains(d.name()));
    }

    private static DropletOutcome outcome(Rollout rollout, String name) {
        return rollout.outcomes().stream()
                .filter(o -> o.droplet().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static DropletOutcome.Failed failed(Rollout rollout, String name) {
        return (DropletOutcome.Failed) outcome(rollout, name);
    }

    /** Sets the changes of the three droplets once their packages are installed. */
    private void planAfterPackages(Change... changes) {
        later.values().forEach(next -> next.add(List.of(changes)));
    }

    /** Pages would wait for a server that does not answer. One that refuses is closed until it is filled. */
    @Test
    void phpGetsNoServerThatADropletDoesNotReach() {
        FileState list = new FileState.Present("session.save_path = \"tcp://10.98.0.2:11211\"\n", "644", "root:root");
        FileChange file = new FileChange("/etc/php/8.2/apache2/php.ini", new FileState.Absent(), list);
        Change change = new Configure(
                Stage.WEB, "apache2", List.of(file), List.of(), ServiceAction.RELOAD, false, List.of(), Risk.NONE);
        planOnAll(change);
        String tested = ": 2 10.98.0.1:11211 10.98.0.2:11211 10.98.0.3:11211";
        shells.printing(
                "lamp01" + tested, 0, "10.98.0.1:11211 open\n10.98.0.2:11211 silent\n10.98.0.3:11211 refused\n");
        Rollout rollout = rollout();
        rollout.run();
        assertThat(failed(rollout, "lamp01").failure())
                .isEqualTo(new DropletOutcome.Failure(
                        "reach memcached on lamp02", "where its packets are lost is not known; then run again", ""));
        assertThat(rollout.outcomes()).allMatch(outcome -> outcome.done().isEmpty());
        shells.printing("lamp01" + tested, 0, "10.98.0.1:11211 open\n10.98.0.2:11211 open\n10.98.0.3:11211 refused\n");
        Rollout again = rollout();
        again.run();
        assertThat(again.outcomes()).allMatch(outcome -> outcome.done().equals(List.of(change)));
        planOnAll(RELOAD);
        shells.log.clear();
        rollout().run();
        assertThat(shells.log).as("the list stays").noneMatch(entry -> entry.contains(tested));
    }

    @Test
    void everyDropletRunsEveryStage() {
        planAfterPackages(RESTART, RELOAD);
        Rollout rollout = rollout();
        rollout.run();
        for (DropletOutcome outcome : rollout.outcomes()) {
            assertThat(outcome).isInstanceOf(DropletOutcome.Done.class);
            assertThat(outcome.done()).containsExactly(INSTALL, RESTART, RELOAD);
            assertThat(shells.changes(outcome.droplet().name()))
                    .containsExactly(INSTALL_LINE, RESTART_LINE, RELOAD_LINE);
        }
        assertThat(rollout.runningChanges()).isEmpty();
        assertThat(rollout.stopped()).isFalse();
    }

    @Test
    void noDropletBeginsAStageBeforeAllFinishedThePreviousOne() {
        planAfterPackages(RESTART, RELOAD);
        rollout().run();
        List<String> kinds = shells.log.stream()
                .filter(e -> !e.endsWith("facts"))
                .map(e -> e.substring(8))
                .toList();
        assertThat(kinds.subList(0, 3)).containsOnly(INSTALL_LINE);
        assertThat(kinds.subList(3, 6)).containsOnly(RESTART_LINE);
        assertThat(kinds.subList(6, 9)).containsOnly(RELOAD_LINE);
    }

    @Test
    void afterAFailureTheOthersFinishTheStageAndBeginNoNext() {
        planOnAll(RESTART, RELOAD);
        shells.answering("lamp02: " + RESTART_LINE, 12, "bad\nflags");
        Rollout rollout = rollout();
        rollout.run();
        assertThat(outcome(rollout, "lamp01"))
                .isEqualTo(new DropletOutcome.NotReached(cluster.droplets().get(0), List.of(RESTART), List.of(RELOAD)));
        DropletOutcome.Failed failed = failed(rollout, "lamp02");
        assertThat(failed.done()).isEmpty();
        assertThat(failed.remaining()).containsExactly(RESTART, RELOAD);
        assertThat(failed.failure().change()).isEqualTo("restart memcached");
        assertThat(failed.failure().reason()).contains("a check refused");
        assertThat(failed.failure().output()).isEqualTo("bad\nflags");
        assertThat(shells.log).noneMatch(e -> e.endsWith(RELOAD_LINE) || e.endsWith("facts"));
    }

    @Test
    void aFailedWebServerDoesNotStopTheLaterWavesOfItsStage() {
        Change held = configure(Stage.WEB, "apache2", ServiceAction.RELOAD, Risk.HOLDS_REQUESTS);
        planOnAll(held);
        shells.answering("lamp01: " + RELOAD_LINE, 12, "");
        Rollout rollout = rollout();
        rollout.run();
        assertThat(shells.log)
                .containsExactly("lamp01: " + RELOAD_LINE, "lamp02: " + RELOAD_LINE, "lamp03: " + RELOAD_LINE);
        assertThat(failed(rollout, "lamp01").failure().change()).isEqualTo("reload apache2");
        assertThat(outcome(rollout, "lamp03")).isInstanceOf(DropletOutcome.Done.class);
    }

    @Test
    void aDropletTakenOverByAnotherRunIsNotChangedFurther() {
        planOnAll(RISKY, RELOAD);
        shells.watched(entry -> takenOver.add("lamp02"));
        Rollout rollout = rollout();
        rollout.run();
        assertThat(shells.log).containsExactly("lamp01: " + RESTART_LINE);
        assertThat(failed(rollout, "lamp02").failure().reason()).contains("another run has taken it over");
    }

    @Test
    void afterAFailureADropletSkipsItsOtherChangesOfTheStage() {
        Change fpm = configure(Stage.WEB, "php8.2-fpm", ServiceAction.RELOAD, Risk.NONE);
        planOnAll(fpm, RELOAD);
        shells.answering("lamp01: service php8.2-fpm action reload", 13, "");
        Rollout rollout = rollout();
        rollout.run();
        assertThat(shells.changes("lamp01")).containsExactly("service php8.2-fpm action reload");
        assertThat(shells.changes("lamp02")).containsExactly("service php8.2-fpm action reload", RELOAD_LINE);
        assertThat(outcome(rollout, "lamp02")).isInstanceOf(DropletOutcome.Done.class);
    }

    @Test
    void aFailedInstallationIsReportedWhateverLaterFailuresOccur() {
        shells.losing("lamp03: " + INSTALL_LINE, "lamp03 was lost").losing("lamp03: facts", "lamp03 is still lost");
        Rollout rollout = rollout();
        rollout.run();
        DropletOutcome.Failed failed = failed(rollout, "lamp03");
        assertThat(failed.failure().change()).isEqualTo("install memcached");
        assertThat(failed.failure().reason()).isEqualTo("lamp03 was lost");
        assertThat(shells.changes("lamp01")).containsExactly(INSTALL_LINE);
        assertThat(outcome(rollout, "lamp01")).isInstanceOf(DropletOutcome.NotReached.class);
    }

    @Test
    void aConnectionLostDuringAChangeFailsThatChange() {
        planOnAll(RESTART);
        shells.losing("lamp01: " + RESTART_LINE, "lamp01 (203.0.113.1): stopped responding");
        Rollout rollout = rollout();
        rollout.run();
        DropletOutcome.Failed failed = failed(rollout, "lamp01");
        assertThat(failed.failure())
                .isEqualTo(new DropletOutcome.Failure(
                        "restart memcached", "lamp01 (203.0.113.1): stopped responding", ""));
        assertThat(outcome(rollout, "lamp02")).isInstanceOf(DropletOutcome.Done.class);
    }

    @Test
    void changesAfterTheInstallationArePlannedFromNewFacts() {
        planAfterPackages(RELOAD);
        rollout().run();
        assertThat(shells.changes("lamp02")).containsExactly(INSTALL_LINE, RELOAD_LINE);
    }

    @Test
    void restartsShownWithoutRiskRunTogether() throws InterruptedException {
        planAfterPackages(RISKY);
        CountDownLatch together = new CountDownLatch(3);
        shells.watched(entry -> {
            if (entry.endsWith(RESTART_LINE)) {
                together.countDown();
                awaited(together);
            }
        });
        Rollout rollout = rollout();
        rollout.run();
        assertThat(together.await(0, TimeUnit.SECONDS)).isTrue();
        assertThat(rollout.outcomes()).allMatch(o -> o instanceof DropletOutcome.Done);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void riskyChangesRunOneByOneAndEndAtTheFirstFailure() {
        planOnAll(RISKY, RELOAD);
        shells.answering("lamp02: " + RESTART_LINE, 13, "");
        Rollout rollout = rollout();
        rollout.run();
        assertThat(shells.log).containsExactly("lamp01: " + RESTART_LINE, "lamp02: " + RESTART_LINE);
        assertThat(outcome(rollout, "lamp03"))
                .isEqualTo(new DropletOutcome.NotReached(cluster.droplets().get(2), List.of(), List.of(RISKY, RELOAD)));
    }

    @Test
    void changesWithoutRiskRunBeforeRiskyOnes() {
        planOnAll(RISKY);
        planned.put("lamp03", List.of(RESTART));
        rollout().run();
        assertThat(shells.log.subList(0, 3))
                .containsExactly("lamp03: " + RESTART_LINE, "lamp01: " + RESTART_LINE, "lamp02: " + RESTART_LINE);
    }

    @Test
    void afterAStopTheCurrentChangeFinishesAndNoOtherBegins() {
        planOnAll(RISKY, RELOAD);
        Rollout rollout = rollout();
        shells.watched(entry -> {
            assertThat(rollout.runningChanges()).containsExactly("lamp01: restart memcached");
            rollout.stop();
        });
        rollout.run();
        assertThat(rollout.stopped()).isTrue();
        assertThat(shells.log).containsExactly("lamp01: " + RESTART_LINE);
        assertThat(outcome(rollout, "lamp01"))
                .isEqualTo(new DropletOutcome.NotReached(cluster.droplets().get(0), List.of(RISKY), List.of(RELOAD)));
        assertThat(outcome(rollout, "lamp02"))
                .isEqualTo(new DropletOutcome.NotReached(cluster.droplets().get(1), List.of(), List.of(RISKY, RELOAD)));
    }

    @Test
    void afterAStopDuringTheInstallationNoFactsAreProbed() {
        Rollout rollout = rollout();
        shells.watched(entry -> rollout.stop());
        rollout.run();
        assertThat(shells.log).noneMatch(e -> e.endsWith("facts"));
    }

    @Test
    void aDropletThatStillNeedsAChangeAtTheEndFailed() {
        planOnAll(RELOAD);
        later.getOrDefault("lamp02", List.of()).add(List.of(RELOAD));
        Rollout rollout = rollout();
        rollout.run();
        DropletOutcome.Failed failed = failed(rollout, "lamp02");
        assertThat(failed.failure().change()).isEqualTo("reload apache2");
        assertThat(failed.failure().reason()).contains("still needed");
        assertThat(failed.done()).containsExactly(RELOAD);
        assertThat(failed.remaining()).isEmpty();
        assertThat(outcome(rollout, "lamp01")).isInstanceOf(DropletOutcome.Done.class);
    }

    @Test
    void aDropletThatCannotBeProbedAtTheEndFailed() {
        planOnAll(RELOAD);
        shells.losing("lamp01: facts", "lamp01 was lost").answeringFacts("lamp03", "garbage");
        Rollout rollout = rollout();
        rollout.run();
        assertThat(failed(rollout, "lamp01").failure())
                .isEqualTo(new DropletOutcome.Failure("inspect it again", "lamp01 was lost", ""));
        assertThat(failed(rollout, "lamp03").failure().reason()).startsWith("its answer");
    }

    @Test
    void aDropletThatBecameUnsupportedFailed() {
        unfit.add("lamp01");
        Rollout rollout = rollout();
        rollout.run();
        assertThat(failed(rollout, "lamp01").failure().reason()).isEqualTo("it changed its mind");
        assertThat(shells.changes("lamp02")).containsExactly(INSTALL_LINE);
    }

    @Test
    void dropletsWithoutChangesRunNoCommand() {
        planned.clear();
        planned.put("lamp02", List.of(RELOAD));
        Rollout rollout = rollout();
        rollout.run();
        assertThat(shells.log).containsExactly("lamp02: " + RELOAD_LINE, "lamp02: facts");
        assertThat(rollout.outcomes()).allMatch(o -> o instanceof DropletOutcome.Done);
    }

    /** Receives the stages and changes of a run. */
    private static final class Recorder implements Progress {
        final List<String> reports = new CopyOnWriteArrayList<>();

        @Override
        public void begin(Droplet droplet, String what) {}

        @Override
        public void end(Droplet droplet, String what) {}

        @Override
        public void stage(int number, int of, String name) {
            reports.add(number + " of " + of + " " + name);
        }

        @Override
        public void endChange(Droplet droplet, String change, boolean done) {
            reports.add(droplet.name() + " " + done);
        }
    }

    @Test
    void theStagesThatHaveChangesAreCounted() {
        Recorder recorder = new Recorder();
        fleet = new Fleet(shells, 1, recorder);
        planAfterPackages(RESTART, RELOAD);
        shells.answering("lamp02: " + RELOAD_LINE, 12, "no");
        rollout().run();
        assertThat(recorder.reports)
                .containsSubsequence("1 of 3 packages", "lamp01 true", "2 of 3 memcached", "3 of 3 web", "lamp02 false")
                .filteredOn(report -> report.contains(" of "))
                .hasSize(3);
    }

    @Test
    void aStageThatIsNeededAfterTheInstallationIsCountedFromThenOn() {
        Recorder recorder = new Recorder();
        fleet = new Fleet(shells, 1, recorder);
        planOnAll(INSTALL);
        planAfterPackages(RELOAD);
        rollout().run();
        assertThat(recorder.reports)
                .filteredOn(report -> report.contains(" of "))
                .containsExactly("1 of 1 packages", "2 of 2 web");
    }
}
