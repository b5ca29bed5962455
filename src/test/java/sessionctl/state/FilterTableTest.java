package sessionctl.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adding and removing sessionctl's rules never changes, moves or removes a line of another program. */
class FilterTableTest {
    private static final int SEEDS = 3000;

    private static void forAll(Consumer<Tables> property) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                property.accept(new Tables(new Random(seed)));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /** Returns the lines of other programs, without the policy of INPUT, which mode full sets. */
    private static List<String> foreign(FilterTable table) {
        return table.text()
                .lines()
                .filter(l -> !l.startsWith(":INPUT "))
                .filter(l -> ManagedRules.CHAINS.stream()
                        .noneMatch(c -> l.startsWith(":" + c + " ")
                                || l.startsWith("-A " + c + " ")
                                || l.equals("-A INPUT -j " + c)))
                .toList();
    }

    @Test
    void aTableIsWrittenAndReadBackEqual() {
        forAll(tables -> {
            FilterTable foreign = tables.foreign();
            FilterTable table = foreign.with(tables.own(foreign));
            assertThat(FilterTable.parse(table.text())).isEqualTo(table);
            assertThat(FilterTable.parse(table.text()).text()).isEqualTo(table.text());
        });
    }

    /** A droplet's table may be as large as its answer; the time for a change must stay proportional to it. */
    @Test
    void aTableOfVeryManyChainsIsChangedQuickly() {
        int many = 100_000;
        String chains =
                IntStream.range(0, many).mapToObj(i -> ":C" + i + " - [0:0]\n").collect(Collectors.joining());
        String rules = IntStream.range(0, many)
                .mapToObj(i -> "-A C" + i + " -j DROP\n")
                .collect(Collectors.joining());
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            FilterTable table = FilterTable.parse("*filter\n" + chains + rules + "COMMIT\n");
            ManagedRules own = new ManagedRules(
                    Map.of(ManagedRules.PAIRWISE, List.of("-A SESSIONCTL -j DROP")),
                    List.of(new ManagedRules.Jump(1, ManagedRules.PAIRWISE)),
                    "ACCEPT");
            FilterTable changed = table.with(own);
            assertThat(changed.managedRules()).isEqualTo(own);
            assertThat(changed.with(ManagedRules.none("ACCEPT"))).isEqualTo(table);
        });
    }

    @Test
    void linesOfOtherProgramsKeepTheirContentAndPlace() {
        forAll(tables -> {
            FilterTable table = tables.foreign();
            FilterTable once = table.with(tables.own(table));
            FilterTable twice = once.with(tables.own(once));
            assertThat(foreign(once)).isEqualTo(foreign(table));
            assertThat(foreign(twice)).isEqualTo(foreign(table));
            assertThat(twice.with(ManagedRules.none(table.inputPolicy()))).isEqualTo(table);
        });
    }

    @Test
    void theFenceIsMovedBeforeARuleOfAnotherProgram() {
        FilterTable table = FilterTable.parse("""
            :INPUT ACCEPT [0:0]
            :SESSIONCTL-GATE - [0:0]
            :f2b-sshd - [0:0]
            -A INPUT -j f2b-sshd
            -A INPUT -j SESSIONCTL-GATE
            """);
        ManagedRules wanted = new ManagedRules(
                Map.of(ManagedRules.PAIRWISE, List.of("-A SESSIONCTL -j RETURN")),
                List.of(new ManagedRules.Jump(table.firstPosition(), ManagedRules.PAIRWISE)),
                "ACCEPT");
        assertThat(table.with(wanted).input())
                .containsExactly("-A INPUT -j SESSIONCTL-GATE", "-A INPUT -j SESSIONCTL", "-A INPUT -j f2b-sshd");
        assertThat(table.program(wanted))
                .contains("-D INPUT -j SESSIONCTL-GATE\n-I INPUT 1 -j SESSIONCTL-GATE\n-I INPUT 2 -j SESSIONCTL\n");
        assertThat(table.with(ManagedRules.none("ACCEPT"))).isEqualTo(table);
    }

    @Test
    void theBlocksOfTheSentinelAreNeitherShownNorChanged() {
        String blocks = "-A SESSIONCTL-SILENT -d 10.98.0.2/32 -p tcp -m tcp ! --sport 0:1023 --dport 11211 -j REJECT\n";
        FilterTable table = FilterTable.parse("""
            :INPUT ACCEPT [0:0]
            :SESSIONCTL-GATE - [0:0]
            :SESSIONCTL-SILENT - [0:0]
            -A INPUT -j SESSIONCTL-GATE
            -A OUTPUT -j SESSIONCTL-SILENT
            -A SESSIONCTL-GATE -s 10.98.0.2/32 -d 10.98.0.1/32 -p tcp -m tcp --sport 0:1023 --dport 11211 -j RETURN
            -A SESSIONCTL-GATE -d 10.98.0.1/32 ! -s 127.0.0.1/32 -p tcp -m tcp --dport 11211 -j REJECT
            """ + blocks);
        ManagedRules wanted = new ManagedRules(
                Map.of(ManagedRules.PAIRWISE, List.of("-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP")),
                List.of(new ManagedRules.Jump(table.firstPosition(), ManagedRules.PAIRWISE)),
                "ACCEPT");
        assertThat(table.managedRules().chains()).isEmpty();
        assertThat(table.access(11211)).isEqualTo(FilterTable.Access.OPEN);
        assertThat(table.with(wanted).access(11211)).isEqualTo(FilterTable.Access.CLOSED);
        assertThat(table.program(wanted)).doesNotContain("SILENT", "OUTPUT");
        assertThat(table.with(wanted).text()).doesNotContain("SILENT");
        assertThat(table.with(wanted).with(ManagedRules.none("ACCEPT"))).isEqualTo(table);
    }

    @Test
    void theDesiredRulesAreInTheChangedTable() {
        forAll(tables -> {
            FilterTable table = tables.foreign();
            ManagedRules own = tables.own(table);
            FilterTable with = table.with(own);
            assertThat(with.managedRules()).isEqualTo(own);
            assertThat(with.with(own)).isEqualTo(with);
            assertThat(List.copyOf(with.with(own).policies().keySet()))
                    .isEqualTo(List.copyOf(with.policies().keySet()));
        });
    }

    @Test
    void iptablesRestoreMakesExactlyTheTableThatWasShown() {
        forAll(tables -> {
            FilterTable foreign = tables.foreign();
            FilterTable before = foreign.with(tables.own(foreign));
            ManagedRules wanted = tables.own(before);
            FilterTable after =
                    new RestoreLines(before).apply(before.program(wanted)).table();
            assertThat(after.text()).isEqualTo(before.with(wanted).text());
            FilterTable undone = new RestoreLines(after)
                    .apply(after.program(before.managedRules()))
                    .table();
            assertThat(undone.text()).isEqualTo(before.text());
        });
    }

    @Test
    void aRollbackIsAcceptedThoughOtherProgramsRemovedRules() {
        FilterTable before = new FilterTable(
                        Map.of("INPUT", "ACCEPT"),
                        List.of("-A INPUT -i lo -j ACCEPT", "-A INPUT -s 192.0.2.1/32 -j DROP"))
                .with(new ManagedRules(
                        Map.of(ManagedRules.FULL, List.of("-A " + ManagedRules.FULL + " -i lo -j ACCEPT")),
                        List.of(new ManagedRules.Jump(3, ManagedRules.FULL)),
                        "DROP"));
        ManagedRules none = ManagedRules.none("ACCEPT");
        String undo = before.with(none).program(before.managedRules());
        FilterTable fewer = new FilterTable(Map.of("INPUT", "ACCEPT"), List.of("-A INPUT -i lo -j ACCEPT"));
        assertThat(new RestoreLines(fewer).apply(undo).table().rules())
                .startsWith("-A INPUT -i lo -j ACCEPT", "-A INPUT -j SESSIONCTL-FULL");
    }

    @Test
    void commentsAndCountersAreIgnored() {
        FilterTable table = FilterTable.parse("""
            # Generated by iptables-save v1.8.9 (nf_tables) on Sun Nov 22 09:28:25 2026
            *filter
            :INPUT DROP [12:3400]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [7:8]
            :f2b-sshd - [0:0]
            -A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
            -A f2b-sshd -j RETURN
            COMMIT
            # Completed on Sun Nov 22 09:28:25 2026
            """);
        assertThat(table.text()).isEqualTo("""
            *filter
            :INPUT DROP
            :FORWARD ACCEPT
            :OUTPUT ACCEPT
            :f2b-sshd -
            -A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
            -A f2b-sshd -j RETURN
            COMMIT
            """);
    }

    @Test
    void anEmptyTextIsAnEmptyTable() {
        assertThat(FilterTable.parse("").text())
                .isEqualTo("*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n");
        assertThat(FilterTable.parse(":odd\nanything\n").policies()).containsEntry("odd", "-");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                                          | OPEN",
                "':INPUT DROP [0:0]'                                                         | CLOSED",
                "'-A INPUT -j SESSIONCTL;-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP'   | CLOSED",
                "'-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP'                          | OPEN",
                "'-A INPUT -j SESSIONCTL;-A SESSIONCTL -p tcp -m tcp --dport 11212 -j DROP'   | OPEN",
                "'-A INPUT -j SESSIONCTL;-A SESSIONCTL -s 10.1.1.2/32 -p tcp -m tcp --dport 11211 -j DROP' | OPEN",
                "'-A INPUT -j SESSIONCTL-GATE;-A INPUT -j SESSIONCTL;-A SESSIONCTL -s 10.1.1.2/32 -i eth1 -p tcp -m"
                        + " tcp --dport 11211 -j ACCEPT;-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP;-A INPUT -i eth1"
                        + " -j ACCEPT' | CLOSED",
                "'-A INPUT -i eth1 -j ACCEPT;-A INPUT -j SESSIONCTL;-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP'"
                        + " | UNKNOWN",
                "'-A INPUT -p udp -m udp --dport 11211 -j DROP'                               | OPEN",
                "'-A INPUT -p tcp -m tcp --dport 11211 -j REJECT --reject-with tcp-reset'     | CLOSED",
                "'-A INPUT -i eth0 -j DROP'                                                   | OPEN",
                "'-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT;-A INPUT -j DROP' | CLOSED",
                "'-A INPUT -m state ! --state NEW -j ACCEPT;-A INPUT -j DROP'                 | CLOSED",
                "'-A INPUT -p tcp -m tcp --dport 11211 -j ACCEPT;-A INPUT -j DROP'            | OPEN",
                "'-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd'                       | OPEN",
                "':INPUT DROP [0:0];-A INPUT -i eth1 -j ACCEPT'                               | UNKNOWN",
                "':INPUT DROP [0:0];-A INPUT -i lo -j ACCEPT;-A INPUT -p icmp -j ACCEPT'      | CLOSED",
                "':INPUT DROP [0:0];-A INPUT ! -i lo -j ACCEPT'                               | UNKNOWN",
                "'-A INPUT -s 10.0.0.0/8 -j ACCEPT;-A INPUT -j DROP'                          | UNKNOWN",
                "'-A INPUT -s 10.77.0.0/24 -p tcp -m tcp --dport 11211 -j ACCEPT;-A INPUT -j DROP' | UNKNOWN",
                "'-A INPUT -s 10.77.0.9/32 -p tcp -m tcp --dport 11211 -j ACCEPT;-A INPUT -j DROP' | CLOSED",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m multiport --dports 22,80,11211 -j ACCEPT' | OPEN",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m multiport --dports 22,80 -j ACCEPT'    | CLOSED",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m conntrack --ctstate NEW -m tcp --dport 11211 -j ACCEPT' | OPEN",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m tcp --dport 1024:65535 -j ACCEPT'      | OPEN",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m tcp ! --dport 22 -j ACCEPT'            | OPEN",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m tcp ! --dport ssh -j ACCEPT'           | UNKNOWN",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m tcp --dport memcache -j ACCEPT'        | UNKNOWN",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m multiport --dports ssh,11211 -j ACCEPT' | OPEN",
                "'-A INPUT -p tcp -m tcp --dport ssh -j DROP'                                 | UNKNOWN",
                "'-A INPUT -p tcp -m tcp ! --dport ssh -j DROP'                               | UNKNOWN",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m tcp ! --dport 1024: -j ACCEPT'         | CLOSED",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m tcp ! --dport :1023 -j ACCEPT'         | OPEN",
                "'-A INPUT -p tcp -m tcp --dport 1024: -j DROP'                               | CLOSED",
                "'-A INPUT -p tcp -m tcp --dport :1023 -j DROP'                               | OPEN",
                "'-A INPUT -p tcp -m tcp --dport : -j DROP'                                   | CLOSED",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m tcp --dport 22 -m comment --comment \"-p tcp --dport 11211\" -j"
                        + " ACCEPT' | CLOSED",
                "'-A INPUT -m comment --comment open -j ACCEPT;-A INPUT -j DROP'              | OPEN",
                "':INPUT DROP [0:0];-A INPUT -j ufw-before-input'                             | UNKNOWN",
                "'-A INPUT -j LOCAL'                                                          | UNKNOWN",
                "'-A INPUT -g LOCAL'                                                          | UNKNOWN",
                "':INPUT DROP [0:0];-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT' | UNKNOWN",
                "'-A INPUT -j LOG --log-prefix x;-A INPUT -j DROP'                            | CLOSED",
                "'-A INPUT ! -s 10.0.0.0/8 -p tcp -m tcp --dport 11211 -j DROP'               | UNKNOWN",
                "'-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT;-A INPUT -j REJECT'             | CLOSED"
            })
    void aPortCountsAsClosedOnlyIfTheRulesCertainlyCloseIt(String rules, FilterTable.Access access) {
        String chain = rules.contains("-A SESSIONCTL ") ? ":SESSIONCTL - [0:0]\n" : "";
        assertThat(FilterTable.parse(chain + rules.replace(';', '\n')).access(11211))
                .isEqualTo(access);
    }

    @Test
    @Timeout(10)
    void manyJumpsToAChainAreFollowedOnce() {
        String jumps = "-A INPUT -j SESSIONCTL\n".repeat(9_000);
        String rules = "-A SESSIONCTL -s 10.1.1.2/32 -p tcp -m tcp --dport 11211 -j DROP\n".repeat(9_000);
        FilterTable table = FilterTable.parse(":SESSIONCTL - [0:0]\n" + jumps + rules);
        assertThat(table.access(11211)).isEqualTo(FilterTable.Access.OPEN);
    }
}
