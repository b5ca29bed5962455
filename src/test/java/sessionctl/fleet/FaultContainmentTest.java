package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.apply.DropletLease;
import sessionctl.apply.LeaseOwner;
import sessionctl.apply.LeaseResult;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Invocation;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.Plan;
import sessionctl.plan.Risk;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.ports.OutsideHost;
import sessionctl.ports.PortProbe;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;
import sessionctl.verify.CheckResult;
import sessionctl.verify.FakeSite;
import sessionctl.verify.Verification;
import sessionctl.verify.VerificationResult;
import sessionctl.verify.VerificationSpec;
import sessionctl.verify.http.ProbePage;
import sessionctl.verify.http.Site;

/**
 * Any fault with one droplet, in the program or by its answer, is that droplet's failure and leaves the others
 * unaffected.
 */
@Tag("slow")
@Timeout(60)
class FaultContainmentTest {
    private static final String BAD = "lamp02";
    private static final OutsideHost CLOSED =
            (addresses, ports, seconds) -> (a, p) -> sessionctl.ports.PortState.REFUSED;

    private final List<Droplet> lamps = Samples.lamps(3).droplets();

    static Stream<Named<Supplier<Throwable>>> faults() {
        return Stream.of(
                Named.of("an exception", () -> new IllegalStateException("x".repeat(10_000))),
                Named.of("a null", NullPointerException::new),
                Named.of("a full heap", () -> new OutOfMemoryError("Java heap space")),
                Named.of("a full stack", StackOverflowError::new));
    }

