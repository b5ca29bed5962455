package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.fleet.ProbeResult;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Stage;
import sessionctl.state.DropletFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.UnsupportedDropletException;

/** The rules as a part of {@code provision}. */
class FirewallPlannerTest {
    private static final String THREE = """
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
              - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3%s}
            """;
    private static final Cluster STAYS = Samples.cluster(THREE.formatted(""));
    private static final Cluster LEAVES = Samples.cluster(THREE.formatted(", leaving: true"));

    private static DropletFacts facts(String name, Droplet droplet, FirewallState rules)
            throws IOException, InvalidAnswerException {
        Answer answer = Answer.named(name)
                .replacing("10.98.0.1/", droplet.privateIp() + "/")
                .withoutRules()
                .with("v4", rules.v4().text())
                .with("kept", rules.bootRules());
        return FactsProbe.parse(answer.result());
    }

    /** Returns the rules that admit all droplets but these. */
    private static FirewallState rules(Cluster cluster, Droplet droplet, Set<Droplet> left)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        FirewallState none = state(Answer.named("debian-12-provisioned")
                .replacing("10.98.0.1/", droplet.privateIp() + "/")
                .withoutRules());
        DropletFacts bare = facts("debian-12-provisioned", droplet, none);
        return new PairwiseFirewall(cluster).rulesFor(droplet, required(bare), left, Set.of());
    }

    private static sessionctl.state.FirewallFacts required(DropletFacts facts) {
        if (facts.firewall() == null) {
            throw new AssertionError("the packet filter is not known");
        }
        return facts.firewall();
    }

    private static FirewallState state(Answer answer) throws InvalidAnswerException {
        return required(FactsProbe.parse(answer.result())).state();
    }

    /** Returns a planner for droplets of which each admits all others; the third has the facts of this recording. */
    private static FirewallPlanner planner(Cluster cluster, String third, List<Droplet> chosen)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Map<Droplet, ProbeResult<DropletFacts>> answers = new LinkedHashMap<>();
        for (Droplet droplet : cluster.droplets()) {
            String name = droplet.name().equals("lamp03") ? third : "debian-12-provisioned";
            answers.put(droplet, new ProbeResult.Answered<>(facts(name, droplet, rules(cluster, droplet, Set.of()))));
        }
        FirewallPlanner planner = new FirewallPlanner(cluster, false, Set.of());
        planner.setFacts(answers, chosen);
        return planner;
    }

    private static List<Stage> stages(List<Change> changes) {
        return changes.stream().map(Change::stage).toList();
    }

    @Test
    void thePortIsClosedToALeavingDropletAtTheEnd()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        FirewallPlanner planner = planner(LEAVES, "debian-12-provisioned", LEAVES.droplets());
        Droplet first = LEAVES.droplets().get(0);
        DropletFacts admitsAll = facts("debian-12-provisioned", first, rules(LEAVES, first, Set.of()));
        List<Change> changes = planner.changes(first, admitsAll);
        assertThat(stages(changes)).containsExactly(Stage.NARROW_FIREWALL);
        assertThat(changes.get(0).describe()).isEqualTo("remove the rules that are no longer needed");
        assertThat(changes.get(0).diffs().toString())
                .contains("--A SESSIONCTL -s 10.98.0.3/32")
                .doesNotContain("+-A SESSIONCTL");
        assertThat(stages(planner.finalChanges(first, admitsAll))).containsExactly(Stage.FIREWALL);
        DropletFacts narrow = facts(
                "debian-12-provisioned",
                first,
                rules(LEAVES, first, Set.of(LEAVES.droplets().get(2))));
        assertThat(planner.finalChanges(first, narrow)).isEmpty();
    }

    /** After the run that took it out, another run has nothing to do. */
    @Test
    void aLeavingDropletThatIsDownStaysExcluded()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Droplet first = LEAVES.droplets().get(0);
        DropletFacts narrow = facts(
                "debian-12-provisioned",
                first,
                rules(LEAVES, first, Set.of(LEAVES.droplets().get(2))));
        Map<Droplet, ProbeResult<DropletFacts>> answers = new LinkedHashMap<>();
        LEAVES.staying().forEach(d -> answers.put(d, new ProbeResult.Answered<>(narrow)));
        FirewallPlanner planner = new FirewallPlanner(LEAVES, false, Set.of());
        planner.setFacts(answers, LEAVES.droplets());
        assertThat(planner.changes(first, narrow)).isEmpty();
        assertThat(planner.plan(first, narrow).changes()).isEmpty();
        DropletFacts admitsAll = facts("debian-12-provisioned", first, rules(LEAVES, first, Set.of()));
        assertThat(stages(planner.changes(first, admitsAll))).containsExactly(Stage.NARROW_FIREWALL);
    }

    /** It may still need the others while it hands over its sessions. */
    @Test
    void aRunThatIsLimitedDoesNotCloseThePortToADropletThatIsLeaving()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Droplet first = LEAVES.droplets().get(0);
        FirewallPlanner planner = planner(LEAVES, "debian-12-provisioned", List.of(first));
        DropletFacts admitsAll = facts("debian-12-provisioned", first, rules(LEAVES, first, Set.of()));
        assertThat(planner.changes(first, admitsAll)).isEmpty();
        assertThat(planner.finalChanges(first, admitsAll)).isEmpty();
    }

    @Test
    void aDropletThatHasLeftIsNotAdmittedAtAll()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        FirewallPlanner planner = planner(LEAVES, "debian-12-bare", LEAVES.droplets());
        assertThat(planner.findLeft()).extracting(Droplet::name).containsExactly("lamp03");
        Droplet first = LEAVES.droplets().get(0);
        DropletFacts admitsAll = facts("debian-12-provisioned", first, rules(LEAVES, first, Set.of()));
        assertThat(stages(planner.changes(first, admitsAll))).containsExactly(Stage.FIREWALL);
    }

    @Test
    void aNewDropletIsAdmittedByAllBeforeMemcachedChanges()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        FirewallPlanner planner = planner(STAYS, "debian-12-bare", STAYS.droplets());
        Droplet first = STAYS.droplets().get(0);
        DropletFacts admitsTwo = facts(
                "debian-12-provisioned",
                first,
                rules(STAYS, first, Set.of(STAYS.droplets().get(2))));
        List<Change> changes = planner.changes(first, admitsTwo);
        assertThat(stages(changes)).containsExactly(Stage.FIREWALL);
        assertThat(Stage.FIREWALL).isLessThan(Stage.MEMCACHED);
        assertThat(changes.get(0).diffs().toString()).contains("+-A SESSIONCTL -s 10.98.0.3/32");
    }

    @Test
    void bothPortsAreProtectedUntilMemcachedHasMovedToTheOther()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster moves = Samples.cluster("memcached: {port: 11300}\n" + THREE.formatted(""));
        FirewallPlanner planner = planner(moves, "debian-12-provisioned", moves.droplets());
        Droplet first = moves.droplets().get(0);
        DropletFacts atOldPort = facts("debian-12-provisioned", first, rules(STAYS, first, Set.of()));
        List<Change> changes = planner.changes(first, atOldPort);
        assertThat(stages(changes)).containsExactly(Stage.FIREWALL, Stage.NARROW_FIREWALL);
        assertThat(changes.get(0).diffs().toString())
                .contains("+-A SESSIONCTL -p tcp -m tcp --dport 11300 -j DROP")
                .doesNotContain("--A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP");
        assertThat(changes.get(1).diffs().toString())
                .contains("--A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP")
                .doesNotContain("+-A");
        assertThat(planner.finalChanges(first, atOldPort).get(0).diffs().toString())
                .as("a memcached that has not moved stays protected")
                .doesNotContain("--A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP");
    }

    /** Its iptables is installed by an earlier stage. */
    @Test
    void theRulesOfABareDropletArePlannedBeforeIptablesIsInstalled()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        FirewallPlanner planner = planner(STAYS, "debian-12-bare", STAYS.droplets());
        Droplet third = STAYS.droplets().get(2);
        DropletFacts bare = FactsProbe.parse(Answer.named("debian-12-bare")
                .replacing("10.98.0.1/", "10.98.0.3/")
                .withoutRules()
                .with("iptables", "no")
                .result());
        assertThat(bare.hasIptables()).isFalse();
        assertThat(stages(planner.changes(third, bare))).containsExactly(Stage.FIREWALL);
    }

    /** As after netfilter-persistent save while the chains were in force. */
    @Test
    void aRemovalWarnsOfFilesThatBringTheChainsBack()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Droplet first = STAYS.droplets().get(0);
        DropletFacts saved = FactsProbe.parse(Answer.named("debian-12-provisioned")
                .withoutRules()
                .with("saved", "/etc/iptables/rules.v4\n/etc/iptables/rules.v6\n")
                .result());
        FirewallPlanner removal = new FirewallPlanner(STAYS, true, Set.of());
        removal.setFacts(Map.of(first, new ProbeResult.Answered<>(saved)), List.of(first));
        assertThat(removal.plan(first, saved).warnings())
                .singleElement()
                .asString()
                .startsWith(
                        "/etc/iptables/rules.v4, /etc/iptables/rules.v6 would bring sessionctl's chains back at boot;")
                .contains("netfilter-persistent save");
        FirewallPlanner rules = new FirewallPlanner(STAYS, false, Set.of());
        rules.setFacts(Map.of(first, new ProbeResult.Answered<>(saved)), List.of(first));
        assertThat(rules.plan(first, saved).warnings()).isEmpty();
    }
}
