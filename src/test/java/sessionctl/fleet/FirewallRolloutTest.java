package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.inventory.Memcached;
import sessionctl.inventory.Php;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.Sessions;
import sessionctl.inventory.SshAccess;
import sessionctl.plan.FirewallChange;
import sessionctl.ssh.SshFailure;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.UnsupportedDropletException;

/** Forty droplets change together or not at all, with as few commands as possible. */
class FirewallRolloutTest {
    private static final int UNUSED_PORT = 1;
    private static final CommandResult DONE = new CommandResult(0, "", "");

    private final List<Droplet> droplets = new ArrayList<>();
    private final Map<Droplet, FirewallChange> changes = new LinkedHashMap<>();
    private final Set<Droplet> takenOver = new HashSet<>();

    FirewallRolloutTest() throws UnsupportedDropletException {
        for (int i = 1; i <= 40; i++) {
            droplets.add(new Droplet(
                    "lamp" + i,
                    new PublicAddress("127.0.1." + i),
                    new PrivateAddress("127.0.2." + i),
                    SshAccess.defaults(),
                    null,
                    false));
        }
        Cluster cluster =
                new Cluster("shop", droplets, Memcached.defaults(), Sessions.defaults(), Php.AUTO, Firewall.defaults());
        FilterTable empty = FilterTable.parse("");
        for (Droplet droplet : droplets) {
            FirewallState now = new FirewallState(empty, empty, "");
            FirewallFacts facts = new FirewallFacts(
                    now,
                    true,
                    List.of(new InterfaceAddress("eth1", droplet.privateIp().text())));
            changes.put(
                    droplet,
                    new FirewallChange(
                            now,
                            new PairwiseFirewall(cluster).rulesFor(droplet, facts),
                            List.of("4 ACCEPT", "6 ACCEPT")));
        }
    }

    private boolean run(FilterShells shells, List<DropletOutcome> outcomes) {
        try (Fleet fleet = new Fleet(shells, 20, Progress.SILENT)) {
            FirewallRollout rollout =
                    new FirewallRollout(fleet, new ConfirmOrRevert("test", 30), changes, takenOver::contains);
            boolean holds = rollout.run(droplets, UNUSED_PORT);
            outcomes.addAll(rollout.outcomes());
            return holds;
        }
    }

    @Test
    void aChangeTakesOneCommandToApplyOneToConfirmAndOneToSave() {
        FilterShells shells = new FilterShells((droplet, command) -> DONE);
        List<DropletOutcome> outcomes = new ArrayList<>();
        assertThat(run(shells, outcomes)).isTrue();
        assertThat(outcomes).hasSize(40).allMatch(o -> o instanceof DropletOutcome.Done);
        droplets.forEach(d -> {
            assertThat(shells.asked(d.name())).containsExactly("probe", "apply", "probe", "confirm", "keep");
            assertThat(shells.opened(d.name())).as("connections").isEqualTo(2);
        });
    }

    @Test
    void aDropletTakenOverByAnotherRunRollsAllBack() {
        FilterShells shells = new FilterShells((droplet, command) -> DONE);
        List<DropletOutcome> outcomes = new ArrayList<>();
        takenOver.add(droplets.get(6));
        assertThat(run(shells, outcomes)).isFalse();
        assertThat(shells.asked("lamp7")).doesNotContain("apply");
        assertThat(shells.asked("lamp8")).contains("apply", "revert");
        assertThat(outcomes)
                .filteredOn(o -> o instanceof DropletOutcome.Failed)
                .singleElement()
                .satisfies(o -> assertThat(((DropletOutcome.Failed) o).failure().reason())
                        .contains("another run has taken it over"));
    }

    @Test
    void aDropletThatCannotBeReconnectedRollsAllBackBeforeAnyIsConfirmed() {
        FilterShells shells = new FilterShells((droplet, command) -> {
            if (droplet.equals("lamp7") && command.words().equals(List.of("open", "2"))) {
                throw new SshFailure(SshFailure.Kind.UNREACHABLE, "no answer from port 22");
            }
            return DONE;
        });
        List<DropletOutcome> outcomes = new ArrayList<>();
        assertThat(run(shells, outcomes)).isFalse();
        assertThat(outcomes).filteredOn(o -> o instanceof DropletOutcome.Failed).hasSize(1);
        assertThat(outcomes)
                .filteredOn(o -> o instanceof DropletOutcome.RolledBack)
                .hasSize(39);
        droplets.forEach(d -> assertThat(shells.asked(d.name())).containsExactly("probe", "apply", "probe", "revert"));
    }

