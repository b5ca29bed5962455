package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.Style;
import sessionctl.report.TextReport;

/** Plans and refusals only: a run that changes rules tries connections from this machine, too. */
@Timeout(20)
class FirewallingTest {
    private static final Cluster LEAVES = Samples.cluster("""
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
              - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3, leaving: true}
            """);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int firewall(Cluster cluster, FakeShells shells, Set<String> forgotten, ToIntFunction<Firewalling> action) {
        return firewall(new FirewallPlans(cluster, false, forgotten), shells, action);
    }

    private int firewall(FirewallPlans plans, FakeShells shells, ToIntFunction<Firewalling> action) {
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Voice voice =
                    new Voice(new PrintWriter(out), new PrintWriter(err), new TextReport(Style.PLAIN), Progress.SILENT);
            Locking locking = new Locking("firewall", fleet, voice, Duration.ZERO);
            return action.applyAsInt(
                    new Firewalling(plans, plans.cluster().droplets(), locking, new Remedies("shop.yml")));
        }
    }

    private static Answer answer(Droplet droplet) throws IOException {
        String own = droplet.privateIp().text();
        return Answer.named("debian-12-provisioned")
                .replacing("tcp://10.98.0.1:11211", "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211,tcp://10.98.0.3:11211")
                .replacing("10.98.0.1/", own + "/")
                .with("v4", "")
                .with("kept", "")
                .with("iptables", "yes")
                .with("sshd", "22")
                .with("pending", "")
                .with("policies", "");
    }

    private static FakeShells shells(Cluster cluster) throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare"));
        for (Droplet droplet : cluster.droplets()) {
            String facts = answer(droplet).result().stdout();
            shells.answeringFacts(droplet.name(), facts).printing(droplet.name() + ": ", 0, facts);
        }
        return shells;
    }

    @Test
    void oneThatLeavesAndIsDeadIsDoneWithout() throws IOException {
        FakeShells shells = shells(LEAVES).losing("lamp03: open", "lamp03 (203.0.113.3): no answer");
        assertThat(firewall(LEAVES, shells, Set.of(), f -> f.dryRun(false))).isZero();
        assertThat(out.toString())
                .contains("lamp03 (203.0.113.3): no answer\n", "2 changes on 2 droplets; nothing was changed");
        assertThat(err.toString())
                .isEqualTo(
                        "lamp03 is leaving but could not be reached, so it was not touched. Make sure that it gets no"
                                + " more traffic.\n");
    }

    @Test
    void oneThatStaysAndIsDeadStopsAllOfThem() throws IOException {
        FakeShells shells = shells(LEAVES).losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(firewall(LEAVES, shells, Set.of(), f -> f.run(30))).isEqualTo(4);
        assertThat(err.toString()).startsWith("Nothing was changed: all droplets");
        assertThat(shells.log).noneMatch(entry -> entry.contains("lock"));
    }

    @Test
    void aRemovedServerThatAnswersStopsTheRun() throws IOException {
        Cluster two = Samples.lamps(2);
        FakeShells shells = shells(two)
                .printing(
                        "lamp02: 4 10.98.0.3:80 10.98.0.3:11211", 0, "10.98.0.3:80 silent\n10.98.0.3:11211 refused\n");
        assertThat(firewall(two, shells, Set.of(), f -> f.run(30))).isEqualTo(1);
        assertThat(out.toString()).contains("10.98.0.3: no longer in the inventory but still runs with the old list.");
        assertThat(err.toString()).isEqualTo("Nothing was changed.\n");
        assertThat(shells.log).noneMatch(entry -> entry.contains("lock"));
        assertThat(firewall(two, shells, Set.of(), f -> f.dryRun(true))).isEqualTo(1);
        assertThat(firewall(two, shells, Set.of("10.98.0.3"), f -> f.dryRun(true)))
                .isEqualTo(2);
    }

    @Test
    void takingTheRulesAwayTellsWhatIsOpenNow() throws IOException {
        Cluster two = Samples.lamps(2);
        String open = "memcached is open to the private network now. To close it: sessionctl firewall shop.yml\n";
        assertThat(firewall(new FirewallPlans(two, true, Set.of()), shells(two), f -> f.run(30)))
                .isZero();
        assertThat(err.toString()).isEqualTo(open);
        assertThat(firewall(new FirewallPlans(two, true, Set.of()), shells(two), f -> f.dryRun(false)))
                .isZero();
        assertThat(err.toString()).as("a dry run adds nothing").isEqualTo(open);
    }

    @Test
    void whatADropletThatIsDownCostsIsToldWithTheRefusal() throws IOException {
        for (ToIntFunction<Firewalling> action :
                List.<ToIntFunction<Firewalling>>of(f -> f.run(30), f -> f.dryRun(false), Firewalling::check)) {
            out.getBuffer().setLength(0);
            FakeShells shells = shells(LEAVES).losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
            assertThat(firewall(LEAVES, shells, Set.of(), action)).isEqualTo(4);
            assertThat(out.toString())
                    .contains(
                            "lamp02: if it is down, every page on the other droplets waits up to 1 s for it. If it does"
                                    + " not come back, set \"leaving: true\" for it in shop.yml or give this name a new"
                                    + " address; run: sessionctl provision shop.yml && sessionctl firewall shop.yml\n");
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
        FakeShells shells = shells(two).answeringFacts("lamp02", serving).printing("lamp02: ", 0, serving);
        assertThat(firewall(two, shells, Set.of(), f -> f.run(30))).isEqualTo(1);
        assertThat(out.toString())
                .contains("lamp02: iptables is not installed, so its memcached port cannot be closed; run: sessionctl"
                        + " provision shop.yml\n");
    }

    /** The others admit it, so that provision can fill its memcached; provision brings iptables. */
    @Test
    void aBareDropletWithoutIptablesKeepsTheOthersFromNothing() throws IOException {
        Cluster two = Samples.lamps(2);
        String bare = Answer.named("debian-12-bare")
                .replacing("10.98.0.1/", "10.98.0.2/")
                .with("iptables", "no")
                .result()
                .stdout();
        FakeShells shells = shells(two).answeringFacts("lamp02", bare).printing("lamp02: ", 0, bare);
        assertThat(firewall(two, shells, Set.of(), f -> f.dryRun(true))).isEqualTo(2);
        assertThat(out.toString())
                .contains(
                        "warning: lamp02: iptables is not installed, so it has no rules yet; no other host reaches its"
                                + " memcached now; run: sessionctl provision shop.yml && sessionctl firewall shop.yml\n")
                .contains("1 change on 1 droplet; nothing was changed");
        assertThat(firewall(two, shells, Set.of(), Firewalling::check)).isEqualTo(3);
    }
}
