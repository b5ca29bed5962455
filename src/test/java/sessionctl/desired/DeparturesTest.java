package sessionctl.desired;

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
import sessionctl.facts.FactsProbe;
import sessionctl.facts.UnreadableFact;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Difference;
import sessionctl.plan.GuardChange;
import sessionctl.plan.Risk;
import sessionctl.state.Actual;
import sessionctl.state.FileState;
import sessionctl.state.Standing;
import sessionctl.state.Unfit;

/** Three droplets whose lists name all of them, of which the third leaves. */
class DeparturesTest {
    private static final String LAMPS = """
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
            """;
    private static final Cluster LEAVES = Samples.cluster(
            LAMPS + "  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3, leaving: true}\n");
    private static final Cluster STAYS =
            Samples.cluster(LAMPS + "  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3}\n");

    private static final String SHUT_THE_WAY = "close: shut the way to 10.98.0.3";
    private static final String SHUT_THE_WAY_FIRST = "away: shut the way to 10.98.0.3";
    private static final String UNIT = "Id=memcached.service\nActiveState=active\n";
    private static final String AWAY =
            "-A SESSIONCTL-AWAY -d 10.98.0.%d/32 -p tcp -m tcp --dport 11211 -j REJECT --reject-with tcp-reset\n";

    private final Map<Droplet, Actual> seen = new LinkedHashMap<>();

    /** A droplet in service, whose PHP keeps every session on each of these servers. */
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

    private static Answer old(Answer answer) {
        return answer.replacing("memcached 1.6", "memcached 1.4");
    }

    private void see(Cluster cluster, int number, Answer answer) throws IOException, UnreadableFact {
        Droplet droplet = cluster.droplets().get(number - 1);
        seen.put(
                droplet,
                FactsProbe.parse(Samples.guarded(answer, cluster, droplet).result()));
    }

    private void seeMembers(Cluster cluster, int... servers) throws IOException, UnreadableFact {
        see(cluster, 1, serving(1, servers));
        see(cluster, 2, serving(2, servers));
    }

    private Standing standing(Cluster cluster, int number) throws IOException {
        Droplet droplet = cluster.droplets().get(number - 1);
        GuardsInPlace guards = new GuardsInPlace(new DesiredStates(cluster, Samples.templates()));
        return Standings.of(cluster, seen, guards.among(seen)).of(droplet, Objects.requireNonNull(seen.get(droplet)));
    }

    private List<Change> changes(Cluster cluster, int number) throws IOException, Unfit {
        Droplet droplet = cluster.droplets().get(number - 1);
        Actual actual = Objects.requireNonNull(seen.get(droplet));
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        return Difference.between(actual.state(), desired.of(droplet, actual).state(), standing(cluster, number));
    }

    private List<String> plan(Cluster cluster, int number) throws IOException, Unfit {
        return changes(cluster, number).stream()
                .map(c -> c.stage() + ": " + c.describe())
                .toList();
    }

    private Risk riskOfLists(Cluster cluster, int number) throws IOException, Unfit {
        return changes(cluster, number).stream()
                .filter(c -> c.describe().contains("php.ini"))
                .findFirst()
                .orElseThrow()
                .risk();
    }

    @Test
    void whereNobodyCanShutAServerTheShorterListsCostSessions() throws IOException, UnreadableFact, Unfit {
        for (int i = 1; i <= 3; i++) {
            see(LEAVES, i, old(serving(i, 1, 2, 3)));
        }
        for (int i = 1; i <= 3; i++) {
            assertThat(riskOfLists(LEAVES, i)).as("lamp0%d", i).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
            assertThat(standing(LEAVES, i).whyLost())
                    .startsWith("10.98.0.3 leaves, and PHP here cannot be kept from it");
            assertThat(plan(LEAVES, i)).noneMatch(c -> c.startsWith("close"));
        }
        assertThat(plan(LEAVES, 3)).last().isEqualTo("retire: stop memcached for good");
    }

    @Test
    void sixOfOneWhoseLineIsGone() throws IOException, UnreadableFact, Unfit {
        see(STAYS, 1, old(serving(1, 1, 2, 3, 9)));
        see(STAYS, 2, serving(2, 1, 2, 3, 9));
        see(STAYS, 3, serving(3, 1, 2, 3));
        assertThat(riskOfLists(STAYS, 1)).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
        assertThat(standing(STAYS, 1).whyLost()).contains("10.98.0.9");
        assertThat(riskOfLists(STAYS, 2)).isEqualTo(Risk.HOLDS_REQUESTS);
        assertThat(plan(STAYS, 2)).contains("close: shut the way to 10.98.0.9");
    }

