package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.action.ActionFailure;
import sessionctl.action.Console;
import sessionctl.action.ProvisionAction;
import sessionctl.action.ProvisionPlanner;
import sessionctl.action.RestartPlanner;
import sessionctl.action.RunLeases;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.RunRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.json.RunJson;
import sessionctl.report.text.RunText;

/**
 * A server whose inventory line was deleted or has another address now, while the other droplets' lists still name it.
 */
@Timeout(20)
class RemovedServersTest {
    private static final String THIRD = "10.98.0.3";
    private static final String SENTENCE =
            "10.98.0.3: no longer in the inventory but still runs with the old list. Take it"
                    + " out of the load balancer and mark it \"leaving: true\" (if gone: --forget 10.98.0.3); run: sessionctl"
                    + " provision shop.yml\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final RunRenderer text = new RunText(TextStyle.PLAIN);

    /** A command to run on droplets in memory. */
    private interface Action {
        int on(ProvisionAction provisioning);
    }

    private int run(Cluster cluster, FakeShells shells, RunRenderer report, Set<String> forgotten, Action action)
            throws IOException {
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Console console = new Console(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
            RunLeases lease = new RunLeases("provision", fleet, console, Duration.ZERO);
            ProvisionPlanner planner =
                    new ProvisionPlanner(cluster, new DesiredStates(cluster, Samples.templates()), forgotten);
            return action.on(new ProvisionAction("provision", planner, lease, false, new Remedies("shop.yml")));
        }
    }

    private int provision(Cluster cluster, FakeShells shells, String... forgotten) throws IOException {
        return run(cluster, shells, text, Set.of(forgotten), p -> p.run(cluster.droplets()));
    }

    private static String list(String... addresses) {
        return Stream.of(addresses).map(a -> "tcp://" + a + ":11211").collect(Collectors.joining(","));
    }

    private static Answer answer(Cluster cluster, Droplet droplet, String list) throws IOException {
        String own = droplet.privateIp().text();
        Answer answer = Answer.named("debian-12-provisioned")
                .replacing("tcp://10.98.0.1:11211", list)
                .replacing("session_redundancy=2", "session_redundancy=" + (list.split(",", -1).length + 1))
                .replacing("10.98.0.1/", own + "/")
                .replacing("-l 10.98.0.1", "-l " + own)
                .replacing("-l\n10.98.0.1", "-l\n" + own)
                .with("guard", "open 1795502181 0 sessions");
        return Samples.guarded(answer, cluster, droplet);
    }

