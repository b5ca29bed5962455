package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.UnreadableFact;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Difference;
import sessionctl.plan.Risk;
import sessionctl.state.Actual;
import sessionctl.state.Role;
import sessionctl.state.Standing;
import sessionctl.state.Turnover;
import sessionctl.state.Unfit;

class StandingsTest {
    private static final String STATS = "bytes 500000\nlimit_maxbytes 67108864\ncurr_items 100\nevictions 0\n";

    private static final String GIVES = "close: give the other servers what only this one holds";

    private final Map<Droplet, Actual> seen = new LinkedHashMap<>();

    private static Cluster cluster(String... droplets) {
        return Samples.cluster("droplets:\n" + String.join("", droplets));
    }

    private static String lamp(int number, String... more) {
        return String.format(
                "  - {name: lamp%02d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d%s}%n",
                number, number, number, String.join("", more));
    }

    /** A droplet in service, whose PHP keeps sessions on these servers. */
    private static Answer serving(Droplet droplet, int... servers) throws IOException {
        String list = Arrays.stream(servers)
                .mapToObj(n -> "tcp://10.98.0." + n + ":11211")
                .collect(Collectors.joining(","));
        return Answer.named("debian-12-provisioned")
                .replacing("tcp://10.98.0.1:11211", list)
                .replacing("10.98.0.1/", droplet.privateIp() + "/")
                .replacing("-l 10.98.0.1", "-l " + droplet.privateIp())
                .replacing("-l\n10.98.0.1", "-l\n" + droplet.privateIp())
                .with("stats", STATS)
                .with("guard", "open 1795502181 100 sessions");
    }

    private static Answer copies(Answer answer, int redundancy) {
        return answer.replacing("session_redundancy=2", "session_redundancy=" + redundancy);
    }

    private void see(Cluster cluster, int index, Answer answer) throws IOException, UnreadableFact {
        Droplet droplet = cluster.droplets().get(index);
        seen.put(
                droplet,
                FactsProbe.parse(Samples.guarded(answer, cluster, droplet).result()));
    }

    private Actual seen(Cluster cluster, int index) {
        return Objects.requireNonNull(seen.get(cluster.droplets().get(index)));
    }

    private Standing standing(Cluster cluster, int index) {
        return Standings.of(cluster, seen, Set.of()).of(cluster.droplets().get(index), seen(cluster, index));
    }

    private List<Change> changes(Cluster cluster, int index) throws IOException, Unfit {
        Droplet droplet = cluster.droplets().get(index);
        Actual actual = seen(cluster, index);
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        return Difference.between(actual.state(), desired.of(droplet, actual).state(), standing(cluster, index));
    }

    private List<String> plan(Cluster cluster, int index) throws IOException, Unfit {
        return changes(cluster, index).stream()
                .map(c -> c.stage() + ": " + c.describe())
                .toList();
    }

    private void seeAll(Cluster cluster, int... servers) throws IOException, UnreadableFact {
        for (int i = 0; i < cluster.droplets().size(); i++) {
            see(cluster, i, serving(cluster.droplets().get(i), servers));
        }
    }

    @Test
    void whereNoListNamesAnyServerAllAreFounders() throws IOException, UnreadableFact {
        Cluster cluster = cluster(lamp(1));
        see(cluster, 0, Answer.named("debian-12-bare"));
        assertThat(standing(cluster, 0).role()).isEqualTo(Role.FOUNDER);
    }

