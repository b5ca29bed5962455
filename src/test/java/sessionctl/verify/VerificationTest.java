package sessionctl.verify;

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
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.verify.http.ProbePage;
import sessionctl.verify.http.Site;

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

    private VerificationResult run(int drillSeconds, Consumer<Verification> begun) {
        Map<String, Map<String, String>> expected = new LinkedHashMap<>();
        site.cluster.droplets().forEach(d -> expected.put(d.name(), Map.of("session.name", "S")));
        VerificationSpec spec = new VerificationSpec(
                site.cluster,
                site.cluster.droplets(),
                new Site(site.port, null, null, "", ""),
                ProbePage.forEach(site.cluster.droplets()),
                expected);
        try (Fleet fleet = new Fleet(site, 8, Progress.SILENT, new Invocation("my shop.yml"))) {
            Verification verification = new Verification(fleet, spec, drillSeconds);
            begun.accept(verification);
            VerificationResult proof = verification.run(d -> false);
            assertThat(proof.causes())
                    .extracting(CheckFailure::remedy)
                    .allSatisfy(remedy -> assertThat(remedy.replaceAll("sessionctl [a-z]+ 'my shop[.]yml'", ""))
                            .doesNotContain("sessionctl ", "{"));
            return proof;
        }
    }

    private VerificationResult run(int drillSeconds) {
        return run(drillSeconds, verification -> {});
    }

    private static Map<String, CheckResult.Result> results(VerificationResult proof) {
        Map<String, CheckResult.Result> results = new LinkedHashMap<>();
        proof.checks().forEach(c -> results.put(c.id(), c.result()));
        return results;
    }

    private void assertPageGone() {
        assertThat(site.log).contains("lamp01: page-down", "lamp02: page-down", "lamp03: page-down");
        assertThat(site.empty()).as("no session is left").isTrue();
    }

    @Test
    void aHealthyClusterPassesEveryCheck() {
        VerificationResult proof = run(0);
        assertThat(proof.causes()).isEmpty();
        assertThat(proof.checks()).hasSize(7).allMatch(c -> c.result() == CheckResult.Result.PASSED);
        assertPageGone();
    }

    @Test
    void aDrillStopsEachServerInTurnAndCountsEverySession() {
        VerificationResult proof = run(90);
        assertThat(proof.causes()).isEmpty();
        assertThat(proof.checks()).hasSize(10).allMatch(c -> c.result() == CheckResult.Result.PASSED);
        List<String> steps = new ArrayList<>();
        names.forEach(n -> List.of("cut", "stop", "start").forEach(s -> steps.add(n + ": drill " + s)));
        assertThat(site.log.stream().filter(e -> e.contains(": drill "))).containsExactlyElementsOf(steps);
        assertThat(proof.checks().subList(7, 10))
                .allMatch(c -> c.detail()
                        .startsWith("270 of 270 requests found their session: 30 sessions on each of"
                                + " 3 droplets, 3 servers one after another"));
    }

    /** Returns the reads after each step of a drill, as {@code lamp01: read s1}, by step. */
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
    void aDrillReadsEverySessionOnEveryDropletAfterEveryStep() {
        run(90);
        Map<String, List<String>> read = readAfter();
        assertThat(read).hasSize(9);
        read.forEach((step, reads) -> {
            assertThat(reads).as(step).hasSize(90).doesNotHaveDuplicates();
            assertThat(reads.stream().map(r -> r.replaceAll(".*read ", "")).distinct())
                    .hasSize(30);
        });
    }

    /**
     * A server that does not answer delays every request by a second; 5 droplets and 50 sessions would take too long.
     */
    @Test
    void onManyDropletsEachSessionIsReadOnThreeWhileAServerIsCutOff() throws IOException {
        site.close();
        try (FakeSite five = new FakeSite(5)) {
            site = five;
            VerificationResult proof = run(90);
            readAfter()
                    .forEach((step, reads) -> assertThat(reads)
                            .as(step)
                            .hasSize(step.endsWith("cut") ? 150 : 250)
                            .doesNotHaveDuplicates());
            assertThat(proof.checks().get(7).detail())
                    .startsWith("750 of 750 requests found their session: 50 sessions on 3 of 5 droplets each,");
        }
    }

    @Test
    void sessionsLostWhenAServerReturnsEmptyAreCounted() {
        site.forgetful.addAll(names);
        site.returnsEmpty = true;
        VerificationResult proof = run(90);
        assertThat(results(proof))
                .containsEntry("drill-stop", CheckResult.Result.PASSED)
                .containsEntry("drill-return", CheckResult.Result.FAILED);
        assertThat(proof.causes().get(0).droplet()).isEqualTo("lamp01");
        assertThat(proof.causes().get(0).fault())
                .containsPattern("when it had rejoined [1-9]\\d* of 30 sessions were lost, seen on lamp0");
        assertThat(proof.causes().get(0).sessions())
                .isNotEmpty()
                .allMatch(s -> s.id().matches("s\\d+") && s.how() == SessionFailure.How.LOST)
                .allMatch(s -> s.droplets().size() == 1 && names.containsAll(s.droplets()));
    }

    @Test
    void sessionsMissingOnAServerAfterTheDrillAreNamed() {
        site.leaky.add("lamp02");
        CheckFailure lacking = run(90).causes().get(0);
        assertThat(lacking.fault()).isEqualTo("after the drill its memcached lacks 30 of 30 sessions");
        assertThat(lacking.sessions())
                .hasSize(30)
                .contains(new SessionFailure("s7", SessionFailure.How.MISSING, List.of("lamp02")));
    }

    @Test
    void aClusterWithAFailedCheckIsNotDrilled() {
        site.settings.put("lamp02", List.of("session.name", "T"));
        VerificationResult proof = run(90);
        assertThat(proof.causes().get(0).droplet()).isEqualTo("lamp02");
        assertThat(proof.causes().get(0).fault()).startsWith("session.name is T, not the inventory's S");
        assertThat(results(proof)).containsEntry("drill-cut", CheckResult.Result.SKIPPED);
        assertThat(site.log).noneMatch(e -> e.contains(": drill "));
        assertPageGone();
    }

    @Test
    void aClusterWithAServerWithoutAGuardIsNotDrilled() {
        site.unguarded.add("lamp03");
        VerificationResult proof = run(90);
        assertThat(proof.causes()).extracting(CheckFailure::droplet).containsExactly("lamp03");
        assertThat(site.log).noneMatch(e -> e.contains(": drill "));
    }

    @Test
    void aModuleThatReplacesMissingSessionsIsAFindingOnlyWithoutAGuard() {
        site.forgetful.addAll(names);
        VerificationResult guarded = run(0);
        assertThat(guarded.causes()).isEmpty();
        assertThat(guarded.checks().get(6).detail()).contains("starts an empty session");
        site.unguarded.add("lamp02");
        VerificationResult unguarded = run(0);
        assertThat(unguarded.causes()).extracting(CheckFailure::droplet).containsExactly("lamp02");
        assertThat(unguarded.causes().get(0).fault()).contains("has no guard", "loses 1 of 3 sessions");
        assertThat(unguarded.causes().get(0).sessions())
                .isNotEmpty()
                .allMatch(s -> s.id().matches("s\\d+") && s.how() == SessionFailure.How.LOST);
    }

    /** Earlier guards recorded a command without the inventory. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "failed 1795502190 the rules of sessionctl firewall are not in force"
                        + "|the rules of sessionctl firewall are not in force"
                        + "|run: sessionctl provision 'my shop.yml'",
                "failed 1795502190 the rules of sessionctl firewall are not in force; run: sessionctl firewall, then: x"
                        + "|the rules of sessionctl firewall are not in force"
                        + "|run: sessionctl provision 'my shop.yml'",
                "failed 1795502190 9 sessions do not fit|9 sessions do not fit|run: sessionctl provision 'my shop.yml'",
            })
    void theReasonOfTheFenceIsTheFault(String told, String why, String remedy) {
        site.fenced.put("lamp02", told);
        CheckFailure finding = run(0).causes().get(0);
        assertThat(finding.fault()).isEqualTo("its guard keeps PHP away from memcached (failed: " + why + ")");
        assertThat(finding.remedy()).isEqualTo(remedy);
    }

    /** Provisioning again would change nothing on such a droplet. */
    @Test
    void withoutSystemdTheRemedyNamesTheRequirementsOfTheGuard() {
        site.forgetful.addAll(names);
        site.unguarded.addAll(List.of("lamp01", "lamp02"));
        site.withoutSystemd.add("lamp02");
        for (int drill : List.of(0, 90)) {
            assertThat(run(drill).causes())
                    .extracting(CheckFailure::remedy)
                    .containsExactly(
                            "run: sessionctl provision 'my shop.yml'",
                            "a guard needs systemd and memcached 1.5 or newer: upgrade it to a release that has both");
        }
    }

    @Test
    void aStoppedWebServerIsNamedAndTheOthersAreChecked() {
        site.stopWeb("lamp03");
        VerificationResult proof = run(0);
        assertThat(proof.causes()).hasSize(1);
        assertThat(proof.causes().get(0).droplet()).isEqualTo("lamp03");
        assertThat(results(proof))
                .containsEntry("web", CheckResult.Result.FAILED)
                .containsEntry("shared", CheckResult.Result.SKIPPED)
                .containsEntry("settings", CheckResult.Result.PASSED);
        assertPageGone();
    }

    @Test
    void withoutAnyWebServerTheLaterChecksAreSkipped() {
        names.forEach(site::stopWeb);
        VerificationResult proof = run(90);
        assertThat(proof.causes()).hasSize(3);
        assertThat(results(proof)).containsEntry("copies", CheckResult.Result.SKIPPED);
    }

    @Test
    void aPageThatCannotBeUploadedIsReportedAndRemovedEverywhere() {
        site.failing.put("lamp02: page-up", 28);
        VerificationResult proof = run(0);
        assertThat(proof.causes().get(0).droplet()).isEqualTo("lamp02");
        assertThat(proof.causes().get(0).remedy()).contains("df -h");
        assertPageGone();
    }

    @Test
    void aDropletLostDuringTheChecksEndsThemAndTheOtherPagesAreRemoved() {
        site.losing.add("lamp02: ports");
        VerificationResult proof = run(0);
        assertThat(proof.unreached()).extracting(CheckFailure::droplet).containsExactly("lamp02");
        assertPageGone();
    }

    @Test
    void anInterruptedDrillIsRevertedBeforeThePageIsRemoved() {
        VerificationResult proof = run(
                90,
                verification -> site.watched(entry -> {
                    if (entry.equals("lamp02: drill cut")) {
                        verification.stop();
                    }
                }));
        assertThat(results(proof))
                .containsEntry("rest", CheckResult.Result.SKIPPED)
                .containsEntry("drill-cut", CheckResult.Result.SKIPPED)
                .containsEntry("drill-return", CheckResult.Result.SKIPPED);
        int back = site.log.indexOf("lamp02: drill back");
        assertThat(back).isPositive().isLessThan(site.log.indexOf("lamp02: page-down"));
        assertThat(site.log).doesNotContain("lamp02: drill stop", "lamp03: drill cut");
        assertPageGone();
    }

    @Test
    void aFailedStepEndsTheDrillAndIsReverted() {
        site.failing.put("lamp02: drill stop", 6);
        VerificationResult proof = run(90);
        assertThat(site.log).contains("lamp02: drill back").doesNotContain("lamp03: drill cut");
        assertThat(proof.causes().get(0).fault()).contains("the droplet restored everything by itself");
    }

    @Test
    void aRemainingPageIsReportedWithTheTimeOfItsRemoval() {
        site.failing.put("lamp01: page-down", 1);
        assertThat(run(0).causes().get(0).remedy())
                .isEqualTo("the droplet removes it within 300 s; without its secret it answers 404 until then");
    }
}
