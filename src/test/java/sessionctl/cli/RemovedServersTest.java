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
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.JsonReport;
import sessionctl.report.Report;
import sessionctl.report.Style;
import sessionctl.report.TextReport;

/** A droplet's line was deleted, or names another address now; the lists of the others still name it. */
@Timeout(20)
class RemovedServersTest {
    private static final String THIRD = "10.98.0.3";
    private static final String SENTENCE =
            "10.98.0.3: no longer in the inventory but still runs with the old list. Take it"
                    + " out of the load balancer and mark it \"leaving: true\" (if gone: --forget 10.98.0.3); run: sessionctl"
                    + " provision shop.yml\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Report text = new TextReport(Style.PLAIN);

    /** Runs something on droplets in memory. */
    private interface Action {
        int on(Provisioning provisioning);
    }

    private int run(Cluster cluster, FakeShells shells, Report report, Set<String> forgotten, Action action)
            throws IOException {
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Voice voice = new Voice(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
            Locking locking = new Locking("provision", fleet, voice, Duration.ZERO);
            Plans plans = new Plans(cluster, new DesiredStates(cluster, Samples.templates()), forgotten);
            return action.on(new Provisioning("provision", plans, locking, false, new Remedies("shop.yml")));
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

    /** Droplets whose lists all name these servers. */
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

    /** What a droplet says of one server that it asks. */
    private static FakeShells saying(FakeShells shells, String droplet, String server, String web, String memcached) {
        return shells.printing(
                droplet + ": 4 " + server + ":80 " + server + ":11211",
                0,
                server + ":80 " + web + "\n" + server + ":11211 " + memcached + "\n");
    }

    @ParameterizedTest
    @CsvSource({"silent,open", "silent,refused", "open,silent", "open,refused", "refused,refused", "unreachable,refused"
    })
    void oneThatAnswersStopsTheRunBeforeAnyChange(String web, String memcached) throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = saying(three(cluster), "lamp02", THIRD, web, memcached);
        assertThat(provision(cluster, shells)).isEqualTo(1);
        assertThat(shells.log).noneMatch(entry -> entry.contains("lock") || entry.contains("away"));
        assertThat(out.toString()).contains(SENTENCE);
        assertThat(SENTENCE.length()).isLessThanOrEqualTo(201);
        assertThat(err.toString()).isEqualTo("Nothing was changed.\n");
    }

    @ParameterizedTest
    @CsvSource({"silent,silent", "unreachable,silent", "silent,unreachable", "unknown,nonsense"})
    void oneThatDoesNotAnswerIsDead(String web, String memcached) throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = saying(three(cluster), "lamp01", THIRD, web, memcached);
        provision(cluster, shells);
        assertThat(out.toString()).contains("away: ").doesNotContain("no longer in the inventory");
        assertThat(shells.changes("lamp01")).contains("away 10.98.0.3");
    }