    @Test
    void membersAreRefilledByTheirPeers() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        seeAll(cluster, 1, 2, 3);
        Standing standing = standing(cluster, 1);
        assertThat(standing.role()).isEqualTo(Role.MEMBER);
        assertThat(standing.guarded()).isTrue();
        assertThat(standing.peers()).containsExactly("10.98.0.1", "10.98.0.3");
        assertThat(plan(cluster, 1)).noneMatch(c -> c.startsWith("close") || c.startsWith("open"));
    }

    @Test
    void aNewServerStaysShutUntilAllListsNameIt() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        see(cluster, 0, serving(cluster.droplets().get(0), 1, 2));
        see(cluster, 1, serving(cluster.droplets().get(1), 1, 2));
        see(cluster, 2, Answer.named("debian-12-bare").replacing("10.98.0.1/", "10.98.0.3/"));
        assertThat(standing(cluster, 2).role()).isEqualTo(Role.NEWCOMER);
        assertThat(plan(cluster, 2)).last().isEqualTo("open: fill memcached from its peers and open its port");
        assertThat(plan(cluster, 0))
                .extracting(c -> c.replaceAll(" change .*", ""))
                .containsExactly(GIVES, "web:");
    }

    @Test
    void oneThatWasNotAdmittedYetIsStillNewWhateverTheListsSay() throws IOException, UnreadableFact {
        Cluster cluster = cluster(lamp(1), lamp(2));
        seeAll(cluster, 1, 2);
        see(cluster, 1, serving(cluster.droplets().get(1), 1, 2).with("held", "yes"));
        assertThat(standing(cluster, 1).role()).isEqualTo(Role.NEWCOMER);
    }

    @Test
    void whatTheModulesFileAssignsIsSetThereToo() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2));
        seeAll(cluster, 1, 2);
        Answer own = serving(cluster.droplets().get(0), 1, 2);
        see(
                cluster,
                0,
                own.replacing(
                        "memcache.allow_failover=1",
                        "session.save_path=\"tcp://localhost:11211\"\nmemcache.allow_failover=1"));
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        String ini = "/etc/php/8.2/mods-available/memcache.ini";
        assertThat(desired.of(cluster.droplets().get(0), seen(cluster, 0))
                        .state()
                        .file(ini)
                        .toString())
                .contains("session.save_path=\"tcp://10.98.0.1:11211,tcp://10.98.0.2:11211\"\n")
                .doesNotContain("\nsession.save_path=\"tcp://localhost");
        assertThat(desired.of(cluster.droplets().get(1), seen(cluster, 1))
                        .state()
                        .file(ini)
                        .toString())
                .doesNotContain("\nsession.save_path");
        assertThat(plan(cluster, 0)).anyMatch(c -> c.contains(ini));
    }

    @Test
    void aHandEditedListMakesNobodyElseNew() throws IOException, UnreadableFact {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        seeAll(cluster, 1, 2, 3);
        see(cluster, 2, serving(cluster.droplets().get(2), 1));
        assertThat(standing(cluster, 1).role()).isEqualTo(Role.MEMBER);
    }

    @Test
    void theOnlyListThereIsSaysWhoIsInUse() throws IOException, UnreadableFact {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        see(cluster, 0, Answer.named("debian-12-bare"));
        see(cluster, 1, Answer.named("debian-12-bare").replacing("10.98.0.1/", "10.98.0.2/"));
        see(cluster, 2, serving(cluster.droplets().get(2), 1, 2, 3));
        assertThat(standing(cluster, 2).role()).isEqualTo(Role.MEMBER);
    }

    @Test
    void oneThatOnlyItsOwnListNamesComesFromElsewhere() throws IOException, UnreadableFact {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        see(cluster, 0, serving(cluster.droplets().get(0), 1, 2));
        see(cluster, 1, serving(cluster.droplets().get(1), 1, 2));
        see(cluster, 2, serving(cluster.droplets().get(2), 3));
        assertThat(standing(cluster, 2).role()).isEqualTo(Role.NEWCOMER);
        assertThat(standing(cluster, 2).peers()).containsExactly("10.98.0.1", "10.98.0.2");
        assertThat(standing(cluster, 0).role()).isEqualTo(Role.MEMBER);
        assertThat(standing(cluster, 0).peers()).containsExactly("10.98.0.2");
    }

    @Test
    void whereEachHasOnlyItsOwnServerAllAreMembers() throws IOException, UnreadableFact {
        Cluster cluster = cluster(lamp(1), lamp(2));
        see(cluster, 0, serving(cluster.droplets().get(0), 1));
        see(cluster, 1, serving(cluster.droplets().get(1), 2));
        assertThat(standing(cluster, 0).role()).isEqualTo(Role.MEMBER);
        assertThat(standing(cluster, 1).role()).isEqualTo(Role.MEMBER);
    }

    @Test
    void aListThatStaysShorterKeepsAServerOut() throws IOException, UnreadableFact {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        see(cluster, 0, serving(cluster.droplets().get(0), 1, 2, 3));
        see(cluster, 1, serving(cluster.droplets().get(1), 1, 2));
        Standings standings = Standings.of(cluster, seen, Set.of());
        assertThat(standings.changesMembers(Set.of("lamp03"))).isTrue();
        assertThat(standings.changesMembers(Set.of("lamp02", "lamp03"))).isFalse();
    }

    @Test
    void whoWasNotAllowedToLookAtAnyListKnowsNothing() throws IOException, UnreadableFact {
        Cluster cluster = cluster(lamp(1), lamp(2));
        see(cluster, 1, Answer.named("debian-12-bare"));
        assertThat(Standings.of(cluster, seen, Set.of()).blind()).isTrue();
        see(cluster, 0, serving(cluster.droplets().get(0), 1));
        assertThat(Standings.of(cluster, seen, Set.of()).blind()).isFalse();
    }

    @Test
    void oneThatLeavesIsShutFirstAndStopsLast() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3, ", leaving: true"));
        seeAll(cluster, 1, 2, 3);
        assertThat(plan(cluster, 2)).extracting(c -> c.replaceAll(":.*", "")).containsExactly("close", "web", "retire");
        assertThat(plan(cluster, 2)).last().isEqualTo("retire: stop memcached for good");
        assertThat(standing(cluster, 0).peers()).containsExactly("10.98.0.2");
    }

    @Test
    void theWayToOneThatTheInventoryForgotIsShutMeanwhile() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2));
        seeAll(cluster, 1, 2, 9);
        assertThat(plan(cluster, 0))
                .contains(
                        "close: shut the way to 10.98.0.9",
                        "retire: take the rule away that shut the way to 10.98.0.9");
    }

    @Test
    void oneThatWasToLeaveAndStaysAfterAllIsFilledFirst() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        seeAll(cluster, 1, 2, 3);
        see(
                cluster,
                0,
                serving(cluster.droplets().get(0), 1, 2, 3)
                        .with(
                                "gate",
                                "-A SESSIONCTL-AWAY -d 10.98.0.3/32 -p tcp -m tcp --dport 11211 -j REJECT --reject-with tcp-reset\n"));
        assertThat(standing(cluster, 2).role()).isEqualTo(Role.NEWCOMER);
        assertThat(standing(cluster, 1).peers()).containsExactly("10.98.0.1");
        assertThat(plan(cluster, 2))
                .contains("close: shut the port of memcached until every list of servers is changed")
                .last()
                .isEqualTo("open: fill memcached from its peers and open its port");
        // It is shut itself, and what is written from now on must reach it before it is filled.
        assertThat(plan(cluster, 0))
                .contains("return: take the rule away that shut the way to 10.98.0.3")
                .noneMatch(c -> c.startsWith("retire"));
    }

    @Test
    void anEarlierStartThatDidNotOpenThePortIsMended() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2));
        seeAll(cluster, 1, 2);
        see(
                cluster,
                1,
                serving(cluster.droplets().get(1), 1, 2)
                        .with("gate", "-N SESSIONCTL-GATE\n-A SESSIONCTL-GATE -d 10.98.0.2/32 -j REJECT\n"));
        assertThat(plan(cluster, 1)).anyMatch(c -> c.contains("which an earlier start left shut"));
    }

    @Test
    void aSingleServerCannotBeRestartedWithoutLoss() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1));
        see(cluster, 0, serving(cluster.droplets().get(0), 1));
        assertThat(standing(cluster, 0).unguarded()).startsWith("there is no other server");
        Actual actual = seen(cluster, 0);
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        List<Change> restart = Difference.restart(
                actual.state(), desired.of(cluster.droplets().get(0), actual).state(), standing(cluster, 0));
        assertThat(restart).singleElement().extracting(Change::risk).isEqualTo(Risk.LOSES_LOCAL_SESSIONS);
    }

    @Test
    void whatIsStoredMustFitIntoEveryMemory() throws IOException, UnreadableFact {
        Cluster cluster = Samples.cluster("memcached: {memory: 8}\ndroplets:\n" + lamp(1) + lamp(2));
        seeAll(cluster, 1, 2);
        see(cluster, 0, serving(cluster.droplets().get(0), 1, 2).with("stats", STATS.replace("500000", "9000000")));
        assertThat(standing(cluster, 1).unguarded()).contains("8 MB is too small for the 9 MB");
        assertThat(Standings.of(cluster, seen, Set.of()).warnings(seen(cluster, 1)))
                .anyMatch(w -> w.contains("raise memcached.memory"));
    }

    @Test
    void manySessionsTakeAPatientPhp() throws IOException, UnreadableFact {
        String droplets = "droplets:\n" + lamp(1) + lamp(2);
        Cluster cluster = Samples.cluster("sessions: {server_timeout: 0.69}\n" + droplets);
        seeAll(cluster, 1, 2);
        assertThat(Standings.of(cluster, seen, Set.of()).warnings(seen(cluster, 1)))
                .isEmpty();
        see(
                cluster,
                0,
                serving(cluster.droplets().get(0), 1, 2)
                        .with("stats", STATS.replace("curr_items 100", "curr_items 50001")));
        assertThat(Standings.of(cluster, seen, Set.of()).warnings(seen(cluster, 1)))
                .singleElement()
                .asString()
                .contains("server_timeout is 0.69", "50001", "0.7 or more");
        Cluster patient = Samples.cluster("sessions: {server_timeout: 0.7}\n" + droplets);
        assertThat(Standings.of(patient, seen, Set.of()).warnings(seen(patient, 1)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0.9, 124999, ''",
        "0.9, 125000, write 1 or more",
        "1, 125000, ''",
        "1, 249999, ''",
        "1, 250000, sessions.copies",
        "3, 250000, shorter sessions.lifetime",
    })
    void moreSessionsTakeMorePatienceUntilThereIsNone(String timeout, int items, String remedy)
            throws IOException, UnreadableFact {
        Cluster cluster =
                Samples.cluster("sessions: {server_timeout: " + timeout + "}\ndroplets:\n" + lamp(1) + lamp(2));
        seeAll(cluster, 1, 2);
        see(
                cluster,
                0,
                serving(cluster.droplets().get(0), 1, 2)
                        .with("stats", STATS.replace("curr_items 100", "curr_items " + items)));
        List<String> warnings = Standings.of(cluster, seen, Set.of()).warnings(seen(cluster, 1));
        assertThat(String.join("", warnings)).contains(remedy);
        assertThat(warnings).hasSize(remedy.isEmpty() ? 0 : 1);
    }

    /** Pushed out some of what it held, and is full again. */
    private static final String FULL = "bytes 60000000\nlimit_maxbytes 67108864\ncurr_items 100\nevictions 7\n";

    @ParameterizedTest
    @CsvSource({
        "256, the remedy is more memory, which the inventory gives it now",
        "64, 64 MB is too small for the 58 MB",
    })
    void whatOnlyOneHoldsIsLostWhereItsPeersHaveNoRoom(int memory, String words) throws IOException, UnreadableFact {
        Cluster cluster = Samples.cluster("memcached: {memory: " + memory + "}\ndroplets:\n" + lamp(1) + lamp(2));
        seeAll(cluster, 1, 2);
        see(cluster, 0, serving(cluster.droplets().get(0), 1, 2).with("stats", FULL));
        assertThat(standing(cluster, 1).unguarded()).contains(words);
        assertThat(Standings.of(cluster, seen, Set.of()).warnings(seen(cluster, 0)))
                .anyMatch(w ->
                        w.contains(memory == 256 ? "the inventory gives it 256 MB now" : "raise memcached.memory"));
    }

    @Test
    void whatNobodyHoldsNeedsNoRoom() throws IOException, UnreadableFact {
        Cluster cluster = Samples.cluster("memcached: {memory: 256}\ndroplets:\n" + lamp(1) + lamp(2) + lamp(3));
        seeAll(cluster, 1, 2, 3);
        see(cluster, 0, serving(cluster.droplets().get(0), 1, 2, 3).with("stats", FULL));
        see(cluster, 1, serving(cluster.droplets().get(1), 1, 2, 3).with("stats", STATS.replace("100", "0")));
        assertThat(standing(cluster, 1).unguarded()).isEmpty();
        assertThat(standing(cluster, 2).unguarded()).startsWith("10.98.0.1 has pushed sessions out of its memory");
        see(
                cluster,
                0,
                serving(cluster.droplets().get(0), 1, 2, 3).with("stats", FULL).with("held", "yes"));
        assertThat(standing(cluster, 2).unguarded()).isEmpty();
    }

    private Risk riskOf(Cluster cluster, int index, String words) throws IOException, Unfit {
        return changes(cluster, index).stream()
                .filter(c -> c.describe().contains(words))
                .findFirst()
                .orElseThrow()
                .risk();
    }

    /** Some lists name the new address already, some the old one; each names as many servers as there are copies. */
    @Test
    void aReplacementThatWasInterruptedLosesNothingEither() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        int[][] lists = {{1, 2, 3}, {1, 2, 5}, {1, 2, 3}};
        for (int i = 0; i < 3; i++) {
            see(cluster, i, copies(serving(cluster.droplets().get(i), lists[i]), 4));
        }
        assertThat(standing(cluster, 1).ways().gone()).containsExactly("10.98.0.5");
        assertThat(standing(cluster, 1).leavesGaps()).isFalse();
        assertThat(riskOf(cluster, 1, "shut the way to 10.98.0.5")).isEqualTo(Risk.NONE);
    }

    @Test
    void whereFewerCopiesAreKeptTakingOneOutLosesSessions() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3), lamp(4, ", leaving: true"));
        for (int i = 0; i < 4; i++) {
            see(cluster, i, copies(serving(cluster.droplets().get(i), 1, 2, 3, 4), 3));
        }
        assertThat(riskOf(cluster, 3, "shut the port")).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
        assertThat(standing(cluster, 3).whyLost()).contains("without sessions.copies");
    }

    /** With another list PHP looks elsewhere first, and what is written meanwhile goes to the places of one list only. */
    @ParameterizedTest
    @CsvSource({
        "8.2, 2, '', SPARSE",
        "8.2, 3, '', WHOLE",
        "7.3, 3, '', SPARSE",
        "7.3, 4, '', WHOLE",
        "8.2, 4, 'sessions: {copies: 3}', SPARSE",
    })
    void whereFewerCopiesAreKeptANewServerCostsSessionsToo(
            String php, int redundancy, String sessions, Turnover turnover) throws IOException, UnreadableFact, Unfit {
        Cluster cluster = Samples.cluster(sessions + "\ndroplets:\n" + lamp(1) + lamp(2) + lamp(3) + lamp(4));
        for (int i = 0; i < 3; i++) {
            Answer answer = copies(serving(cluster.droplets().get(i), 1, 2, 3), redundancy)
                    .replacing("8.2", php);
            for (String file : List.of("apache2/php.ini", "mods-available/memcache.ini")) {
                String head = "file 644 root:root /etc/php/%s/" + file;
                answer.with(head.formatted(php), answer.text(head.formatted("8.2")));
            }
            see(cluster, i, answer);
        }
        assertThat(standing(cluster, 0).turnover()).isEqualTo(turnover);
        assertThat(riskOf(cluster, 0, "php.ini"))
                .isEqualTo(turnover == Turnover.SPARSE ? Risk.LOSES_MOVED_SESSIONS : Risk.HOLDS_REQUESTS);
        assertThat(standing(cluster, 0).whyLost().isEmpty()).isEqualTo(turnover == Turnover.WHOLE);
        assertThat(plan(cluster, 0).contains(GIVES)).isEqualTo(turnover == Turnover.WHOLE);
    }

    /** Sessions that nobody has written since then may still have no copy on some servers. */
    @Test
    void beforeAListChangesItsServersGiveEachOtherWhatTheyLack() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3), lamp(4));
        for (int i = 0; i < 3; i++) {
            see(cluster, i, copies(serving(cluster.droplets().get(i), 1, 2, 3), 4));
        }
        see(cluster, 2, copies(serving(cluster.droplets().get(2), 1, 2, 3), 4).with("held", "yes"));
        see(cluster, 3, Answer.named("debian-12-bare").replacing("10.98.0.1/", "10.98.0.4/"));
        assertThat(gives(cluster, 0)).containsExactly("give", "10.98.0.2");
        assertThat(plan(cluster, 2)).doesNotContain(GIVES);
        assertThat(plan(cluster, 3)).doesNotContain(GIVES);
    }

    private List<String> gives(Cluster cluster, int index) throws IOException, Unfit {
        return changes(cluster, index).stream()
                .filter(c -> c.describe().startsWith("give"))
                .flatMap(c -> c.command().words().stream())
                .dropWhile(word -> !word.equals("give"))
                .toList();
    }

    @Test
    void whatIsNotStoredIsNotGiven() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        String empty = STATS.replace("curr_items 100", "curr_items 0");
        for (int i = 0; i < 2; i++) {
            see(cluster, i, serving(cluster.droplets().get(i), 1, 2).with("stats", empty));
        }
        assertThat(plan(cluster, 0)).singleElement().asString().startsWith("web: change");
    }

    @Test
    void whereAllCopiesAreKeptTakingOneOutLosesNone() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3, ", leaving: true"));
        for (int i = 0; i < 3; i++) {
            see(cluster, i, copies(serving(cluster.droplets().get(i), 1, 2, 3), 4));
        }
        assertThat(riskOf(cluster, 2, "shut the port")).isEqualTo(Risk.NONE);
    }

    @Test
    void aNewServerThatCannotBeGuardedCostsSessions() throws IOException, UnreadableFact, Unfit {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        see(cluster, 0, serving(cluster.droplets().get(0), 1, 2));
        see(cluster, 1, serving(cluster.droplets().get(1), 1, 2));
        see(
                cluster,
                2,
                Answer.named("debian-12-bare")
                        .replacing("10.98.0.1/", "10.98.0.3/")
                        .replacing("systemd", "sysvinit"));
        assertThat(standing(cluster, 2).unguarded()).contains("systemd");
        assertThat(riskOf(cluster, 2, "php.ini")).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
    }

    @Test
    void anOldMemcachedCannotBeGuarded() throws IOException, UnreadableFact {
        Cluster cluster = cluster(lamp(1), lamp(2));
        seeAll(cluster, 1, 2);
        see(cluster, 1, serving(cluster.droplets().get(1), 1, 2).replacing("memcached 1.6", "memcached 1.4"));
        assertThat(standing(cluster, 1).unguarded()).contains("memcached 1.5 or newer");
    }
}
