package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.command.Invocation;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.fleet.Rollout;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ports.OutsideHost;
import sessionctl.ports.PortState;
import sessionctl.report.TextStyle;
import sessionctl.report.text.RunText;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.UnsupportedDropletException;

/**
 * Dry runs, checks and refusals of the firewall command. Runs that change rules are not covered, because they test
 * connections from this machine, too.
 */
@Timeout(20)
class FirewallRunTest {
    private static final Cluster LEAVES = Samples.cluster("""
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
              - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3, leaving: true}
            """);

    private OutsideHost outside = OutsideHost.NETWORK;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** A run of the command on all droplets. */
    private interface Run {
        int of(FirewallPlanner planner, RunLeases lease);
    }

    private static final Remedies REMEDIES = new Remedies("shop.yml");

    private static ProvisionAction action(FirewallPlanner planner, RunLeases lease) {
        OptionalInt port = planner.isRemoval()
                ? OptionalInt.empty()
                : OptionalInt.of(planner.cluster().memcached().port());
        return new ProvisionAction(
                "firewall",
                planner,
                lease,
                new ProvisionAction.Options(true, new Rollout.RuleSafety(30, port), !planner.isRemoval()),
                REMEDIES);
    }

    private static int run(FirewallPlanner planner, RunLeases lease) {
        return action(planner, lease).run(planner.cluster().droplets());
    }

    private static Run dryRun(boolean detailed) {
        return (planner, lease) ->
                action(planner, lease).dryRun(planner.cluster().droplets(), detailed);
    }

    private static int check(FirewallPlanner planner, RunLeases lease) {
        return new FirewallCheckAction(planner, planner.cluster().droplets(), lease.fleet(), lease.console(), REMEDIES)
                .run();
    }

    private int firewall(Cluster cluster, FakeShells shells, Set<String> forgotten, Run run) {
        return firewall(new FirewallPlanner(cluster, false, forgotten), shells, run);
    }