    @Test
    void aPenaltyOfSshdRollsNothingBack() {
        FilterShells shells = new FilterShells((droplet, command) -> {
            if (command.words().get(0).equals("open") && !command.words().get(1).equals("1")) {
                throw new SshFailure(SshFailure.Kind.PENALTY, "its sshd refuses this machine's address");
            }
            return DONE;
        });
        List<DropletOutcome> outcomes = new ArrayList<>();
        assertThat(run(shells, outcomes)).isTrue();
        assertThat(outcomes).hasSize(40).allMatch(o -> o instanceof DropletOutcome.Done);
        droplets.forEach(d -> assertThat(shells.asked(d.name()))
                .containsExactly("probe", "apply", "probe", "other", "confirm", "keep"));
    }

    @Test
    void aPenaltyIsWaitedOutIfTheOldConnectionIsLost() {
        FilterShells shells = new FilterShells((droplet, command) -> {
            if (droplet.equals("lamp7") && command.words().equals(List.of("open", "2"))) {
                throw new SshFailure(SshFailure.Kind.PENALTY, "its sshd refuses this machine's address");
            }
            if (droplet.equals("lamp7") && command.words().equals(List.of("true"))) {
                throw new SshFailure(SshFailure.Kind.LOST, "the connection broke");
            }
            return DONE;
        });
        List<DropletOutcome> outcomes = new ArrayList<>();
        assertThat(run(shells, outcomes)).isTrue();
        assertThat(shells.opened("lamp7")).isEqualTo(3);
    }

    @Test
    void aDropletThatConfirmsTooLateRollsAllBack() {
        FilterShells shells = new FilterShells((droplet, command) ->
                droplet.equals("lamp7") && FilterShells.kind(command).equals("confirm")
                        ? new CommandResult(6, "", "")
                        : DONE);
        List<DropletOutcome> outcomes = new ArrayList<>();
        assertThat(run(shells, outcomes)).isFalse();
        droplets.forEach(d -> assertThat(shells.asked(d.name())).endsWith("confirm", "revert"));
    }

    @Test
    void aRefusedRuleOnOneDropletRollsAllBackWithoutAConfirmation() {
        FilterShells shells = new FilterShells((droplet, command) ->
                droplet.equals("lamp7") && FilterShells.kind(command).equals("apply")
                        ? new CommandResult(20, "", "iptables-restore: line 2 failed")
                        : DONE);
        List<DropletOutcome> outcomes = new ArrayList<>();
        assertThat(run(shells, outcomes)).isFalse();
        droplets.forEach(d -> assertThat(shells.asked(d.name())).containsExactly("probe", "apply", "revert"));
    }

    @Test
    void onlyAnUnreachableDropletLosesRulesOfOtherProgramsInTheRollback() {
        List<String> words = new ArrayList<>();
        FilterShells shells = new FilterShells((droplet, command) -> {
            if (droplet.equals("lamp7") && command.words().equals(List.of("open", "2"))) {
                throw new SshFailure(SshFailure.Kind.UNREACHABLE, "no answer from port 22");
            }
            if (FilterShells.kind(command).equals("revert")) {
                synchronized (words) {
                    words.add(
                            droplet + " " + command.words().get(command.words().size() - 1));
                }
            }
            return DONE;
        });
        run(shells, new ArrayList<>());
        assertThat(words)
                .hasSize(40)
                .contains("lamp7 all")
                .filteredOn(w -> w.endsWith(" own"))
                .hasSize(39);
    }

    @Test
    void aDropletThatFailsToRollBackIsNamed() {
        FilterShells shells = new FilterShells((droplet, command) -> switch (FilterShells.kind(command)) {
            case "confirm" -> droplet.equals("lamp7") ? new CommandResult(6, "", "") : DONE;
            case "revert" -> droplet.equals("lamp9") ? new CommandResult(1, "", "lock") : DONE;
            default -> DONE;
        });
        List<DropletOutcome> outcomes = new ArrayList<>();
        assertThat(run(shells, outcomes)).isFalse();
        assertThat(outcomes.get(8)).isInstanceOf(DropletOutcome.Failed.class);
        assertThat(outcomes.get(8).toString()).contains("the old rules could not be restored");
    }

    @Test
    void aChangeAndItsRollbackAreSentAsOneInput() {
        Command armed = changes.values().iterator().next().armCommand("test", 30);
        assertThat(armed.input().lines().filter(l -> l.equals("*filter"))).hasSize(4);
        assertThat(armed.input().lines().filter(l -> l.equals("COMMIT"))).hasSize(4);
    }
}
