package sessionctl.membership;

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
import sessionctl.desired.DesiredStates;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlanner;
import sessionctl.plan.GuardChange;
import sessionctl.plan.Risk;
import sessionctl.state.DropletFacts;
import sessionctl.state.UnsupportedDropletException;

class MembershipTest {
    private static final String STATS = "bytes 500000\nlimit_maxbytes 67108864\ncurr_items 100\nevictions 0\n";

    private static final String GIVES = "close: push the sessions that only this server holds to the others";

    private final Map<Droplet, DropletFacts> seen = new LinkedHashMap<>();

    private static Cluster cluster(String... droplets) {
        return Samples.cluster("droplets:\n" + String.join("", droplets));
    }

    private static String lamp(int number, String... more) {
        return String.format(
                "  - {name: lamp%02d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d%s}%n",
                number, number, number, String.join("", more));
    }

    /** Returns a droplet in service whose PHP stores sessions on these servers. */
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

    private void addFacts(Cluster cluster, int index, Answer answer) throws IOException, InvalidAnswerException {
        Droplet droplet = cluster.droplets().get(index);
        seen.put(
                droplet,
                FactsProbe.parse(Samples.guarded(answer, cluster, droplet).result()));
    }

    private DropletFacts factsOf(Cluster cluster, int index) {
        return Objects.requireNonNull(seen.get(cluster.droplets().get(index)));
    }

    private MemberStatus memberStatus(Cluster cluster, int index) {
        return Membership.of(cluster, seen, Set.of())
                .statusOf(cluster.droplets().get(index), factsOf(cluster, index));
    }

    private List<Change> changes(Cluster cluster, int index) throws IOException, UnsupportedDropletException {
        Droplet droplet = cluster.droplets().get(index);
        DropletFacts facts = factsOf(cluster, index);
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        return DropletPlanner.between(facts.state(), desired.stateOf(droplet, facts), memberStatus(cluster, index));
    }

    private List<String> plan(Cluster cluster, int index) throws IOException, UnsupportedDropletException {
        return changes(cluster, index).stream()
                .map(c -> c.stage() + ": " + c.describe())
                .toList();
    }

    private void addFactsOfAll(Cluster cluster, int... servers) throws IOException, InvalidAnswerException {
        for (int i = 0; i < cluster.droplets().size(); i++) {
            addFacts(cluster, i, serving(cluster.droplets().get(i), servers));
        }
    }

