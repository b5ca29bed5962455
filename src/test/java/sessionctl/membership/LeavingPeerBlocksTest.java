package sessionctl.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.InstalledGuards;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.guard.GuardProgram;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlanner;
import sessionctl.plan.GuardChange;
import sessionctl.plan.Risk;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;
import sessionctl.state.UnsupportedDropletException;

/** Three droplets whose lists name all of them, and of which the third leaves. */
class LeavingPeerBlocksTest {
    private static final String LAMPS = """
        droplets:
          - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
          - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
        """;
    private static final Cluster LEAVES = Samples.cluster(
            LAMPS + "  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3, leaving: true}\n");
    private static final Cluster STAYS =
            Samples.cluster(LAMPS + "  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3}\n");

    private static final String BLOCK = "close: block 10.98.0.3";
    private static final String BLOCK_FIRST = "away: block 10.98.0.3";
    private static final String UNIT = "Id=memcached.service\nActiveState=active\n";
    private static final String AWAY =
            "-A SESSIONCTL-AWAY -d 10.98.0.%d/32 -p tcp -m tcp --dport 11211 -j REJECT --reject-with tcp-reset\n";

    private final Map<Droplet, DropletFacts> seen = new LinkedHashMap<>();

    /** Returns a droplet in service whose PHP stores every session on each of these servers. */
    private static Answer serving(int number, int... servers) throws IOException {
        String list = Arrays.stream(servers)
                .mapToObj(n -> "tcp://10.98.0." + n + ":11211")
                .collect(Collectors.joining(","));
        String address = "10.98.0." + number;
        return Answer.named("debian-12-provisioned")
                .replacing("tcp://10.98.0.1:11211", list)
                .replacing("session_redundancy=2", "session_redundancy=" + (servers.length + 1))
                .replacing("10.98.0.1/", address + "/")
                .replacing("-l 10.98.0.1", "-l " + address)
                .replacing("-l\n10.98.0.1", "-l\n" + address)
                .with("stats", "bytes 500000\nlimit_maxbytes 67108864\ncurr_items 100\nevictions 0\n")
                .with("guard", "open 1795502181 100 sessions");
    }

    private static Answer withOldMemcached(Answer answer) {
        return answer.replacing("memcached 1.6", "memcached 1.4");
    }

    private void addFacts(Cluster cluster, int number, Answer answer) throws IOException, InvalidAnswerException {
        Droplet droplet = cluster.droplets().get(number - 1);
        seen.put(
                droplet,
                FactsProbe.parse(Samples.guarded(answer, cluster, droplet).result()));
    }

    private void addFactsOfMembers(Cluster cluster, int... servers) throws IOException, InvalidAnswerException {
        addFacts(cluster, 1, serving(1, servers));
        addFacts(cluster, 2, serving(2, servers));
    }

    private MemberStatus memberStatus(Cluster cluster, int number) throws IOException {
        Droplet droplet = cluster.droplets().get(number - 1);
        InstalledGuards guards = new InstalledGuards(new DesiredStates(cluster, Samples.templates()));
        return Membership.of(cluster, seen, guards.find(seen))
                .statusOf(droplet, Objects.requireNonNull(seen.get(droplet)));
    }

    private List<Change> changes(Cluster cluster, int number) throws IOException, UnsupportedDropletException {
        Droplet droplet = cluster.droplets().get(number - 1);
        DropletFacts facts = Objects.requireNonNull(seen.get(droplet));
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        return DropletPlanner.between(facts.state(), desired.stateOf(droplet, facts), memberStatus(cluster, number));
    }

    private List<String> plan(Cluster cluster, int number) throws IOException, UnsupportedDropletException {
        return changes(cluster, number).stream()
                .map(c -> c.stage() + ": " + c.describe())
                .toList();
    }

    private Risk riskOfLists(Cluster cluster, int number) throws IOException, UnsupportedDropletException {
        return changes(cluster, number).stream()
                .filter(c -> c.describe().contains("php.ini"))
                .findFirst()
                .orElseThrow()
                .risk();
    }