    private int firewall(FirewallPlanner planner, FakeShells shells, Run run) {
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT, Invocation.DEFAULT_FILE, outside)) {
            Console console = new Console(
                    new PrintWriter(out), new PrintWriter(err), new RunText(TextStyle.PLAIN), Progress.SILENT);
            return run.of(planner, new RunLeases("firewall", fleet, console, Duration.ZERO));
        }
    }

    private static Answer answer(Droplet droplet) throws IOException {
        String own = droplet.privateIp().text();
        return Answer.named("debian-12-provisioned")
                .replacing("tcp://10.98.0.1:11211", "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211,tcp://10.98.0.3:11211")
                .replacing("10.98.0.1/", own + "/")
                .withoutRules();
    }

    private static FakeShells shells(Cluster cluster) throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare"));
        for (Droplet droplet : cluster.droplets()) {
            String facts = answer(droplet).result().stdout();
            shells.answeringFacts(droplet.name(), facts);
        }
        return shells;
    }

    @Test
    void aLeavingDropletThatIsDownDoesNotStopTheRun() throws IOException {
        FakeShells shells = shells(LEAVES).losing("lamp03: open", "lamp03 (203.0.113.3): no answer");
        assertThat(firewall(LEAVES, shells, Set.of(), dryRun(false))).isZero();
        assertThat(out.toString())
                .contains(
                        "lamp03 (203.0.113.3): no answer\n",
                        "Plan: 2 changes on 2 droplets. Dry run: nothing was changed.");
        assertThat(err.toString())
                .isEqualTo(
                        "lamp03 is leaving but could not be reached, so it was not touched. Make sure that it gets no"
                                + " more traffic.\n");
    }

    @Test
    void aMemberThatIsDownStopsTheRunOnAllDroplets() throws IOException {
        FakeShells shells = shells(LEAVES).losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(firewall(LEAVES, shells, Set.of(), FirewallRunTest::run)).isEqualTo(4);
        assertThat(err.toString()).startsWith("Nothing was changed: all droplets");
        assertThat(shells.log).noneMatch(entry -> entry.contains("lock"));
    }

    @Test
    void aRemovedServerThatAnswersStopsTheRun() throws IOException {
        Cluster two = Samples.lamps(2);
        FakeShells shells = shells(two)
                .printing(
                        "lamp02: 4 10.98.0.3:80 10.98.0.3:11211", 0, "10.98.0.3:80 silent\n10.98.0.3:11211 refused\n");
        assertThat(firewall(two, shells, Set.of(), FirewallRunTest::run)).isEqualTo(1);
        assertThat(out.toString()).contains("10.98.0.3: no longer in the inventory but still runs with the old list.");
        assertThat(err.toString()).isEqualTo("Nothing was changed.\n");
        assertThat(shells.log).noneMatch(entry -> entry.contains("lock"));
        assertThat(firewall(two, shells, Set.of(), dryRun(true))).isEqualTo(1);
        assertThat(firewall(two, shells, Set.of("10.98.0.3"), dryRun(true))).isEqualTo(2);
    }

    @Test
    void aRefusalShowsTheCostOfADropletThatIsDown() throws IOException {
        for (Run action : List.<Run>of(FirewallRunTest::run, dryRun(false), FirewallRunTest::check)) {
            out.getBuffer().setLength(0);
            FakeShells shells = shells(LEAVES).losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
            assertThat(firewall(LEAVES, shells, Set.of(), action)).isEqualTo(4);
            assertThat(out.toString())
                    .contains(
                            "lamp02: if it is down, every page on the other droplets waits up to 1 s for it. If it does"
                                    + " not come back, remove or replace it; run: sessionctl remove lamp02 shop.yml"
                                    + " --dead\n");
        }
    }

    @Test
    void aServerWithoutIptablesNamesTheCommandThatInstallsIt() throws IOException {
        Cluster two = Samples.lamps(2);
        String serving = answer(two.droplets().get(1))
                .replacing("ii  iptables 1.8.9-2\n", "")
                .with("iptables", "no")
                .result()
                .stdout();
        FakeShells shells = shells(two).answeringFacts("lamp02", serving);
        assertThat(firewall(two, shells, Set.of(), FirewallRunTest::run)).isEqualTo(1);
        assertThat(out.toString())
                .contains("lamp02: iptables is not installed, so its memcached port cannot be closed; run: sessionctl"
                        + " provision\n");
    }

    /** The other droplets allow its address, so that provision can fill its memcached. Provision installs iptables. */
    @Test
    void aBareDropletWithoutIptablesIsAWarningAndDoesNotStopTheOthers() throws IOException {
        Cluster two = Samples.lamps(2);
        String bare = Answer.named("debian-12-bare")
                .replacing("10.98.0.1/", "10.98.0.2/")
                .withoutRules()
                .with("iptables", "no")
                .result()
                .stdout();
        FakeShells shells = shells(two).answeringFacts("lamp02", bare);
        assertThat(firewall(two, shells, Set.of(), dryRun(true))).isEqualTo(2);
        assertThat(out.toString())
                .contains(
                        "warning: lamp02: iptables is not installed, so it has no rules yet; no other host reaches its"
                                + " memcached now; run: sessionctl provision shop.yml\n")
                .contains("Plan: 1 change on 1 droplet. Dry run: nothing was changed");
        assertThat(firewall(two, shells, Set.of(), FirewallRunTest::check)).isEqualTo(3);
    }

    /** The rules that the lost run found are those of the inventory, so nothing else is to be done. */
    @Test
    void unconfirmedRulesThatAreRolledBackAreReportedAlsoIfNothingElseIsToBeDone() throws IOException {
        Cluster two = Samples.lamps(2);
        FakeShells shells = shells(two);
        outside = (addresses, ports, seconds) -> (address, port) -> PortState.REFUSED;
        Map<String, String> confirmed = new HashMap<>();
        for (Droplet droplet : two.droplets()) {
            String name = droplet.name();
            Answer settled =
                    protectedBy(rules(droplet, two, Set.of()), answer(droplet)).replacing(",tcp://10.98.0.3:11211", "");
            confirmed.put(name + ": ", settled.result().stdout());
            shells.answeringFacts(
                    name, settled.with("pending", "12-34\n").result().stdout());
        }
        // The command that rolls back has no arguments.
        shells.watched(entry -> {
            String facts = confirmed.get(entry);
            if (facts != null) {
                shells.answeringFacts(entry.substring(0, "lamp01".length()), facts);
            }
        });
        firewall(two, shells, Set.of(), FirewallRunTest::run);
        assertThat(err.toString())
                .contains("Nothing was changed, except that the unconfirmed rules of an earlier run were rolled back on"
                        + " lamp01, lamp02.\n");
    }

    @Test
    void anInterruptionReleasesTheDropletsAndNamesTheRulesThatItRestored() throws IOException {
        Cluster two = Samples.lamps(2);
        String pending = answer(two.droplets().get(1))
                .with("pending", "12-34\n")
                .result()
                .stdout();
        FakeShells shells = shells(two).answeringFacts("lamp02", pending);
        // The facts before and after the lease was acquired, and after the rules were rolled back.
        CountDownLatch asked = new CountDownLatch(3);
        outside = (addresses, ports, seconds) -> (address, port) -> PortState.REFUSED;
        int code = firewall(two, shells, Set.of(), (planner, lease) -> {
            ProvisionAction action = action(planner, lease);
            shells.watched(entry -> {
                if (entry.equals("lamp02: facts")) {
                    asked.countDown();
                }
                if (entry.equals("lamp02: facts") && asked.getCount() == 0) {
                    assertThat(action.stop()).isFalse();
                    assertThat(shells.log).contains("lamp01: lock release - 0", "lamp02: lock release - 0");
                    throw new IllegalStateException("the process ends here");
                }
            });
            return action.run(two.droplets());
        });
        assertThat(code).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        "Interrupted; nothing was changed, except that the unconfirmed rules of an earlier run were rolled"
                                + " back on lamp02.\n"
                                + "Nothing was changed, except that the unconfirmed rules of an earlier run were rolled back on lamp02:"
                                + " all droplets of a"
                                + " cluster change together or not at all.\n");
    }

    private static FirewallState rules(Droplet droplet) {
        return rules(droplet, LEAVES, Set.of(LEAVES.droplets().get(2)));
    }

    private static FirewallState rules(Droplet droplet, Cluster cluster, Set<Droplet> left) {
        FirewallFacts bare = new FirewallFacts(
                new FirewallState(FilterTable.parse(""), null, ""),
                true,
                List.of(new InterfaceAddress("eth1", droplet.privateIp().text())));
        try {
            return new PairwiseFirewall(cluster).rulesFor(droplet, bare, left, Set.of());
        } catch (UnsupportedDropletException e) {
            throw new AssertionError(e);
        }
    }

    private static Answer protectedBy(FirewallState rules, Answer answer) {
        String input = String.join("\n", rules.v4().rules()) + "\n";
        return answer.with("v4", rules.v4().text())
                .with("kept", rules.bootRules())
                .with("input", input);
    }

    @Test
    void aRunWithoutChangesTestsTheConnections() throws IOException {
        Cluster two = Samples.lamps(2);
        FakeShells shells = shells(two);
        for (Droplet droplet : two.droplets()) {
            String name = droplet.name();
            String facts = protectedBy(rules(droplet, two, Set.of()), answer(droplet))
                    .replacing(",tcp://10.98.0.3:11211", "")
                    .result()
                    .stdout();
            shells.answeringFacts(name, facts);
            shells.printing(
                    name + ": 2 10.98.0.1:11211 10.98.0.2:11211", 0, "10.98.0.1:11211 open\n10.98.0.2:11211 open\n");
        }
        outside = (addresses, ports, seconds) -> (address, port) -> PortState.REFUSED;
        assertThat(firewall(two, shells, Set.of(), FirewallRunTest::run)).isZero();
        assertThat(out.toString()).startsWith("No changes.").containsPattern("lamp02 +open( ✓)? +open");
        assertThat(shells.log).noneMatch(entry -> entry.contains("lock"));
    }

    /** It holds no session any more, and its rules protect nothing. */
    @Test
    void aWarningLeavesACheckGood() throws IOException {
        String left = Answer.named("debian-12-bare")
                .replacing("10.98.0.1/", "10.98.0.3/")
                .withoutRules()
                .with("iptables", "no")
                .result()
                .stdout();
        FakeShells shells = shells(LEAVES).answeringFacts("lamp03", left);
        for (Droplet droplet : LEAVES.staying()) {
            String name = droplet.name();
            String facts = protectedBy(rules(droplet), answer(droplet)).result().stdout();
            shells.answeringFacts(name, facts);
            shells.printing(
                    name + ": 2 10.98.0.1:11211 10.98.0.2:11211", 0, "10.98.0.1:11211 open\n10.98.0.2:11211 open\n");
        }
        outside = (addresses, ports, seconds) -> (address, port) -> PortState.REFUSED;
        assertThat(firewall(LEAVES, shells, Set.of(), FirewallRunTest::check)).isZero();
        assertThat(out.toString()).contains("warning: lamp03: iptables is not installed");
    }
}