    @Test
    void ifNoListNamesAServerAllDropletsBootstrap() throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(lamp(1));
        addFacts(cluster, 0, Answer.named("debian-12-bare"));
        assertThat(memberStatus(cluster, 0).role()).isEqualTo(Role.BOOTSTRAP);
    }

    /** The droplets' /etc/hosts is not known, so a name may be any server; its sessions are not counted as none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp://lamp01:11211?weight=1, tcp://lamp02 | lamp01:11211, lamp02:11211",
                "tcp://a tcp://b tcp://c tcp://d tcp://e | a:11211, b:11211, c:11211 and 2 more",
                "tcp://[2001:db8::1]:11211 | [2001:db8::1]:11211",
                "tcp://10.98.0.999:11211 | 10.98.0.999:11211",
                "unix:///run/memcached.sock | unix:///run/memcached.sock"
            })
    void aListOfUnknownServersLosesWhatTheyHold(String list, String shown)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2));
        for (int i = 0; i < 2; i++) {
            Droplet droplet = cluster.droplets().get(i);
            addFacts(
                    cluster,
                    i,
                    serving(droplet, 1).replacing("tcp://10.98.0.1:11211", list).with("stats", ""));
        }
        assertThat(memberStatus(cluster, 0).role()).isEqualTo(Role.JOINING);
        assertThat(memberStatus(cluster, 0).whyLosesSessions())
                .startsWith("session.save_path names " + shown + " instead of private addresses");
        assertThat(changes(cluster, 0)).anyMatch(change -> change.risk().losesSessions());
        assertThat(changes(cluster, 0))
                .noneMatch(change -> change instanceof GuardChange step
                        && step.addresses().stream().anyMatch(address -> !address.startsWith("10.98.0.")));
    }

    @Test
    void aMemberIsFilledFromItsPeers() throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        addFactsOfAll(cluster, 1, 2, 3);
        MemberStatus status = memberStatus(cluster, 1);
        assertThat(status.role()).isEqualTo(Role.MEMBER);
        assertThat(status.isGuarded()).isTrue();
        assertThat(status.peers()).containsExactly("10.98.0.1", "10.98.0.3");
        assertThat(plan(cluster, 1)).noneMatch(c -> c.startsWith("close") || c.startsWith("open"));
    }

    @Test
    void aJoiningServerStaysFencedUntilAllListsNameIt()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        addFacts(cluster, 0, serving(cluster.droplets().get(0), 1, 2));
        addFacts(cluster, 1, serving(cluster.droplets().get(1), 1, 2));
        addFacts(cluster, 2, Answer.named("debian-12-bare").replacing("10.98.0.1/", "10.98.0.3/"));
        assertThat(memberStatus(cluster, 2).role()).isEqualTo(Role.JOINING);
        assertThat(plan(cluster, 2)).last().isEqualTo("open: fill memcached from its peers and open its port");
        assertThat(plan(cluster, 0))
                .extracting(c -> c.replaceAll(" change .*", ""))
                .containsExactly(GIVES, "web:");
    }

    @Test
    void aCordonedServerIsJoiningWhateverTheListsName() throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(lamp(1), lamp(2));
        addFactsOfAll(cluster, 1, 2);
        addFacts(cluster, 1, serving(cluster.droplets().get(1), 1, 2).with("held", "yes"));
        assertThat(memberStatus(cluster, 1).role()).isEqualTo(Role.JOINING);
    }

    @Test
    void settingsInTheFileOfTheModuleAreChangedThere()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2));
        addFactsOfAll(cluster, 1, 2);
        Answer own = serving(cluster.droplets().get(0), 1, 2);
        addFacts(
                cluster,
                0,
                own.replacing(
                        "memcache.allow_failover=1",
                        "session.save_path=\"tcp://localhost:11211\"\nmemcache.allow_failover=1"));
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        String ini = "/etc/php/8.2/mods-available/memcache.ini";
        assertThat(desired.stateOf(cluster.droplets().get(0), factsOf(cluster, 0))
                        .file(ini)
                        .toString())
                .contains("session.save_path=\"tcp://10.98.0.1:11211,tcp://10.98.0.2:11211\"\n")
                .doesNotContain("\nsession.save_path=\"tcp://localhost");
        assertThat(desired.stateOf(cluster.droplets().get(1), factsOf(cluster, 1))
                        .file(ini)
                        .toString())
                .doesNotContain("\nsession.save_path");
        assertThat(plan(cluster, 0)).anyMatch(c -> c.contains(ini));
    }

    @Test
    void aListEditedByHandMakesNoOtherServerJoining() throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        addFactsOfAll(cluster, 1, 2, 3);
        addFacts(cluster, 2, serving(cluster.droplets().get(2), 1));
        assertThat(memberStatus(cluster, 1).role()).isEqualTo(Role.MEMBER);
    }

    @Test
    void theOnlyExistingListDefinesTheMembers() throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        addFacts(cluster, 0, Answer.named("debian-12-bare"));
        addFacts(cluster, 1, Answer.named("debian-12-bare").replacing("10.98.0.1/", "10.98.0.2/"));
        addFacts(cluster, 2, serving(cluster.droplets().get(2), 1, 2, 3));
        assertThat(memberStatus(cluster, 2).role()).isEqualTo(Role.MEMBER);
    }

    @Test
    void aServerThatOnlyItsOwnListNamesIsJoining() throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        addFacts(cluster, 0, serving(cluster.droplets().get(0), 1, 2));
        addFacts(cluster, 1, serving(cluster.droplets().get(1), 1, 2));
        addFacts(cluster, 2, serving(cluster.droplets().get(2), 3));
        assertThat(memberStatus(cluster, 2).role()).isEqualTo(Role.JOINING);
        assertThat(memberStatus(cluster, 2).peers()).containsExactly("10.98.0.1", "10.98.0.2");
        assertThat(memberStatus(cluster, 0).role()).isEqualTo(Role.MEMBER);
        assertThat(memberStatus(cluster, 0).peers()).containsExactly("10.98.0.2");
    }

    @Test
    void ifEachListNamesOnlyItsOwnServerAllAreMembers() throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(lamp(1), lamp(2));
        addFacts(cluster, 0, serving(cluster.droplets().get(0), 1));
        addFacts(cluster, 1, serving(cluster.droplets().get(1), 2));
        assertThat(memberStatus(cluster, 0).role()).isEqualTo(Role.MEMBER);
        assertThat(memberStatus(cluster, 1).role()).isEqualTo(Role.MEMBER);
    }

    @Test
    void aListThatIsNotExtendedKeepsAServerOut() throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        addFacts(cluster, 0, serving(cluster.droplets().get(0), 1, 2, 3));
        addFacts(cluster, 1, serving(cluster.droplets().get(1), 1, 2));
        Membership membership = Membership.of(cluster, seen, Set.of());
        assertThat(membership.changesMembers(Set.of("lamp03"))).isTrue();
        assertThat(membership.changesMembers(Set.of("lamp02", "lamp03"))).isFalse();
    }

    @Test
    void withoutAnyProbedListTheMembershipIsUnknown() throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(lamp(1), lamp(2));
        addFacts(cluster, 1, Answer.named("debian-12-bare"));
        assertThat(Membership.of(cluster, seen, Set.of()).isUnknown()).isTrue();
        addFacts(cluster, 0, serving(cluster.droplets().get(0), 1));
        assertThat(Membership.of(cluster, seen, Set.of()).isUnknown()).isFalse();
    }

    @Test
    void aLeavingServerIsFencedFirstAndStoppedLast()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3, ", leaving: true"));
        addFactsOfAll(cluster, 1, 2, 3);
        assertThat(plan(cluster, 2)).extracting(c -> c.replaceAll(":.*", "")).containsExactly("close", "web", "retire");
        assertThat(plan(cluster, 2)).last().isEqualTo("retire: permanently stop memcached");
        assertThat(memberStatus(cluster, 0).peers()).containsExactly("10.98.0.2");
    }

    @Test
    void aServerDeletedFromTheInventoryIsBlockedDuringTheChange()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2));
        addFactsOfAll(cluster, 1, 2, 9);
        assertThat(plan(cluster, 0)).contains("close: block 10.98.0.9", "retire: unblock 10.98.0.9");
    }

    @Test
    void aBlockedServerThatStaysIsFilledFirst()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        addFactsOfAll(cluster, 1, 2, 3);
        addFacts(
                cluster,
                0,
                serving(cluster.droplets().get(0), 1, 2, 3)
                        .with(
                                "gate",
                                "-A SESSIONCTL-AWAY -d 10.98.0.3/32 -p tcp -m tcp --dport 11211 -j REJECT --reject-with tcp-reset\n"));
        assertThat(memberStatus(cluster, 2).role()).isEqualTo(Role.JOINING);
        assertThat(memberStatus(cluster, 1).peers()).containsExactly("10.98.0.1");
        assertThat(plan(cluster, 2))
                .contains("close: close the port of memcached until every list of servers is changed")
                .last()
                .isEqualTo("open: fill memcached from its peers and open its port");
        // The server itself is fenced, and later writes must reach it before it is filled.
        assertThat(plan(cluster, 0)).contains("return: unblock 10.98.0.3").noneMatch(c -> c.startsWith("retire"));
    }

    @Test
    void aPortThatAnEarlierStartLeftClosedIsOpened()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2));
        addFactsOfAll(cluster, 1, 2);
        addFacts(
                cluster,
                1,
                serving(cluster.droplets().get(1), 1, 2)
                        .with("gate", "-N SESSIONCTL-GATE\n-A SESSIONCTL-GATE -d 10.98.0.2/32 -j REJECT\n"));
        assertThat(plan(cluster, 1)).anyMatch(c -> c.contains("which an earlier start left closed"));
    }

    @Test
    void aSingleServerLosesItsSessionsAtARestart()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1));
        addFacts(cluster, 0, serving(cluster.droplets().get(0), 1));
        assertThat(memberStatus(cluster, 0).whyUnguarded()).startsWith("there is no other server");
        DropletFacts facts = factsOf(cluster, 0);
        DesiredStates desired = new DesiredStates(cluster, Samples.templates());
        List<Change> restart = DropletPlanner.restart(
                facts.state(), desired.stateOf(cluster.droplets().get(0), facts), memberStatus(cluster, 0));
        assertThat(restart).singleElement().extracting(Change::risk).isEqualTo(Risk.LOSES_LOCAL_SESSIONS);
    }

    @Test
    void theStoredSessionsMustFitIntoEveryMemory() throws IOException, InvalidAnswerException {
        Cluster cluster = Samples.cluster("memcached: {memory: 8}\ndroplets:\n" + lamp(1) + lamp(2));
        addFactsOfAll(cluster, 1, 2);
        addFacts(
                cluster, 0, serving(cluster.droplets().get(0), 1, 2).with("stats", STATS.replace("500000", "9000000")));
        assertThat(memberStatus(cluster, 1).whyUnguarded()).contains("8 MB is too small for the 9 MB");
        assertThat(Membership.of(cluster, seen, Set.of()).warnings(factsOf(cluster, 1)))
                .anyMatch(w -> w.contains("raise memcached.memory"));
    }

    @Test
    void manySessionsNeedALongerServerTimeout() throws IOException, InvalidAnswerException {
        String droplets = "droplets:\n" + lamp(1) + lamp(2);
        Cluster cluster = Samples.cluster("sessions: {server_timeout: 0.69}\n" + droplets);
        addFactsOfAll(cluster, 1, 2);
        assertThat(Membership.of(cluster, seen, Set.of()).warnings(factsOf(cluster, 1)))
                .isEmpty();
        addFacts(
                cluster,
                0,
                serving(cluster.droplets().get(0), 1, 2)
                        .with("stats", STATS.replace("curr_items 100", "curr_items 50001")));
        assertThat(Membership.of(cluster, seen, Set.of()).warnings(factsOf(cluster, 1)))
                .singleElement()
                .asString()
                .contains("server_timeout is 0.69", "50001", "0.7 or more");
        Cluster patient = Samples.cluster("sessions: {server_timeout: 0.7}\n" + droplets);
        assertThat(Membership.of(patient, seen, Set.of()).warnings(factsOf(patient, 1)))
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
    void moreSessionsThanTheLongestTimeoutAllowsNeedOtherRemedies(String timeout, int items, String remedy)
            throws IOException, InvalidAnswerException {
        Cluster cluster =
                Samples.cluster("sessions: {server_timeout: " + timeout + "}\ndroplets:\n" + lamp(1) + lamp(2));
        addFactsOfAll(cluster, 1, 2);
        addFacts(
                cluster,
                0,
                serving(cluster.droplets().get(0), 1, 2)
                        .with("stats", STATS.replace("curr_items 100", "curr_items " + items)));
        List<String> warnings = Membership.of(cluster, seen, Set.of()).warnings(factsOf(cluster, 1));
        assertThat(String.join("", warnings)).contains(remedy);
        assertThat(warnings).hasSize(remedy.isEmpty() ? 0 : 1);
    }

    /** Statistics of a full server that has evicted items. */
    private static final String FULL = "bytes 60000000\nlimit_maxbytes 67108864\ncurr_items 100\nevictions 7\n";

    @ParameterizedTest
    @CsvSource({
        "256, the remedy is more memory, which the inventory gives it now",
        "64, 64 MB is too small for the 58 MB",
    })
    void sessionsOfOneServerAreLostIfItsPeersHaveNoRoom(int memory, String words)
            throws IOException, InvalidAnswerException {
        Cluster cluster = Samples.cluster("memcached: {memory: " + memory + "}\ndroplets:\n" + lamp(1) + lamp(2));
        addFactsOfAll(cluster, 1, 2);
        addFacts(cluster, 0, serving(cluster.droplets().get(0), 1, 2).with("stats", FULL));
        assertThat(memberStatus(cluster, 1).whyUnguarded()).contains(words);
        assertThat(Membership.of(cluster, seen, Set.of()).warnings(factsOf(cluster, 0)))
                .anyMatch(w ->
                        w.contains(memory == 256 ? "the inventory gives it 256 MB now" : "raise memcached.memory"));
    }

    @Test
    void sessionsThatNoServerHoldsNeedNoRoom() throws IOException, InvalidAnswerException {
        Cluster cluster = Samples.cluster("memcached: {memory: 256}\ndroplets:\n" + lamp(1) + lamp(2) + lamp(3));
        addFactsOfAll(cluster, 1, 2, 3);
        addFacts(cluster, 0, serving(cluster.droplets().get(0), 1, 2, 3).with("stats", FULL));
        addFacts(cluster, 1, serving(cluster.droplets().get(1), 1, 2, 3).with("stats", STATS.replace("100", "0")));
        assertThat(memberStatus(cluster, 1).whyUnguarded()).isEmpty();
        assertThat(memberStatus(cluster, 2).whyUnguarded()).startsWith("10.98.0.1 has evicted sessions");
        addFacts(
                cluster,
                0,
                serving(cluster.droplets().get(0), 1, 2, 3).with("stats", FULL).with("held", "yes"));
        assertThat(memberStatus(cluster, 2).whyUnguarded()).isEmpty();
    }

    private Risk riskOf(Cluster cluster, int index, String words) throws IOException, UnsupportedDropletException {
        return changes(cluster, index).stream()
                .filter(c -> c.describe().contains(words))
                .findFirst()
                .orElseThrow()
                .risk();
    }

    /** Some lists name the new address already and some the old one. Each names as many servers as there are copies. */
    @Test
    void anInterruptedReplacementLosesNoSessions()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        int[][] lists = {{1, 2, 3}, {1, 2, 5}, {1, 2, 3}};
        for (int i = 0; i < 3; i++) {
            addFacts(cluster, i, copies(serving(cluster.droplets().get(i), lists[i]), 4));
        }
        assertThat(memberStatus(cluster, 1).blocks().leaving()).containsExactly("10.98.0.5");
        assertThat(memberStatus(cluster, 1).hasPartialReplicas()).isFalse();
        assertThat(riskOf(cluster, 1, "block 10.98.0.5")).isEqualTo(Risk.NONE);
    }

    @Test
    void withFewerCopiesThanServersRemovingAServerLosesSessions()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3), lamp(4, ", leaving: true"));
        for (int i = 0; i < 4; i++) {
            addFacts(cluster, i, copies(serving(cluster.droplets().get(i), 1, 2, 3, 4), 3));
        }
        assertThat(riskOf(cluster, 3, "close the port")).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
        assertThat(memberStatus(cluster, 3).whyLosesSessions()).contains("without sessions.copies");
    }

    /** With another list PHP reads other servers first, and writes go to the servers of one list only. */
    @ParameterizedTest
    @CsvSource({
        "8.2, 2, '', PARTIAL_REPLICAS",
        "8.2, 3, '', FULL_REPLICAS",
        "7.3, 3, '', PARTIAL_REPLICAS",
        "7.3, 4, '', FULL_REPLICAS",
        "8.2, 4, 'sessions: {copies: 3}', PARTIAL_REPLICAS",
    })
    void withFewerCopiesThanServersAddingAServerLosesSessions(
            String php, int redundancy, String sessions, MembershipChange membershipChange)
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = Samples.cluster(sessions + "\ndroplets:\n" + lamp(1) + lamp(2) + lamp(3) + lamp(4));
        for (int i = 0; i < 3; i++) {
            Answer answer = copies(serving(cluster.droplets().get(i), 1, 2, 3), redundancy)
                    .replacing("8.2", php);
            for (String file : List.of("apache2/php.ini", "mods-available/memcache.ini")) {
                String head = "file 644 root:root /etc/php/%s/" + file;
                answer.with(head.formatted(php), answer.text(head.formatted("8.2")));
            }
            addFacts(cluster, i, answer);
        }
        assertThat(memberStatus(cluster, 0).change()).isEqualTo(membershipChange);
        assertThat(riskOf(cluster, 0, "php.ini"))
                .isEqualTo(
                        membershipChange == MembershipChange.PARTIAL_REPLICAS
                                ? Risk.LOSES_MOVED_SESSIONS
                                : Risk.HOLDS_REQUESTS);
        assertThat(memberStatus(cluster, 0).whyLosesSessions().isEmpty())
                .isEqualTo(membershipChange == MembershipChange.FULL_REPLICAS);
        assertThat(plan(cluster, 0).contains(GIVES)).isEqualTo(membershipChange == MembershipChange.FULL_REPLICAS);
    }

    /** Sessions that were not written since may still lack a copy on some servers. */
    @Test
    void beforeAListChangesItsServersPushMissingSessionsToEachOther()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3), lamp(4));
        for (int i = 0; i < 3; i++) {
            addFacts(cluster, i, copies(serving(cluster.droplets().get(i), 1, 2, 3), 4));
        }
        addFacts(
                cluster,
                2,
                copies(serving(cluster.droplets().get(2), 1, 2, 3), 4).with("held", "yes"));
        addFacts(cluster, 3, Answer.named("debian-12-bare").replacing("10.98.0.1/", "10.98.0.4/"));
        assertThat(pushTargets(cluster, 0)).containsExactly("give", "10.98.0.2");
        assertThat(plan(cluster, 2)).doesNotContain(GIVES);
        assertThat(plan(cluster, 3)).doesNotContain(GIVES);
    }

    private List<String> pushTargets(Cluster cluster, int index) throws IOException, UnsupportedDropletException {
        return changes(cluster, index).stream()
                .filter(c -> c.describe().startsWith("push"))
                .flatMap(c -> c.command().words().stream())
                .dropWhile(word -> !word.equals("give"))
                .toList();
    }

    @Test
    void serversWithoutSessionsPushNothing() throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        String empty = STATS.replace("curr_items 100", "curr_items 0");
        for (int i = 0; i < 2; i++) {
            addFacts(cluster, i, serving(cluster.droplets().get(i), 1, 2).with("stats", empty));
        }
        assertThat(plan(cluster, 0)).singleElement().asString().startsWith("web: change");
    }

    @Test
    void withCopiesOnAllServersRemovingAServerLosesNoSessions()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3, ", leaving: true"));
        for (int i = 0; i < 3; i++) {
            addFacts(cluster, i, copies(serving(cluster.droplets().get(i), 1, 2, 3), 4));
        }
        assertThat(riskOf(cluster, 2, "close the port")).isEqualTo(Risk.NONE);
    }

    @Test
    void aJoiningServerWithoutAGuardLosesSessions()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = cluster(lamp(1), lamp(2), lamp(3));
        addFacts(cluster, 0, serving(cluster.droplets().get(0), 1, 2));
        addFacts(cluster, 1, serving(cluster.droplets().get(1), 1, 2));
        addFacts(
                cluster,
                2,
                Answer.named("debian-12-bare")
                        .replacing("10.98.0.1/", "10.98.0.3/")
                        .replacing("systemd", "sysvinit"));
        assertThat(memberStatus(cluster, 2).whyUnguarded()).contains("systemd");
        assertThat(riskOf(cluster, 2, "php.ini")).isEqualTo(Risk.LOSES_MOVED_SESSIONS);
    }

    @Test
    void anOldMemcachedCannotHaveAGuard() throws IOException, InvalidAnswerException {
        Cluster cluster = cluster(lamp(1), lamp(2));
        addFactsOfAll(cluster, 1, 2);
        addFacts(cluster, 1, serving(cluster.droplets().get(1), 1, 2).replacing("memcached 1.6", "memcached 1.4"));
        assertThat(memberStatus(cluster, 1).whyUnguarded()).contains("memcached 1.5 or newer");
    }
}