    @Test
    void withoutAnyGuardRemovingAServerFromTheListsLosesSessions()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        for (int i = 1; i <= 3; i++) {
            addFacts(LEAVES, i, withOldMemcached(serving(i, 1, 2, 3)));
        }
        for (int i = 1; i <= 3; i++) {
            assertThat(riskOfLists(LEAVES, i)).as("lamp0%d", i).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
            assertThat(memberStatus(LEAVES, i).whyLosesSessions())
                    .startsWith("10.98.0.3 is leaving, and PHP here cannot be blocked from it");
            assertThat(plan(LEAVES, i)).noneMatch(c -> c.startsWith("close"));
        }
        assertThat(plan(LEAVES, 3)).last().isEqualTo("retire: permanently stop memcached");
    }

    @Test
    void withoutAGuardRemovingADeletedServerFromTheListLosesSessions()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFacts(STAYS, 1, withOldMemcached(serving(1, 1, 2, 3, 9)));
        addFacts(STAYS, 2, serving(2, 1, 2, 3, 9));
        addFacts(STAYS, 3, serving(3, 1, 2, 3));
        assertThat(riskOfLists(STAYS, 1)).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
        assertThat(memberStatus(STAYS, 1).whyLosesSessions()).contains("10.98.0.9");
        assertThat(riskOfLists(STAYS, 2)).isEqualTo(Risk.HOLDS_REQUESTS);
        assertThat(plan(STAYS, 2)).contains("close: block 10.98.0.9");
    }

    @Test
    void theOthersBlockALeavingServerWithoutAGuard()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        addFacts(LEAVES, 3, withOldMemcached(serving(3, 1, 2, 3)));
        assertThat(plan(LEAVES, 1)).contains(BLOCK, "retire: unblock 10.98.0.3");
        assertThat(riskOfLists(LEAVES, 1)).isEqualTo(Risk.HOLDS_REQUESTS);
        assertThat(riskOfLists(LEAVES, 3)).as("its own PHP").isEqualTo(Risk.LOSES_MOVED_SESSIONS);
        assertThat(plan(LEAVES, 3))
                .noneMatch(c -> c.startsWith("close"))
                .last()
                .isEqualTo("retire: permanently stop memcached");
    }

    @Test
    void aStoppedLeavingServerNeedsNoBlock() throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        addFacts(LEAVES, 3, withOldMemcached(serving(3, 1, 2, 3)).replacing(UNIT, UNIT.replace("active", "inactive")));
        assertThat(plan(LEAVES, 1)).doesNotContain(BLOCK);
        assertThat(riskOfLists(LEAVES, 3)).isEqualTo(Risk.HOLDS_REQUESTS);
    }

    @Test
    void withoutSystemdALeavingServerIsNotStopped()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        addFacts(LEAVES, 3, serving(3, 1, 2, 3).with("init", "other"));
        assertThat(plan(LEAVES, 3)).noneMatch(c -> c.startsWith("retire"));
        assertThat(riskOfLists(LEAVES, 3)).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
        assertThat(plan(LEAVES, 1)).contains(BLOCK);
    }

    @Test
    void theOthersBlockAnUnreachableLeavingServer()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        assertThat(memberStatus(LEAVES, 1).blocks().leaving()).containsExactly("10.98.0.3");
        assertThat(plan(LEAVES, 1)).contains(BLOCK_FIRST, "retire: unblock 10.98.0.3");
        assertThat(riskOfLists(LEAVES, 1)).isEqualTo(Risk.HOLDS_REQUESTS);
    }

    /**
     * A page waits for a server that is down until the server is blocked. Blocking it first ends the wait before
     * packages are installed.
     */
    @Test
    void aDeadServerIsBlockedBeforeItsReplacementIsInstalled()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(STAYS, 1, 2, 9);
        addFacts(STAYS, 3, Answer.named("debian-12-bare").replacing("10.98.0.1/", "10.98.0.3/"));
        for (int i = 1; i <= 2; i++) {
            assertThat(plan(STAYS, i)).first().isEqualTo("away: block 10.98.0.9");
        }
        assertThat(plan(STAYS, 3))
                .contains("close: block 10.98.0.9")
                .first()
                .asString()
                .startsWith("packages:");
    }

    /** No droplet may read from a server to which others no longer write, so all of them block it at the same stage. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "half of it", "iptables", "dpkg"})
    void ifADropletLacksItsGuardNoDropletBlocksEarlier(String what)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        Answer second = serving(2, 1, 2, 3);
        addFacts(
                LEAVES,
                2,
                switch (what) {
                    case "none" ->
                        second.without("file 644 root:root /etc/systemd/system/memcached.service.d/sessionctl.conf");
                    case "iptables" -> second.replacing("ii  iptables 1.8.9-2\n", "");
                    case "dpkg" ->
                        second.replacing("ii  iptables 1.8.9-2\n", "ii  iptables 1.8.9-2\niF  logrotate 3.21\n");
                    default -> second;
                });
        if (what.equals("half of it")) {
            DropletFacts facts =
                    Objects.requireNonNull(seen.get(LEAVES.droplets().get(1)));
            FileState.Present guard = (FileState.Present) facts.state().file(GuardProgram.PATH);
            String half = guard.content().substring(0, guard.content().length() / 2);
            second = second.with("file " + guard.mode() + " " + guard.owner() + " " + GuardProgram.PATH, half);
            seen.put(LEAVES.droplets().get(1), FactsProbe.parse(second.result()));
        }
        for (int i = 1; i <= 2; i++) {
            assertThat(plan(LEAVES, i)).contains(BLOCK).noneMatch(c -> c.startsWith("away"));
        }
    }

    /** The departed droplet has a list, but it serves no pages of the cluster and needs no guard. */
    @Test
    void aDepartedDropletDoesNotDelayTheBlocks()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = Samples.cluster(LAMPS
                + "  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3, leaving: true}\n"
                + "  - {name: lamp04, public_ip: 203.0.113.4, private_ip: 10.98.0.4, leaving: true}\n");
        addFactsOfMembers(cluster, 1, 2, 3);
        addFacts(
                cluster,
                4,
                serving(4, 1, 2)
                        .replacing(UNIT + "UnitFileState=enabled", "Id=memcached.service\nActiveState=inactive")
                        .without("file 644 root:root /etc/systemd/system/memcached.service.d/sessionctl.conf"));
        assertThat(plan(cluster, 1)).contains(BLOCK_FIRST);
    }

    /** The leaving server is the only one that PHP can use. */
    @Test
    void ifNoOtherServerIsOpenNoDropletBlocksEarlier()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        for (int i = 1; i <= 2; i++) {
            String gate = "-A SESSIONCTL-GATE -d 10.98.0." + i + "/32 -j REJECT\n";
            addFacts(LEAVES, i, serving(i, 1, 2, 3).with("gate", gate));
        }
        assertThat(plan(LEAVES, 1)).contains(BLOCK).noneMatch(c -> c.startsWith("away"));
        addFacts(LEAVES, 2, serving(2, 1, 2, 3));
        assertThat(plan(LEAVES, 1)).contains(BLOCK_FIRST);
    }

    /** The packet filter has lost the block, but the guard would restore it at its next start. */
    @Test
    void aBlockThatTheGuardWouldRestoreIsRemovedToo()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2);
        addFacts(LEAVES, 1, serving(1, 1, 2).with("away", "10.98.0.9\n"));
        assertThat(plan(LEAVES, 1)).containsExactly("retire: unblock 10.98.0.9");
    }

    @Test
    void onceNoListNamesALeavingServerNoChangeIsNeeded()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2);
        assertThat(plan(LEAVES, 1)).isEmpty();
        addFacts(
                LEAVES,
                3,
                serving(3, 1, 2)
                        .replacing(UNIT + "UnitFileState=enabled", "Id=memcached.service\nActiveState=inactive"));
        assertThat(plan(LEAVES, 3)).isEmpty();
    }

    /** Another release of sessionctl may have another guard. A server that never starts again needs no new one. */
    @Test
    void aDepartedServerIsNotChanged() throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2);
        Answer left = serving(3, 1, 2)
                .replacing(UNIT + "UnitFileState=enabled", "Id=memcached.service\nActiveState=inactive")
                .without("file 644 root:root /etc/systemd/system/memcached.service.d/sessionctl.conf");
        addFacts(LEAVES, 3, left);
        assertThat(plan(LEAVES, 3)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"start-pre", "start-post"})
    void aLeavingServerThatIsStillStartingStopsAtOnce(String how)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        addFacts(
                LEAVES,
                3,
                serving(3, 1, 2, 3)
                        .replacing(UNIT, "Id=memcached.service\nActiveState=activating\nSubState=" + how + "\n"));
        assertThat(plan(LEAVES, 3))
                .extracting(c -> c.replaceAll("web: .*", "web"))
                .containsExactly("close: permanently stop memcached, which is still starting", "web");
    }

    @Test
    void aStoppedLeavingServerIsDisabledAtBoot()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        addFacts(LEAVES, 3, serving(3, 1, 2, 3).replacing(UNIT, UNIT.replace("active", "inactive")));
        assertThat(plan(LEAVES, 3))
                .noneMatch(c -> c.startsWith("close"))
                .last()
                .isEqualTo("retire: permanently stop memcached");
    }

    @Test
    void aLeavingServerWithoutAGuardGetsOneFirst()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        Answer own = serving(3, 1, 2, 3)
                .without("file 644 root:root /etc/systemd/system/memcached.service.d/sessionctl.conf")
                .replacing("ii  iptables 1.8.9-2\n", "");
        addFacts(LEAVES, 3, own);
        assertThat(plan(LEAVES, 3))
                .extracting(c -> c.replaceAll(":.*", ""))
                .containsExactly("packages", "memcached", "memcached", "close", "web", "retire");
        assertThat(plan(LEAVES, 3)).first().isEqualTo("packages: install iptables");
    }

    @Test
    void aLeavingServerWithoutPhpIsFencedAndStopped()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        addFacts(
                LEAVES,
                3,
                serving(3, 1, 2, 3)
                        .replacing("libapache2-mod-php", "libapache2-mod-perl")
                        .replacing("php8.2.load", "perl.load"));
        assertThat(plan(LEAVES, 3))
                .extracting(c -> c.replaceAll(":.*", ""))
                .endsWith("close", "retire")
                .doesNotContain("web");
    }

    @ParameterizedTest
    @CsvSource({"true, false, 0", "false, true, 0", "false, false, 2"})
    void aLeavingServerThatWasFencedEarlierPushesNoSessions(boolean fenced, boolean held, int peers)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        Answer own = serving(3, 1, 2, 3).with("held", held ? "yes" : "no");
        addFacts(LEAVES, 3, fenced ? own.with("gate", "-A SESSIONCTL-GATE -d 10.98.0.3/32 -j REJECT\n") : own);
        assertThat(changes(LEAVES, 3))
                .filteredOn(c -> c instanceof GuardChange step && step.order() == GuardChange.Order.CORDON)
                .singleElement()
                .extracting(c -> ((GuardChange) c).addresses().size())
                .isEqualTo(peers);
    }

    /**
     * The server was down while the others removed it from their lists, and runs again: its sessions may have ended on
     * the others.
     */
    @Test
    void aLeavingServerThatNoOtherListNamesPushesNoSessions()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2);
        addFacts(LEAVES, 3, serving(3, 1, 2, 3));
        assertThat(plan(LEAVES, 1)).isEmpty();
        assertThat(changes(LEAVES, 3)).contains(cordon());
        addFacts(LEAVES, 3, serving(3, 3));
        assertThat(changes(LEAVES, 3)).contains(cordon("10.98.0.1", "10.98.0.2"));
    }

    private static GuardChange cordon(String... peers) {
        return new GuardChange(GuardChange.Order.CORDON, List.of(peers), Risk.NONE);
    }

    @Test
    void aLeavingServerThatIsCordonedStaysCordoned()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(LEAVES, 1, 2, 3);
        addFacts(
                LEAVES,
                3,
                serving(3, 1, 2, 3).with("held", "yes").with("gate", "-A SESSIONCTL-GATE -d 10.98.0.3/32 -j REJECT\n"));
        assertThat(plan(LEAVES, 3)).noneMatch(c -> c.startsWith("close"));
    }

    /**
     * Writes during the block are missing on a rejoining server, so the block is removed before the server is filled.
     */
    @Test
    void aRejoiningServerIsUnblockedBeforeItIsFilled()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(STAYS, 1, 2, 3);
        addFacts(STAYS, 1, serving(1, 1, 2, 3).with("gate", AWAY.formatted(3)));
        addFacts(STAYS, 3, serving(3, 1, 2, 3));
        assertThat(plan(STAYS, 1)).containsExactly("return: unblock 10.98.0.3");
        assertThat(changes(STAYS, 1).get(0).command().words()).endsWith("back", "10.98.0.3");
        assertThat(changes(STAYS, 3)).extracting(c -> c.stage().toString()).containsExactly("close", "open");
        // Sessions that only this server holds have ended elsewhere while it was blocked.
        assertThat(changes(STAYS, 3)).contains(cordon());
    }

    @Test
    void otherLeavingServersStayBlockedDuringARejoin()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(STAYS, 1, 2, 3, 9);
        addFacts(STAYS, 1, serving(1, 1, 2, 3, 9).with("gate", AWAY.formatted(3) + AWAY.formatted(9)));
        addFacts(STAYS, 3, serving(3, 1, 2, 3, 9));
        assertThat(plan(STAYS, 1))
                .extracting(c -> c.replaceAll("web: .*", "web"))
                .containsExactly(
                        "away: block 10.98.0.9, 10.98.0.3",
                        "close: push the sessions that only this server holds to the others",
                        "return: block only 10.98.0.9",
                        "web",
                        "retire: unblock 10.98.0.9");
        assertThat(changes(STAYS, 1).get(2).command().words()).endsWith("away", "10.98.0.9");
    }

    @Test
    void aRejoiningServerThatIsStillStartingIsFencedOnceItHasStarted()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        addFactsOfMembers(STAYS, 1, 2, 3);
        addFacts(STAYS, 1, serving(1, 1, 2, 3).with("gate", AWAY.formatted(3)));
        addFacts(
                STAYS,
                3,
                serving(3, 1, 2, 3)
                        .replacing(UNIT, "Id=memcached.service\nActiveState=activating\nSubState=start-post\n")
                        .with("gate", "-A SESSIONCTL-GATE -d 10.98.0.3/32 -j REJECT\n"));
        assertThat(changes(STAYS, 3))
                .extracting(c -> c.stage().toString())
                .containsExactly("memcached", "close", "open");
        assertThat(changes(STAYS, 3)).contains(cordon());
    }
}
