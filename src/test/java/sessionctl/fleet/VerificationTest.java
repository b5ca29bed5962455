package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.command.Invocation;
import sessionctl.verify.BadSession;
import sessionctl.verify.Case;
import sessionctl.verify.Finding;
import sessionctl.verify.Page;
import sessionctl.verify.Proof;
import sessionctl.verify.Site;

@Timeout(30)
class VerificationTest {
    private FakeSite site;
    private final List<String> names = List.of("lamp01", "lamp02", "lamp03");

    VerificationTest() throws IOException {
        site = new FakeSite(3);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Proof run(int drillSeconds, Consumer<Verification> begun) {
        Map<String, Map<String, String>> expected = new LinkedHashMap<>();
        site.cluster.droplets().forEach(d -> expected.put(d.name(), Map.of("session.name", "S")));
        Trial trial = new Trial(
                site.cluster,
                site.cluster.droplets(),
                new Site(site.port, null, null, "", ""),
                Page.forEach(site.cluster.droplets()),
                expected);
        try (Fleet fleet = new Fleet(site, 8, Progress.SILENT, new Invocation("my shop.yml"))) {
            Verification verification = new Verification(fleet, trial, drillSeconds);
            begun.accept(verification);
            Proof proof = verification.run(d -> false);
            assertThat(proof.causes())
                    .extracting(Finding::remedy)
                    .allSatisfy(remedy -> assertThat(remedy.replaceAll("sessionctl [a-z]+ 'my shop[.]yml'", ""))
                            .doesNotContain("sessionctl ", "{"));
            return proof;
        }
    }

    private Proof run(int drillSeconds) {
        return run(drillSeconds, verification -> {});
    }

    private static Map<String, Case.Result> results(Proof proof) {
        Map<String, Case.Result> results = new LinkedHashMap<>();
        proof.cases().forEach(c -> results.put(c.id(), c.result()));
        return results;
    }

    private void assertPageGone() {
        assertThat(site.log).contains("lamp01: page-down", "lamp02: page-down", "lamp03: page-down");
        assertThat(site.empty()).as("no session is left").isTrue();
    }

    @Test
    void aHealthyClusterKeepsEveryPromise() {
        Proof proof = run(0);
        assertThat(proof.causes()).isEmpty();
        assertThat(proof.cases()).hasSize(7).allMatch(c -> c.result() == Case.Result.KEPT);
        assertPageGone();
    }

    @Test
    void aDrillStopsOneAfterAnotherAndCountsEverySession() {
        Proof proof = run(90);
        assertThat(proof.causes()).isEmpty();
        assertThat(proof.cases()).hasSize(10).allMatch(c -> c.result() == Case.Result.KEPT);
        List<String> steps = new ArrayList<>();
        names.forEach(n -> List.of("cut", "stop", "start").forEach(s -> steps.add(n + ": drill " + s)));
        assertThat(site.log.stream().filter(e -> e.contains(": drill "))).containsExactlyElementsOf(steps);
        assertThat(proof.cases().subList(7, 10))
                .allMatch(c -> c.detail()
                        .startsWith("270 of 270 requests found their session: 30 sessions on each of"
                                + " 3 droplets, 3 servers one after another"));
    }

    /** What is read after each step of a drill, as {@code lamp01: read s1}, by the step. */
    private Map<String, List<String>> readAfter() {
        Map<String, List<String>> read = new LinkedHashMap<>();
        List<String> step = new ArrayList<>();
        for (String entry : site.log) {
            if (entry.contains(": drill ") || entry.contains(": copies ")) {
                step = read.computeIfAbsent(entry, e -> new ArrayList<>());
            } else if (entry.contains(": read ")) {
                step.add(entry);
            }
        }
        read.keySet().removeIf(entry -> !entry.contains(": drill "));
        return read;
    }

    @Test
    void everySessionIsReadOnEveryDropletAfterEveryStep() {
        run(90);
        Map<String, List<String>> read = readAfter();
        assertThat(read).hasSize(9);
        read.forEach((step, reads) -> {
            assertThat(reads).as(step).hasSize(90).doesNotHaveDuplicates();
            assertThat(reads.stream().map(r -> r.replaceAll(".*read ", "")).distinct())
                    .hasSize(30);
        });
    }

    /** A silent server makes every answer a second slower: 5 droplets and 50 sessions would take their time. */
    @Test
    void ofManyDropletsEachSessionIsReadOnThreeWhileAServerIsSilent() throws IOException {
        site.close();
        try (FakeSite five = new FakeSite(5)) {
            site = five;
            Proof proof = run(90);
            readAfter()
                    .forEach((step, reads) -> assertThat(reads)
                            .as(step)
                            .hasSize(step.endsWith("cut") ? 150 : 250)
                            .doesNotHaveDuplicates());
            assertThat(proof.cases().get(7).detail())
                    .startsWith("750 of 750 requests found their session: 50 sessions on 3 of 5 droplets each,");
        }
    }

    @Test
    void sessionsThatAServerLosesWhenItComesBackEmptyAreCounted() {
        site.forgetful.addAll(names);
        site.unfilled = true;
        Proof proof = run(90);
        assertThat(results(proof))
                .containsEntry("drill-stop", Case.Result.KEPT)
                .containsEntry("drill-return", Case.Result.BROKEN);
        assertThat(proof.causes().get(0).droplet()).isEqualTo("lamp01");
        assertThat(proof.causes().get(0).what())
                .containsPattern("when it was back [1-9]\\d* of 30 sessions were lost, seen on lamp0");
        assertThat(proof.causes().get(0).sessions())
                .isNotEmpty()
                .allMatch(s -> s.id().matches("s\\d+") && s.how() == BadSession.How.LOST)
                .allMatch(s -> s.droplets().size() == 1 && names.containsAll(s.droplets()));
    }

    @Test
    void sessionsThatAServerLacksAfterTheDrillAreNamed() {
        site.leaky.add("lamp02");
        Finding lacking = run(90).causes().get(0);
        assertThat(lacking.what()).isEqualTo("after the drill its memcached lacks 30 of 30 sessions");
        assertThat(lacking.sessions())
                .hasSize(30)
                .contains(new BadSession("s7", BadSession.How.MISSING, List.of("lamp02")));
    }

    @Test
    void aClusterThatIsNotWholeIsNotDrilled() {
        site.settings.put("lamp02", List.of("session.name", "T"));
        Proof proof = run(90);
        assertThat(proof.causes().get(0).droplet()).isEqualTo("lamp02");
        assertThat(proof.causes().get(0).what()).startsWith("session.name is T, not the inventory's S");
        assertThat(results(proof)).containsEntry("drill-cut", Case.Result.NOT_TRIED);
        assertThat(site.log).noneMatch(e -> e.contains(": drill "));
        assertPageGone();
    }

    @Test
    void aServerWithoutAGuardIsNotDrilled() {
        site.unguarded.add("lamp03");
        Proof proof = run(90);
        assertThat(proof.causes()).extracting(Finding::droplet).containsExactly("lamp03");
        assertThat(site.log).noneMatch(e -> e.contains(": drill "));
    }

    @Test
    void aModuleThatBeginsAnewWhatItsFirstServerLacksIsAComplaintOnlyWhereNoGuardIs() {
        site.forgetful.addAll(names);
        Proof guarded = run(0);
        assertThat(guarded.causes()).isEmpty();
        assertThat(guarded.cases().get(6).detail()).contains("begins an empty session");
        site.unguarded.add("lamp02");
        Proof unguarded = run(0);
        assertThat(unguarded.causes()).extracting(Finding::droplet).containsExactly("lamp02");
        assertThat(unguarded.causes().get(0).what()).contains("has no guard", "loses 1 of 3 sessions");
        assertThat(unguarded.causes().get(0).sessions())
                .isNotEmpty()
                .allMatch(s -> s.id().matches("s\\d+") && s.how() == BadSession.How.LOST);
    }

    /** Earlier guards told a command that forgot the inventory. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "failed 1795502190 the rules of sessionctl firewall are not in force"
                        + "|the rules of sessionctl firewall are not in force"
                        + "|run: sessionctl firewall 'my shop.yml', then: sessionctl provision 'my shop.yml'",
                "failed 1795502190 the rules of sessionctl firewall are not in force; run: sessionctl firewall, then: x"
                        + "|the rules of sessionctl firewall are not in force"
                        + "|run: sessionctl firewall 'my shop.yml', then: sessionctl provision 'my shop.yml'",
                "failed 1795502190 9 sessions do not fit|9 sessions do not fit|run: sessionctl provision 'my shop.yml'",
            })
    void whyAGuardKeepsPhpAwayDecidesTheRemedy(String told, String why, String remedy) {
        site.shut.put("lamp02", told);
        Finding finding = run(0).causes().get(0);
        assertThat(finding.what()).isEqualTo("its guard keeps PHP away from memcached (failed: " + why + ")");
        assertThat(finding.remedy()).isEqualTo(remedy);
    }

    /** To provision again would change nothing there. */
    @Test
    void whereNoGuardIsPossibleTheRemedySaysWhatItNeeds() {
        site.forgetful.addAll(names);
        site.unguarded.addAll(List.of("lamp01", "lamp02"));
        site.withoutSystemd.add("lamp02");
        for (int drill : List.of(0, 90)) {
            assertThat(run(drill).causes())
                    .extracting(Finding::remedy)
                    .containsExactly(
                            "run: sessionctl provision 'my shop.yml'",
                            "a guard needs systemd and memcached 1.5 or newer: move it to a release that has both");
        }
    }

    @Test
    void aWebServerThatIsGoneIsNamedAndTheRestIsTriedWithoutIt() {
        site.stopWeb("lamp03");
        Proof proof = run(0);
        assertThat(proof.causes()).hasSize(1);
        assertThat(proof.causes().get(0).droplet()).isEqualTo("lamp03");
        assertThat(results(proof))
                .containsEntry("web", Case.Result.BROKEN)
                .containsEntry("shared", Case.Result.NOT_TRIED)
                .containsEntry("settings", Case.Result.KEPT);
        assertPageGone();
    }

    @Test
    void whereNobodyServesTheNextPromisesAreNotTried() {
        names.forEach(site::stopWeb);
        Proof proof = run(90);
        assertThat(proof.causes()).hasSize(3);
        assertThat(results(proof)).containsEntry("copies", Case.Result.NOT_TRIED);
    }

    @Test
    void aPageThatCannotBePutUpIsToldAndTakenAwayEverywhere() {
        site.failing.put("lamp02: page-up", 28);
        Proof proof = run(0);
        assertThat(proof.causes().get(0).droplet()).isEqualTo("lamp02");
        assertThat(proof.causes().get(0).remedy()).contains("df -h");
        assertPageGone();
    }

    @Test
    void aDropletThatIsLostOnTheWayEndsItAndTheOthersAreCleared() {
        site.losing.add("lamp02: ports");
        Proof proof = run(0);
        assertThat(proof.unreached()).extracting(Finding::droplet).containsExactly("lamp02");
        assertPageGone();
    }

    @Test
    void anInterruptedDrillIsPutBackBeforeThePageIsTakenAway() {
        Proof proof = run(
                90,
                verification -> site.watched(entry -> {
                    if (entry.equals("lamp02: drill cut")) {
                        verification.stop();
                    }
                }));
        assertThat(results(proof))
                .containsEntry("rest", Case.Result.NOT_TRIED)
                .containsEntry("drill-cut", Case.Result.NOT_TRIED)
                .containsEntry("drill-return", Case.Result.NOT_TRIED);
        int back = site.log.indexOf("lamp02: drill back");
        assertThat(back).isPositive().isLessThan(site.log.indexOf("lamp02: page-down"));
        assertThat(site.log).doesNotContain("lamp02: drill stop", "lamp03: drill cut");
        assertPageGone();
    }

    @Test
    void aStepThatFailsEndsTheDrillAndIsPutBack() {
        site.failing.put("lamp02: drill stop", 6);
        Proof proof = run(90);
        assertThat(site.log).contains("lamp02: drill back").doesNotContain("lamp03: drill cut");
        assertThat(proof.causes().get(0).what()).contains("the droplet put everything back by itself");
    }

    @Test
    void aPageThatIsStillThereIsToldWithTheTimeAfterWhichItGoes() {
        site.failing.put("lamp01: page-down", 1);
        assertThat(run(0).causes().get(0).remedy())
                .isEqualTo("it does so by itself within 300 s; nobody can use it until then");
    }
}