    @Test
    void aDryRunShowsItToo() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = saying(three(cluster), "lamp02", THIRD, "open", "open");
        assertThat(run(cluster, shells, text, Set.of(), p -> p.dryRun(cluster.droplets(), true)))
                .isEqualTo(1);
        assertThat(out.toString()).contains(SENTENCE);
    }

    @Test
    void programsReadItToo() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = saying(three(cluster), "lamp02", THIRD, "open", "open");
        assertThat(run(cluster, shells, new JsonReport(), Set.of(), p -> p.run(cluster.droplets())))
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
    void oneThatIsForgottenIsTakenOut() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = saying(three(cluster), "lamp02", THIRD, "open", "open");
        provision(cluster, shells, THIRD);
        assertThat(out.toString()).contains("away: ").doesNotContain("no longer in the inventory");
        assertThat(shells.log).noneMatch(entry -> entry.contains(THIRD + ":80"));
        assertThat(shells.changes("lamp01")).contains("away 10.98.0.3");
    }

    @Test
    void ofSeveralOnlyThoseThatAreForgottenAreTakenOut() throws IOException {
        Cluster cluster = Samples.lamps(1);
        FakeShells shells = three(cluster);
        shells.printing(
                "lamp01: 4 10.98.0.2:80 10.98.0.2:11211 10.98.0.3:80",
                0,
                "10.98.0.2:80 open\n10.98.0.2:11211 silent\n10.98.0.3:80 silent\n10.98.0.3:11211 refused\n");
        saying(shells, "lamp01", THIRD, "silent", "refused");
        assertThat(provision(cluster, shells)).isEqualTo(1);
        assertThat(out.toString()).contains("10.98.0.2: no longer", "10.98.0.3: no longer");
        out.getBuffer().setLength(0);
        assertThat(provision(cluster, shells, "10.98.0.2")).isEqualTo(1);
        assertThat(out.toString()).contains("10.98.0.3: no longer").doesNotContain("10.98.0.2: no longer");
    }

    @Test
    void anotherAddressUnderTheSameNameIsTheSame() throws IOException {
        Cluster cluster = Samples.cluster("""
                droplets:
                  - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
                  - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
                  - {name: lamp03, public_ip: 203.0.113.4, private_ip: 10.98.0.4}
                """);
        FakeShells shells = saying(three(cluster), "lamp01", THIRD, "open", "open");
        shells.answeringFacts(
                "lamp03",
                Answer.named("debian-12-bare")
                        .replacing("10.98.0.1/", "10.98.0.4/")
                        .result()
                        .stdout());
        assertThat(provision(cluster, shells)).isEqualTo(1);
        assertThat(out.toString()).contains(SENTENCE);
    }

    /** It holds its former address, too. */
    @Test
    void anAddressThatADropletOfTheInventoryHoldsIsNotRemoved() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = saying(three(cluster), "lamp01", THIRD, "open", "open");
        Answer both = answer(cluster, cluster.droplets().get(1), list("10.98.0.1", "10.98.0.2", THIRD));
        shells.answeringFacts(
                "lamp02",
                both.with("addresses", both.text("addresses") + "\n4: eth1    inet 10.98.0.3/24 scope global eth1")
                        .result()
                        .stdout());
        provision(cluster, shells);
        assertThat(shells.log).noneMatch(entry -> entry.contains(THIRD + ":80"));
    }

    /** Where some droplets are to be changed, all are asked. */
    @Test
    void aLimitChangesNothingOfThat() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = saying(three(cluster), "lamp02", THIRD, "open", "open");
        List<Droplet> first = cluster.droplets().subList(0, 1);
        assertThat(run(cluster, shells, text, Set.of(), p -> p.run(first))).isEqualTo(1);
        assertThat(out.toString()).contains(SENTENCE);
        assertThat(shells.changes("lamp01")).containsExactly("4 10.98.0.3:80 10.98.0.3:11211");
    }

    /** The refusal of the droplet's own rule is not that of the server. */
    @Test
    void afterAKilledRunADeadServerIsNotTakenForARunningOne() throws IOException {
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

    /** A droplet that comes from another cluster still has that one's list; those servers were never this cluster's. */
    @Test
    void theListOfANewcomerFromElsewhereSaysNothing() throws IOException {
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

    /** What a droplet's files name is asked of that droplet only, and no more of it than a list may hold. */
    @Test
    void aHostileListIsBounded() throws IOException {
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
    void aRestartChangesNoListAndAsksNobody() throws IOException {
        Cluster cluster = Samples.lamps(2);
        FakeShells shells = three(cluster);
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Voice voice = new Voice(new PrintWriter(out), new PrintWriter(err), text, Progress.SILENT);
            Restarts restarts = new Restarts(cluster, new DesiredStates(cluster, Samples.templates()), false);
            Locking locking = new Locking("restart", fleet, voice, Duration.ZERO);
            new Provisioning("restart", restarts, locking, false, new Remedies("shop.yml"))
                    .dryRun(cluster.droplets(), false);
        }
        assertThat(shells.log).noneMatch(entry -> entry.contains(":80"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web02", "10.98.0", "2001:db8::1", "", "10.98.0.1;id"})
    void onlyAnAddressCanBeForgotten(String address) {
        assertRefused(address, "is not a private IPv4 address");
    }

    @Test
    void aDropletOfTheInventoryCannotBeForgotten() {
        assertRefused("10.98.0.2", "10.98.0.2 is lamp02, which is in the inventory");
    }

    private static void assertRefused(String address, String why) {
        ForgetOptions options = CommandLine.populateCommand(new ForgetOptions(), "--forget", address);
        assertThatExceptionOfType(CliFailure.class)
                .isThrownBy(() -> options.addresses(Samples.lamps(2)))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(5))
                .satisfies(e -> assertThat(e.sentence()).contains(why));
    }

    @Test
    void severalCanBeForgotten() {
        ForgetOptions options = CommandLine.populateCommand(
                new ForgetOptions(), "--forget", "10.98.0.8", "--forget", "10.98.0.9,10.98.0.7");
        assertThat(options.addresses(Samples.lamps(2))).containsExactly("10.98.0.8", "10.98.0.9", "10.98.0.7");
    }
}