    @Test
    void theOthersShutTheWayToOneThatCannotShutItself() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        see(LEAVES, 3, old(serving(3, 1, 2, 3)));
        assertThat(plan(LEAVES, 1)).contains(SHUT_THE_WAY, "retire: take the rule away that shut the way to 10.98.0.3");
        assertThat(riskOfLists(LEAVES, 1)).isEqualTo(Risk.HOLDS_REQUESTS);
        assertThat(riskOfLists(LEAVES, 3)).as("its own PHP").isEqualTo(Risk.LOSES_MOVED_SESSIONS);
        assertThat(plan(LEAVES, 3))
                .noneMatch(c -> c.startsWith("close"))
                .last()
                .isEqualTo("retire: stop memcached for good");
    }

    @Test
    void oneThatHasStoppedIsShutToEverybody() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        see(LEAVES, 3, old(serving(3, 1, 2, 3)).replacing(UNIT, UNIT.replace("active", "inactive")));
        assertThat(plan(LEAVES, 1)).doesNotContain(SHUT_THE_WAY);
        assertThat(riskOfLists(LEAVES, 3)).isEqualTo(Risk.HOLDS_REQUESTS);
    }

    @Test
    void withoutSystemdNobodyStopsIt() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        see(LEAVES, 3, serving(3, 1, 2, 3).with("init", "other"));
        assertThat(plan(LEAVES, 3)).noneMatch(c -> c.startsWith("retire"));
        assertThat(riskOfLists(LEAVES, 3)).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
        assertThat(plan(LEAVES, 1)).contains(SHUT_THE_WAY);
    }

    @Test
    void theOthersShutTheWayToOneThatWasNotReached() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        assertThat(standing(LEAVES, 1).ways().gone()).containsExactly("10.98.0.3");
        assertThat(plan(LEAVES, 1))
                .contains(SHUT_THE_WAY_FIRST, "retire: take the rule away that shut the way to 10.98.0.3");
        assertThat(riskOfLists(LEAVES, 1)).isEqualTo(Risk.HOLDS_REQUESTS);
    }

    /** A page waits for a server that is down until the way there is shut, so that it does not wait for packages, too. */
    @Test
    void theWayToADeadOneIsShutBeforeItsSuccessorIsInstalled() throws IOException, UnreadableFact, Unfit {
        seeMembers(STAYS, 1, 2, 9);
        see(STAYS, 3, Answer.named("debian-12-bare").replacing("10.98.0.1/", "10.98.0.3/"));
        for (int i = 1; i <= 2; i++) {
            assertThat(plan(STAYS, i)).first().isEqualTo("away: shut the way to 10.98.0.9");
        }
        assertThat(plan(STAYS, 3))
                .contains("close: shut the way to 10.98.0.9")
                .first()
                .asString()
                .startsWith("packages:");
    }

    /** Nobody may read from it where others do not write to it any more, so that all shut the way at the same stage. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "half of it", "iptables", "dpkg"})
    void whereOneLacksItsGuardNobodyIsFirst(String what) throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        Answer second = serving(2, 1, 2, 3);
        see(
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
            Actual actual = Objects.requireNonNull(seen.get(LEAVES.droplets().get(1)));
            FileState.Present guard = (FileState.Present) actual.state().file(Guard.PATH);
            String half = guard.content().substring(0, guard.content().length() / 2);
            second = second.with("file " + guard.mode() + " " + guard.owner() + " " + Guard.PATH, half);
            seen.put(LEAVES.droplets().get(1), FactsProbe.parse(second.result()));
        }
        for (int i = 1; i <= 2; i++) {
            assertThat(plan(LEAVES, i)).contains(SHUT_THE_WAY).noneMatch(c -> c.startsWith("away"));
        }
    }

    /** It has a list, but nobody's pages are its, and no guard is wanted there. */
    @Test
    void oneThatHasLeftBeforeKeepsNobodyFromBeingFirst() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = Samples.cluster(LAMPS
                + "  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3, leaving: true}\n"
                + "  - {name: lamp04, public_ip: 203.0.113.4, private_ip: 10.98.0.4, leaving: true}\n");
        seeMembers(cluster, 1, 2, 3);
        see(
                cluster,
                4,
                serving(4, 1, 2)
                        .replacing(UNIT + "UnitFileState=enabled", "Id=memcached.service\nActiveState=inactive")
                        .without("file 644 root:root /etc/systemd/system/memcached.service.d/sessionctl.conf"));
        assertThat(plan(cluster, 1)).contains(SHUT_THE_WAY_FIRST);
    }

    /** It is the only one that PHP can use. */
    @Test
    void whereNoOtherServerIsOpenNobodyIsFirst() throws IOException, UnreadableFact, Unfit {
        for (int i = 1; i <= 2; i++) {
            String gate = "-A SESSIONCTL-GATE -d 10.98.0." + i + "/32 -j REJECT\n";
            see(LEAVES, i, serving(i, 1, 2, 3).with("gate", gate));
        }
        assertThat(plan(LEAVES, 1)).contains(SHUT_THE_WAY).noneMatch(c -> c.startsWith("away"));
        see(LEAVES, 2, serving(2, 1, 2, 3));
        assertThat(plan(LEAVES, 1)).contains(SHUT_THE_WAY_FIRST);
    }

    /** The packet filter has forgotten it, but the guard will remember at its next start. */
    @Test
    void aWayThatWouldBeShutAgainIsFreedToo() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2);
        see(LEAVES, 1, serving(1, 1, 2).with("away", "10.98.0.9\n"));
        assertThat(plan(LEAVES, 1)).containsExactly("retire: take the rule away that shut the way to 10.98.0.9");
    }

    @Test
    void onceNoListNamesItNothingIsLeftToDo() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2);
        assertThat(plan(LEAVES, 1)).isEmpty();
        see(
                LEAVES,
                3,
                serving(3, 1, 2)
                        .replacing(UNIT + "UnitFileState=enabled", "Id=memcached.service\nActiveState=inactive"));
        assertThat(plan(LEAVES, 3)).isEmpty();
    }

    /** Another release of ours may write another guard; one that never starts again needs none. */
    @Test
    void oneThatHasLeftIsLeftAsItIs() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2);
        Answer left = serving(3, 1, 2)
                .replacing(UNIT + "UnitFileState=enabled", "Id=memcached.service\nActiveState=inactive")
                .without("file 644 root:root /etc/systemd/system/memcached.service.d/sessionctl.conf");
        see(LEAVES, 3, left);
        assertThat(plan(LEAVES, 3)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"start-pre", "start-post"})
    void oneThatIsOnlyStartingStopsAtOnce(String how) throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        see(
                LEAVES,
                3,
                serving(3, 1, 2, 3)
                        .replacing(UNIT, "Id=memcached.service\nActiveState=activating\nSubState=" + how + "\n"));
        assertThat(plan(LEAVES, 3))
                .extracting(c -> c.replaceAll("web: .*", "web"))
                .containsExactly("close: stop memcached for good, which is only starting", "web");
    }

    @Test
    void oneThatWouldStartAtTheNextBootDoesNotAnyMore() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        see(LEAVES, 3, serving(3, 1, 2, 3).replacing(UNIT, UNIT.replace("active", "inactive")));
        assertThat(plan(LEAVES, 3))
                .noneMatch(c -> c.startsWith("close"))
                .last()
                .isEqualTo("retire: stop memcached for good");
    }

    @Test
    void oneThatWasNeverGuardedGetsItsGuardFirst() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        Answer own = serving(3, 1, 2, 3)
                .without("file 644 root:root /etc/systemd/system/memcached.service.d/sessionctl.conf")
                .replacing("ii  iptables 1.8.9-2\n", "");
        see(LEAVES, 3, own);
        assertThat(plan(LEAVES, 3))
                .extracting(c -> c.replaceAll(":.*", ""))
                .containsExactly("packages", "memcached", "close", "web", "retire");
        assertThat(plan(LEAVES, 3)).first().isEqualTo("packages: install iptables");
    }

    @Test
    void oneWithoutPhpIsShutAndStopsToo() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        see(
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
    void oneThatWasShutBeforeGivesNobodyWhatItHeld(boolean shut, boolean held, int peers)
            throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        Answer own = serving(3, 1, 2, 3).with("held", held ? "yes" : "no");
        see(LEAVES, 3, shut ? own.with("gate", "-A SESSIONCTL-GATE -d 10.98.0.3/32 -j REJECT\n") : own);
        assertThat(changes(LEAVES, 3))
                .filteredOn(c -> c instanceof GuardChange step && step.order() == GuardChange.Order.HOLD)
                .singleElement()
                .extracting(c -> ((GuardChange) c).addresses().size())
                .isEqualTo(peers);
    }

    /** It was down while it was taken out, and is up again: what it holds may have ended elsewhere. */
    @Test
    void oneThatTheOthersHaveForgottenGivesNobodyWhatItHolds() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2);
        see(LEAVES, 3, serving(3, 1, 2, 3));
        assertThat(plan(LEAVES, 1)).isEmpty();
        assertThat(changes(LEAVES, 3)).contains(hold());
        see(LEAVES, 3, serving(3, 3));
        assertThat(changes(LEAVES, 3)).contains(hold("10.98.0.1", "10.98.0.2"));
    }

    private static GuardChange hold(String... peers) {
        return new GuardChange(GuardChange.Order.HOLD, List.of(peers), Risk.NONE);
    }

    @Test
    void oneThatIsHeldAlreadyStaysSo() throws IOException, UnreadableFact, Unfit {
        seeMembers(LEAVES, 1, 2, 3);
        see(
                LEAVES,
                3,
                serving(3, 1, 2, 3).with("held", "yes").with("gate", "-A SESSIONCTL-GATE -d 10.98.0.3/32 -j REJECT\n"));
        assertThat(plan(LEAVES, 3)).noneMatch(c -> c.startsWith("close"));
    }

    /** What is written while the way is shut is missing in a member that comes back, so that it is free before it is filled. */
    @Test
    void theWayToOneThatComesBackIsFreeBeforeItIsFilled() throws IOException, UnreadableFact, Unfit {
        seeMembers(STAYS, 1, 2, 3);
        see(STAYS, 1, serving(1, 1, 2, 3).with("gate", AWAY.formatted(3)));
        see(STAYS, 3, serving(3, 1, 2, 3));
        assertThat(plan(STAYS, 1)).containsExactly("return: take the rule away that shut the way to 10.98.0.3");
        assertThat(changes(STAYS, 1).get(0).command().words()).endsWith("back", "10.98.0.3");
        assertThat(changes(STAYS, 3)).extracting(c -> c.stage().toString()).containsExactly("close", "open");
        // What only it holds has ended elsewhere while nobody could tell it.
        assertThat(changes(STAYS, 3)).contains(hold());
    }

    @Test
    void theWayToThoseThatLeaveMeanwhileStaysShut() throws IOException, UnreadableFact, Unfit {
        seeMembers(STAYS, 1, 2, 3, 9);
        see(STAYS, 1, serving(1, 1, 2, 3, 9).with("gate", AWAY.formatted(3) + AWAY.formatted(9)));
        see(STAYS, 3, serving(3, 1, 2, 3, 9));
        assertThat(plan(STAYS, 1))
                .extracting(c -> c.replaceAll("web: .*", "web"))
                .containsExactly(
                        "away: shut the way to 10.98.0.9, 10.98.0.3",
                        "close: give the other servers what only this one holds",
                        "return: shut the way only to 10.98.0.9",
                        "web",
                        "retire: take the rule away that shut the way to 10.98.0.9");
        assertThat(changes(STAYS, 1).get(2).command().words()).endsWith("away", "10.98.0.9");
    }

    @Test
    void oneThatComesBackWhileItStartsIsShutOnceItHasStarted() throws IOException, UnreadableFact, Unfit {
        seeMembers(STAYS, 1, 2, 3);
        see(STAYS, 1, serving(1, 1, 2, 3).with("gate", AWAY.formatted(3)));
        see(
                STAYS,
                3,
                serving(3, 1, 2, 3)
                        .replacing(UNIT, "Id=memcached.service\nActiveState=activating\nSubState=start-post\n")
                        .with("gate", "-A SESSIONCTL-GATE -d 10.98.0.3/32 -j REJECT\n"));
        assertThat(changes(STAYS, 3))
                .extracting(c -> c.stage().toString())
                .containsExactly("memcached", "close", "open");
        assertThat(changes(STAYS, 3)).contains(hold());
    }
}
