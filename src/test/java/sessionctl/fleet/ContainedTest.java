package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.apply.Claim;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.apply.DropletLock;
import sessionctl.apply.Grip;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Invocation;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Action;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.FirewallChange;
import sessionctl.plan.Plan;
import sessionctl.plan.Risk;
import sessionctl.plan.Stage;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;
import sessionctl.verify.Case;
import sessionctl.verify.Cell;
import sessionctl.verify.Outside;
import sessionctl.verify.Page;
import sessionctl.verify.Proof;
import sessionctl.verify.Site;

/** Whatever goes wrong with one droplet, in the program or by its answer, is that droplet's failure and nobody else's. */
@Timeout(60)
class ContainedTest {
    private static final String BAD = "lamp02";
    private static final Outside CLOSED = (addresses, ports, seconds) -> (a, p) -> sessionctl.verify.Answer.REFUSED;

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

    /** Droplets of which one fails so at every command. */
    private Fleet fleet(Supplier<Throwable> fault) {
        FilterShells shells = new FilterShells((droplet, command) -> {
            if (droplet.equals(BAD) && !command.words().get(0).equals("open")) {
                fail(fault);
            }
            return answer(command);
        });
        return new Fleet(shells, 3, Progress.SILENT, Invocation.USUAL, CLOSED);
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

    private static void assertContained(Map<Droplet, ? extends Look<?>> looks) {
        assertThat(looks).hasSize(3);
        looks.forEach((droplet, look) -> {
            if (droplet.name().equals(BAD)) {
                assertThat(look).isInstanceOf(Look.Unreadable.class);
                assertOneSentence(((Look.Unreadable<?>) look).why());
            } else {
                assertThat(look).isNotNull();
                assertThat(look.toString()).doesNotContain("error of the program itself");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyQuestionOfAFleet(Supplier<Throwable> fault) {
        try (Fleet fleet = fleet(fault)) {
            assertContained(fleet.look(lamps));
            assertContained(fleet.firewalls(lamps));
            assertContained(fleet.sight(lamps, d -> Command.of("true")));
            assertContained(fleet.examine(lamps, (d, a) -> Set.of("memcached")));
            Map<Droplet, Set<String>> packages = new LinkedHashMap<>();
            lamps.forEach(d -> packages.put(d, Set.of("memcached")));
            assertContained(fleet.offers(packages));
            assertContained(fleet.history(lamps, 3));
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyKnock(Supplier<Throwable> fault) {
        try (Fleet fleet = fleet(fault)) {
            for (List<Cell> cells : List.of(fleet.matrix(lamps, Set.of(), 11211), fleet.paths(lamps, 11211))) {
                for (String sound : List.of("lamp01", "lamp03")) {
                    assertThat(cells)
                            .filteredOn(c -> c.from().equals(sound))
                            .hasSize(3)
                            .allMatch(Cell::right);
                }
                assertThat(cells)
                        .filteredOn(c -> c.from().equals(BAD))
                        .singleElement()
                        .satisfies(c -> {
                            assertThat(c.answer()).isEqualTo(sessionctl.verify.Answer.UNKNOWN);
                            assertThat(c.wrong()).isTrue();
                            assertOneSentence(c.why());
                        });
            }
            Map<Droplet, List<String>> questions = new LinkedHashMap<>();
            lamps.forEach(d -> questions.put(d, List.of("10.0.0." + d.name().charAt(5) + ":80")));
            assertThat(fleet.answering(questions)).containsExactly("10.0.0.1", "10.0.0.3");
            assertThat(fleet.settle(lamps)).extracting(Droplet::name).containsExactly(BAD);
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aKnockFromOutside(Supplier<Throwable> fault) {
        Outside bad = (addresses, ports, seconds) -> {
            if (addresses.contains("10.98.0.2")) {
                fail(fault);
            }
            return (a, p) -> sessionctl.verify.Answer.REFUSED;
        };
        FilterShells shells = new FilterShells((droplet, command) -> answer(command));
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT, Invocation.USUAL, bad)) {
            List<Cell> cells = fleet.matrix(lamps, Set.of(), 11211);
            assertThat(cells).filteredOn(Cell::right).hasSize(10);
            assertThat(cells).filteredOn(Cell::wrong).singleElement().satisfies(c -> assertOneSentence(c.why()));
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theLock(Supplier<Throwable> fault) {
        try (Fleet fleet = fleet(fault);
                OperatorLock lock = new OperatorLock(
                        fleet,
                        new DropletLock(new Claim("id-a", "alice@laptop", "provision", "0.1.0")),
                        Duration.ofHours(1),
                        System::currentTimeMillis)) {
            Map<Droplet, Look<Grip>> grips = lock.take(lamps);
            assertContained(grips);
            assertThat(OperatorLock.taken(grips)).isFalse();
            assertThat(lock.release(Map.of())).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aRollout(Supplier<Throwable> fault) {
        Change restart = new Configure(
                Stage.MEMCACHED, "memcached", List.of(), List.of(), Action.RESTART, false, List.of(), Risk.NONE);
        try (Fleet fleet = fleet(fault)) {
            Plan plan = new Plan(lamps.stream()
                    .map(d -> new DropletPlan(d, List.of(restart), List.of()))
                    .toList());
            Rollout rollout = new Rollout(fleet, plan, (d, a) -> new DropletPlan(d, List.of(), List.of()), d -> false);
            rollout.run();
            assertThat(rollout.outcomes())
                    .extracting(o -> o.getClass().getSimpleName())
                    .containsExactly("Done", "Failed", "Done");
            assertOneSentence(
                    ((Outcome.Failed) rollout.outcomes().get(1)).what().why());
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aRolloutOfRules(Supplier<Throwable> fault) {
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
            assertOneSentence(
                    ((Outcome.Failed) rollout.outcomes().get(1)).what().why());
        }
    }

    /** At each of its steps. */
    @ParameterizedTest
    @MethodSource("faults")
    void aVerification(Supplier<Throwable> fault) throws IOException {
        for (String step : List.of(
                "facts", "page-up", "ports", "copies get", "copies delete", "page-origins", "page-down", "drill cut")) {
            try (FakeSite site = new FakeSite(3)) {
                if (step.equals("page-origins")) {
                    site.settings.put(BAD, List.of("session.name", "T"));
                }
                site.watched(entry -> {
                    if (entry.equals(BAD + ": " + step)) {
                        fail(fault);
                    }
                });
                Proof proof = proof(site);
                List<String> told = Stream.concat(
                                proof.unreached().stream(),
                                proof.cases().stream().flatMap(c -> c.findings().stream()))
                        .filter(f -> f.droplet().equals(BAD))
                        .map(f -> f.what())
                        .toList();
                assertThat(told).as(step).isNotEmpty().allSatisfy(ContainedTest::assertOneSentence);
                assertThat(proof.unreached()).as(step).allMatch(f -> f.droplet().equals(BAD));
                if (!step.equals("facts")) {
                    assertThat(site.log).as(step).contains("lamp01: page-down", "lamp03: page-down");
                }
                assertThat(proof.cases())
                        .as(step)
                        .filteredOn(c -> c.result() == Case.Result.BROKEN)
                        .allSatisfy(c -> assertThat(c.findings())
                                .allMatch(f -> f.droplet().equals(BAD)));
            }
        }
    }

    private static Proof proof(FakeSite site) {
        Map<String, Map<String, String>> expected = new LinkedHashMap<>();
        site.cluster.droplets().forEach(d -> expected.put(d.name(), Map.of("session.name", "S")));
        Trial trial = new Trial(
                site.cluster,
                site.cluster.droplets(),
                new Site(site.port, null, null, "", ""),
                Page.forEach(site.cluster.droplets()),
                expected);
        try (Fleet fleet = new Fleet(site, 8, Progress.SILENT, new Invocation("shop.yml"))) {
            return new Verification(fleet, trial, 90).run(d -> false);
        }
    }
}