    private static void fail(Supplier<Throwable> fault) {
        Throwable thrown = fault.get();
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    /** Returns a fleet in which one droplet fails with this fault at every command. */
    private Fleet fleet(Supplier<Throwable> fault) {
        FilterShells shells = new FilterShells((droplet, command) -> {
            if (droplet.equals(BAD) && !command.words().get(0).equals("open")) {
                fail(fault);
            }
            return answer(command);
        });
        return new Fleet(shells, 3, Progress.SILENT, Invocation.DEFAULT_FILE, CLOSED);
    }

    private static CommandResult answer(Command command) {
        String ports = command.words().stream()
                .filter(w -> w.matches("[0-9.]+:\\d+"))
                .map(w -> w + " open\n")
                .reduce("", String::concat);
        try {
            return ports.isEmpty() ? Answer.named("debian-12-bare").result() : new CommandResult(0, ports, "");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertOneSentence(String why) {
        assertThat(why).isNotEmpty().hasSizeLessThan(300).doesNotContain("\n");
    }

    private static void assertContained(Map<Droplet, ? extends ProbeResult<?>> answers) {
        assertContained(answers, look -> ((ProbeResult.Unreadable<?>) look).why());
    }

    private static void assertContained(Map<Droplet, ?> answers, Function<Object, String> why) {
        assertThat(answers).hasSize(3);
        answers.forEach((droplet, look) -> {
            if (droplet.name().equals(BAD)) {
                assertOneSentence(why.apply(look));
            } else {
                assertThat(look).isNotNull();
                assertThat(look.toString()).doesNotContain("internal error");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultInAProbeOfOneDropletLeavesTheOthersUnaffected(Supplier<Throwable> fault) {
        try (Fleet fleet = fleet(fault)) {
            assertContained(fleet.inspect(lamps));
            assertContained(fleet.inspectStatus(lamps, d -> Command.of("true")));
            assertContained(fleet.inspectPreflight(lamps, 11211, (d, a) -> Set.of("memcached")));
            Map<Droplet, Set<String>> packages = new LinkedHashMap<>();
            lamps.forEach(d -> packages.put(d, Set.of("memcached")));
            assertContained(fleet.askApt(packages, Duration.ZERO));
            assertContained(fleet.readHistory(lamps, 3));
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultInTheConnectionTestsOfOneDropletLeavesTheOthersUnaffected(Supplier<Throwable> fault) {
        try (Fleet fleet = fleet(fault)) {
            for (List<PortProbe> cells :
                    List.of(fleet.testPorts(lamps, Set.of(), 11211), fleet.testPortsBetween(lamps, 11211))) {
                for (String sound : List.of("lamp01", "lamp03")) {
                    assertThat(cells)
                            .filteredOn(c -> c.from().equals(sound))
                            .hasSize(3)
                            .allMatch(PortProbe::isRight);
                }
                assertThat(cells)
                        .filteredOn(c -> c.from().equals(BAD))
                        .singleElement()
                        .satisfies(c -> {
                            assertThat(c.state()).isEqualTo(sessionctl.ports.PortState.UNKNOWN);
                            assertThat(c.isWrong()).isTrue();
                            assertOneSentence(c.why());
                        });
            }
            Map<Droplet, List<String>> questions = new LinkedHashMap<>();
            lamps.forEach(d -> questions.put(d, List.of("10.0.0." + d.name().charAt(5) + ":80")));
            assertThat(fleet.findAnswering(questions)).containsExactly("10.0.0.1", "10.0.0.3");
            assertThat(fleet.rollBackUnconfirmed(lamps))
                    .extracting(Droplet::name)
                    .containsExactly(BAD);
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultInTheTestsFromOutsideLeavesTheOthersUnaffected(Supplier<Throwable> fault) {
        OutsideHost bad = (addresses, ports, seconds) -> {
            if (addresses.contains("10.98.0.2")) {
                fail(fault);
            }
            return (a, p) -> sessionctl.ports.PortState.REFUSED;
        };
        FilterShells shells = new FilterShells((droplet, command) -> answer(command));
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT, Invocation.DEFAULT_FILE, bad)) {
            List<PortProbe> cells = fleet.testPorts(lamps, Set.of(), 11211);
            assertThat(cells).filteredOn(PortProbe::isRight).hasSize(10);
            assertThat(cells).filteredOn(PortProbe::isWrong).singleElement().satisfies(c -> assertOneSentence(c.why()));
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultInTheLeaseOfOneDropletLeavesTheOthersUnaffected(Supplier<Throwable> fault) {
        try (Fleet fleet = fleet(fault);
                ClusterLease lock = new ClusterLease(
                        fleet,
                        new DropletLease(new LeaseOwner("id-a", "alice@laptop", "provision", "0.1.0")),
                        Duration.ofHours(1),
                        System::currentTimeMillis)) {
            Map<Droplet, LeaseResult> results = lock.acquire(lamps);
            assertContained(results, look -> ((LeaseResult.Refused) look).why());
            assertThat(ClusterLease.allTaken(results)).isFalse();
            assertThat(lock.release(Map.of())).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultInARolloutIsTheFailureOfItsDroplet(Supplier<Throwable> fault) {
        Change restart = new Configure(
                Stage.MEMCACHED, "memcached", List.of(), List.of(), ServiceAction.RESTART, false, List.of(), Risk.NONE);
        try (Fleet fleet = fleet(fault)) {
            Plan plan = new Plan(lamps.stream()
                    .map(d -> new DropletPlan(d, List.of(restart), List.of()))
                    .toList());
            Rollout rollout = new Rollout(
                    fleet,
                    plan,
                    (d, a) -> new DropletPlan(d, List.of(), List.of()),
                    Rollout.RuleSafety.of(11211),
                    d -> false);
            rollout.run();
            assertThat(rollout.outcomes())
                    .extracting(o -> o.getClass().getSimpleName())
                    .containsExactly("Done", "Failed", "Done");
            assertOneSentence(((DropletOutcome.Failed) rollout.outcomes().get(1))
                    .failure()
                    .reason());
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultInAFirewallRolloutIsTheFailureOfItsDroplet(Supplier<Throwable> fault) {
        FilterTable empty = FilterTable.parse("");
        Map<Droplet, FirewallChange> changes = new LinkedHashMap<>();
        lamps.forEach(d -> changes.put(
                d,
                new FirewallChange(
                        new FirewallState(empty, empty, ""),
                        new FirewallState(FilterTable.parse("*filter\n:SESSIONCTL - [0:0]\n"), empty, "x\n"),
                        List.of("4 ACCEPT", "6 ACCEPT"))));
        try (Fleet fleet = fleet(fault)) {
            FirewallRollout rollout = new FirewallRollout(fleet, new ConfirmOrRevert("test", 30), changes, d -> false);
            assertThat(rollout.run(lamps, 11211)).isFalse();
            assertThat(rollout.outcomes())
                    .extracting(o -> o.getClass().getSimpleName())
                    .containsExactly("RolledBack", "Failed", "RolledBack");
            assertOneSentence(((DropletOutcome.Failed) rollout.outcomes().get(1))
                    .failure()
                    .reason());
        }
    }

    /** Tests a fault at each step of a verification. */
    @ParameterizedTest
    @MethodSource("faults")
    void aFaultInAVerificationIsTheFailureOfItsDroplet(Supplier<Throwable> fault) throws IOException {
        for (String step :
                List.of("facts", "page-up", "ports", "copies get", "copies delete", "page-down", "drill cut")) {
            try (FakeSite site = new FakeSite(3)) {
                site.watched(entry -> {
                    if (entry.equals(BAD + ": " + step)) {
                        fail(fault);
                    }
                });
                VerificationResult verification = verify(site);
                List<String> messages = Stream.concat(
                                verification.unreached().stream(),
                                verification.checks().stream().flatMap(c -> c.failures().stream()))
                        .filter(f -> f.droplet().equals(BAD))
                        .map(f -> f.fault())
                        .toList();
                assertThat(messages).as(step).isNotEmpty().allSatisfy(FaultContainmentTest::assertOneSentence);
                assertThat(verification.unreached())
                        .as(step)
                        .allMatch(f -> f.droplet().equals(BAD));
                if (!step.equals("facts")) {
                    assertThat(site.log).as(step).contains("lamp01: page-down", "lamp03: page-down");
                }
                assertThat(verification.checks())
                        .as(step)
                        .filteredOn(c -> c.result() == CheckResult.Result.FAILED)
                        .allSatisfy(c -> assertThat(c.failures())
                                .allMatch(f -> f.droplet().equals(BAD)));
            }
        }
    }

    private static VerificationResult verify(FakeSite site) {
        Map<String, Map<String, String>> expected = new LinkedHashMap<>();
        site.cluster.droplets().forEach(d -> expected.put(d.name(), Map.of("session.name", "S")));
        VerificationSpec spec = new VerificationSpec(
                site.cluster,
                site.cluster.droplets(),
                new Site(site.port, null, null, "", ""),
                ProbePage.forEach(site.cluster.droplets()),
                expected);
        try (Fleet fleet = new Fleet(site, 8, Progress.SILENT, new Invocation("shop.yml"))) {
            return new Verification(fleet, spec, 90).run(d -> false);
        }
    }
}