    /** Opens shells on droplets whose lists all name these servers. */
    private static FakeShells shells(Cluster cluster, String... servers) throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare"));
        for (Droplet droplet : cluster.droplets()) {
            shells.answeringFacts(
                    droplet.name(),
                    answer(cluster, droplet, list(servers)).result().stdout());
        }
        return shells;
    }

    private static FakeShells three(Cluster cluster) throws IOException {
        return shells(cluster, "10.98.0.1", "10.98.0.2", THIRD);
    }

    /** Sets what a droplet reports about the ports of one server. */
    private static FakeShells withAnswer(
            FakeShells shells, String droplet, String server, String web, String memcached) {
        return shells.printing(
                droplet + ": 4 " + server + ":80 " + server + ":11211",
                0,
                server + ":80 " + web + "\n" + server + ":11211 " + memcached + "\n");
    }

    @ParameterizedTest
    @CsvSource({"silent,open", "silent,refused", "open,silent", "open,refused", "refused,refused", "unreachable,refused"
    })
    void aRemovedServerThatAnswersStopsTheRunBeforeAnyChange(String web, String memcached) throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = withAnswer(three(cluster), "lamp02", THIRD, web, memcached);
        assertThat(provision(cluster, shells)).isEqualTo(1);
        assertThat(shells.log).noneMatch(entry -> entry.contains("lock") || entry.contains("away"));
        assertThat(out.toString()).contains(SENTENCE);
        assertThat(SENTENCE.length()).isLessThanOrEqualTo(201);
        assertThat(err.toString()).isEqualTo("Nothing was changed.\n");
    }

    @ParameterizedTest
    @CsvSource({"silent,silent", "unreachable,silent", "silent,unreachable", "unknown,nonsense"})
    void aRemovedServerThatDoesNotAnswerIsBlocked(String web, String memcached) throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = withAnswer(three(cluster), "lamp01", THIRD, web, memcached);
        provision(cluster, shells);
        assertThat(out.toString()).contains("away: ").doesNotContain("no longer in the inventory");
        assertThat(shells.changes("lamp01")).contains("away 10.98.0.3");
    }

    @Test
    void aDryRunShowsARemovedServerThatAnswers() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = withAnswer(three(cluster), "lamp02", THIRD, "open", "open");
        assertThat(run(cluster, shells, text, Set.of(), p -> p.dryRun(cluster.droplets(), true)))
                .isEqualTo(1);
        assertThat(out.toString()).contains(SENTENCE);
    }

    @Test
    void theJsonReportNamesARemovedServerThatAnswers() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = withAnswer(three(cluster), "lamp02", THIRD, "open", "open");
        assertThat(run(cluster, shells, new RunJson(), Set.of(), p -> p.run(cluster.droplets())))
                .isEqualTo(1);
        JsonObject finding = JsonParser.parseString(out.toString())
                .getAsJsonObject()
                .getAsJsonArray("findings")
                .get(0)
                .getAsJsonObject();
        assertThat(finding.get("severity").getAsString()).isEqualTo("error");
        assertThat(finding.get("droplet").getAsString()).isEqualTo(THIRD);
        assertThat(finding.get("remedy").getAsString()).isEqualTo("sessionctl provision shop.yml");
    }

    @Test
    void aForgottenServerIsBlockedWithoutAProbe() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = withAnswer(three(cluster), "lamp02", THIRD, "open", "open");
        provision(cluster, shells, THIRD);
        assertThat(out.toString()).contains("away: ").doesNotContain("no longer in the inventory");
        assertThat(shells.log).noneMatch(entry -> entry.contains(THIRD + ":80"));
        assertThat(shells.changes("lamp01")).contains("away 10.98.0.3");
    }

    @Test
    void ofSeveralRemovedServersOnlyTheForgottenAreAccepted() throws IOException {
        Cluster cluster = Samples.lamps(1);
        FakeShells shells = three(cluster);
        shells.printing(
                "lamp01: 4 10.98.0.2:80 10.98.0.2:11211 10.98.0.3:80",
                0,
                "10.98.0.2:80 open\n10.98.0.2:11211 silent\n10.98.0.3:80 silent\n10.98.0.3:11211 refused\n");
        withAnswer(shells, "lamp01", THIRD, "silent", "refused");
        assertThat(provision(cluster, shells)).isEqualTo(1);
        assertThat(out.toString()).contains("10.98.0.2: no longer", "10.98.0.3: no longer");
        out.getBuffer().setLength(0);
        assertThat(provision(cluster, shells, "10.98.0.2")).isEqualTo(1);
        assertThat(out.toString()).contains("10.98.0.3: no longer").doesNotContain("10.98.0.2: no longer");
    }

    @Test
    void anAddressThatANameNoLongerHasIsARemovedServer() throws IOException {
        Cluster cluster = Samples.cluster("""
                droplets:
                  - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
                  - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
                  - {name: lamp03, public_ip: 203.0.113.4, private_ip: 10.98.0.4}
                """);
        FakeShells shells = withAnswer(three(cluster), "lamp01", THIRD, "open", "open");
        shells.answeringFacts(
                "lamp03",
                Answer.named("debian-12-bare")
                        .replacing("10.98.0.1/", "10.98.0.4/")
                        .result()
                        .stdout());
        assertThat(provision(cluster, shells)).isEqualTo(1);
        assertThat(out.toString()).contains(SENTENCE);
    }

    /** The droplet also holds its former address. */
    @Test
    void anAddressThatADropletStillHoldsIsNoRemovedServer() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = withAnswer(three(cluster), "lamp01", THIRD, "open", "open");
        Answer both = answer(cluster, cluster.droplets().get(1), list("10.98.0.1", "10.98.0.2", THIRD));
        shells.answeringFacts(
                "lamp02",
                both.with("addresses", both.text("addresses") + "\n4: eth1    inet 10.98.0.3/24 scope global eth1")
                        .result()
                        .stdout());
        provision(cluster, shells);
        assertThat(shells.log).noneMatch(entry -> entry.contains(THIRD + ":80"));
    }

    /** With --limit, all droplets are still asked. */
    @Test
    void aLimitedRunFindsARemovedServerToo() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = withAnswer(three(cluster), "lamp02", THIRD, "open", "open");
        List<Droplet> first = cluster.droplets().subList(0, 1);
        assertThat(run(cluster, shells, text, Set.of(), p -> p.run(first))).isEqualTo(1);
        assertThat(out.toString()).contains(SENTENCE);
        assertThat(shells.changes("lamp01")).containsExactly("4 10.98.0.3:80 10.98.0.3:11211");
    }

    /** The droplet's own block rule makes connections to memcached fail, so only the web port counts. */
    @Test
    void afterAKilledRunABlockedServerIsNotTakenForARunningOne() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = three(cluster);
        for (Droplet droplet : cluster.droplets()) {
            shells.answeringFacts(
                    droplet.name(),
                    answer(cluster, droplet, list("10.98.0.1", "10.98.0.2", THIRD))
                            .with("away", THIRD)
                            .result()
                            .stdout());
            shells.printing(droplet.name() + ": 4 10.98.0.3:80", 0, "10.98.0.3:80 silent\n");
        }
        run(cluster, shells, text, Set.of(), p -> p.dryRun(cluster.droplets(), false));
        assertThat(out.toString()).doesNotContain("no longer in the inventory");
        assertThat(shells.log).contains("lamp01: 4 10.98.0.3:80", "lamp02: 4 10.98.0.3:80");
    }

    @Test
    void afterAKilledRunARunningServerIsFoundByItsWebServer() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = shells(cluster, "10.98.0.1", "10.98.0.2");
        shells.answeringFacts(
                "lamp02",
                answer(cluster, cluster.droplets().get(1), list("10.98.0.1", "10.98.0.2"))
                        .with("away", THIRD)
                        .result()
                        .stdout());
        shells.printing("lamp02: 4 10.98.0.3:80", 0, "10.98.0.3:80 open\n");
        assertThat(provision(cluster, shells)).isEqualTo(1);
        assertThat(out.toString()).contains(SENTENCE);
    }

    /** A droplet from another cluster still has that cluster's list. Its servers never belonged to this cluster. */
    @Test
    void theListOfAJoiningDropletIsIgnored() throws IOException {
        Cluster cluster = Samples.lamps(3);
        FakeShells shells = shells(cluster, "10.98.0.1", "10.98.0.2");
        shells.answeringFacts(
                "lamp03",
                answer(cluster, cluster.droplets().get(2), list(THIRD, "10.97.0.1", "10.97.0.2"))
                        .result()
                        .stdout());
        run(cluster, shells, text, Set.of(), p -> p.dryRun(cluster.droplets(), false));
        assertThat(shells.log).noneMatch(entry -> entry.contains("10.97.0.1:80"));
    }

    /** Only the droplet itself is asked about the servers in its list, and about at most as many as a list may hold. */
    @Test
    void aLongListCausesABoundedNumberOfProbes() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = shells(cluster, "10.98.0.1", "10.98.0.2");
        String many = Stream.iterate(1, i -> i + 1)
                .limit(200)
                .map(i -> "tcp://10.96.0." + i + ":11211")
                .collect(Collectors.joining(","));
        shells.answeringFacts(
                "lamp02",
                answer(
                                cluster,
                                cluster.droplets().get(1),
                                list("10.98.0.1", "10.98.0.2", "999.1.1.1", "127.0.0.1") + "," + many)
                        .result()
                        .stdout());
        run(cluster, shells, text, Set.of(), p -> p.dryRun(cluster.droplets(), false));
        assertThat(shells.log).filteredOn(entry -> entry.contains(":80")).hasSize(1);
        assertThat(shells.log).noneMatch(entry -> entry.contains("999.1") || entry.contains("127.0.0.1:"));
    }

    @Test
    void aRestartDoesNotProbeRemovedServers() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = three(cluster);
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Console console = new Console(new PrintWriter(out), new PrintWriter(err), text, Progress.SILENT);
            RestartPlanner restarts =
                    new RestartPlanner(cluster, new DesiredStates(cluster, Samples.templates()), false);
            RunLeases lease = new RunLeases("restart", fleet, console, Duration.ZERO);
            new ProvisionAction("restart", restarts, lease, false, new Remedies("shop.yml"))
                    .dryRun(cluster.droplets(), false);
        }
        assertThat(shells.log).noneMatch(entry -> entry.contains(":80"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web02", "10.98.0", "2001:db8::1", "", "10.98.0.1;id", "999.1.1.1", "10.98.0.01"})
    void onlyAnAddressCanBeForgotten(String address) {
        assertRefused(address, "is not an IPv4 address");
    }

    @Test
    void aDropletOfTheInventoryCannotBeForgotten() {
        assertRefused("10.98.0.2", "10.98.0.2 is lamp02, which is in the inventory");
    }

    private static void assertRefused(String address, String why) {
        ForgetOptions options = CommandLine.populateCommand(new ForgetOptions(), "--forget", address);
        assertThatExceptionOfType(ActionFailure.class)
                .isThrownBy(() -> options.addresses(Samples.lamps(2)))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(5))
                .satisfies(e -> assertThat(e.sentence()).contains(why));
    }

    @Test
    void severalAddressesCanBeForgotten() {
        ForgetOptions options = CommandLine.populateCommand(
                new ForgetOptions(), "--forget", "10.98.0.8", "--forget", "10.98.0.9,10.98.0.7");
        assertThat(options.addresses(Samples.lamps(2))).containsExactly("10.98.0.8", "10.98.0.9", "10.98.0.7");
    }
}
