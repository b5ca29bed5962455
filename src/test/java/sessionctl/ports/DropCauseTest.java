package sessionctl.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Samples;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;

/** The cause of a lost connection is found where the packets were seen last, and by the rule that counted them. */
class DropCauseTest {
    private static final List<Droplet> LAMPS = Samples.lamps(2).droplets();
    private static final String TRIED = "attempts|php|10.98.0.2|6|none|0;attempts|guard|10.98.0.2|6|none|0;"
            + "route|10.98.0.2|eth1|10.98.0.1|REACHABLE;";
    private static final String SENT = TRIED + "packets|php|out|syn|10.98.0.2|eth1|18;";
    private static final String ARRIVED =
            "route|10.98.0.1|eth1|10.98.0.2|REACHABLE;packets|php|in|syn|10.98.0.1|eth1|18;";
    private static final String ANSWERED = ARRIVED + "packets|php|out|answer|10.98.0.1|eth1|18;";
    private static final String BACK = SENT + "packets|php|in|answer|10.98.0.2|eth1|18;";

    /** Parses lines that stand for those of the droplet's program: | for a tab, ; for the end of a line. */
    private static @Nullable PacketTrace trace(String lines) {
        return PacketTrace.parse(
                new CommandResult(0, (lines + "end").replace('|', '\t').replace(';', '\n') + "\n", ""));
    }

    private static Optional<DropCause> find(String from, String to) {
        return DropCause.find(LAMPS.get(0), trace(from), LAMPS.get(1), trace(to), 11211);
    }

    private static String describe(String from, String to) {
        return find(from, to)
                .map(cause -> cause.what() + (cause.remedy().isEmpty() ? "" : "; " + cause.remedy()))
                .orElse("nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '~',
            value = {
                "rule|iptables|filter|OUTPUT|1|18|-A OUTPUT -p tcp -m tcp --dport 11211 -j DROP;"
                        + " > by the rule \"-A OUTPUT -p tcp -m tcp --dport 11211 -j DROP\" of iptables;"
                        + " run on lamp01: iptables -D OUTPUT -p tcp -m tcp --dport 11211 -j DROP",
                "rule|iptables-legacy|raw|OUTPUT|2|18|-A OUTPUT -d 10.98.0.2/32 -j DROP;"
                        + " > by the rule \"-A OUTPUT -d 10.98.0.2/32 -j DROP\" of iptables-legacy in its table raw;"
                        + " run on lamp01: iptables-legacy -t raw -D OUTPUT -d 10.98.0.2/32 -j DROP",
                "rule|iptables|filter|EGRESS|2|18|-A EGRESS -j DROP;"
                        + " > by the rule \"-A EGRESS -j DROP\" of iptables; run on lamp01: iptables -I EGRESS 2 -s"
                        + " 10.98.0.1 -d 10.98.0.2 -p tcp --dport 11211 -j ACCEPT",
                "rule|iptables|filter|OUTPUT|0|18|-P OUTPUT DROP;"
                        + " > by the policy DROP of the chain OUTPUT of iptables; run on lamp01: iptables -A OUTPUT -s"
                        + " 10.98.0.1 -d 10.98.0.2 -p tcp --dport 11211 -j ACCEPT",
                "rule|iptables|filter|OUTPUT|0|18|-P OUTPUT DROP;tool|ufw;"
                        + " > by the policy DROP of the chain OUTPUT of iptables; run on lamp01: ufw allow out proto tcp"
                        + " from 10.98.0.1 to 10.98.0.2 port 11211",
                "rule|iptables|filter|ufw-user-output|1|18|-A ufw-user-output -p tcp -j DROP;"
                        + " > by the rule \"-A ufw-user-output -p tcp -j DROP\" of iptables; run on lamp01: ufw insert 1 allow"
                        + " out proto tcp from 10.98.0.1 to 10.98.0.2 port 11211",
                "rule|iptables|filter|OUTPUT|3|18|-A OUTPUT -d 10.98.0.2/32 -p tcp -m comment --comment \"no"
                        + " \\\"old\\\" it's\" -j DROP;"
                        + " > by the rule \"-A OUTPUT -d 10.98.0.2/32 -p tcp -m comment --comment \"no \\\"old\\\" it's\" -j"
                        + " DROP\" of iptables; run on lamp01: iptables -D OUTPUT -d 10.98.0.2/32 -p tcp -m comment"
                        + " --comment 'no \"old\" it'\\''s' -j DROP",
                "nft|inet site|output|output|output|7|18|tcp dport 11211 drop;"
                        + " > by the rule \"tcp dport 11211 drop\" in the table inet site of nftables; run on lamp01: nft"
                        + " insert rule inet site output ip saddr 10.98.0.1 ip daddr 10.98.0.2 tcp dport 11211 accept",
                "nft|inet site|output|out|out|0|-|policy drop;"
                        + " > by the chain out in the table inet site of nftables; run on lamp01: nft insert rule inet site"
                        + " out ip saddr 10.98.0.1 ip daddr 10.98.0.2 tcp dport 11211 accept",
            })
    void theDropletThatConnectsDropsItsOwnPackets(String rules, String words) {
        assertThat(describe(TRIED + rules.strip(), "")).isEqualTo("lamp01 drops its own packets, " + words);
    }

    /** Each of these counted as many packets, and did not drop them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-A OUTPUT -p udp -j DROP",
                "-A OUTPUT ! -p tcp -j DROP",
                "-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j DROP",
                "-A OUTPUT -d 10.98.0.3/32 -j DROP",
                "-A OUTPUT ! -d 10.98.0.0/24 -j REJECT",
                "-A OUTPUT -s 192.0.2.0/24 -j DROP",
                "-A OUTPUT -o eth0 -j DROP",
                "-A OUTPUT ! -o eth1 -j DROP",
                "-A OUTPUT -o wg+ -j DROP",
                "-A OUTPUT -p tcp -m tcp --dport 25 -j DROP",
                "-A OUTPUT -p tcp -m tcp ! --dport 11211 -j DROP",
                "-A OUTPUT -p tcp -m multiport --dports 25,110:143 -j REJECT",
                "-A FORWARD -j DROP",
                "-A INPUT -j DROP",
                "-A PREROUTING -p tcp -m tcp --dport 11211 -j DROP",
            })
    void aRuleThatCannotApplyIsNotBlamed(String rule) {
        String innocent = "rule|iptables|filter|" + rule.split(" ", 3)[1] + "|1|90|" + rule + ";";
        String guilty = "rule|iptables|mangle|OUTPUT|4|18|-A OUTPUT -p tcp -j DROP;";
        assertThat(describe(TRIED + innocent + guilty, ""))
                .startsWith(
                        "lamp01 drops its own packets, by the rule \"-A OUTPUT -p tcp -j DROP\" of iptables in its");
        assertThat(describe(TRIED + innocent, "")).doesNotContain("iptables -", "rule \"");
    }

    @Test
    void aRuleThatCountedFewerPacketsIsNotBlamed() {
        assertThat(describe(TRIED + "rule|iptables|filter|OUTPUT|1|5|-A OUTPUT -p tcp -j DROP;", ""))
                .startsWith("lamp01 drops its own packets, and no rule of iptables or nftables there has counted them");
    }

    @Test
    void severalRulesThatMayHaveDroppedThePacketsGetNoRemedy() {
        String rules = "rule|iptables|filter|OUTPUT|1|18|-A OUTPUT -p tcp -j DROP;"
                + "rule|iptables|mangle|OUTPUT|1|20|-A OUTPUT -o eth1 -j DROP;";
        assertThat(describe(TRIED + rules, ""))
                .isEqualTo(
                        "lamp01 drops its own packets, by the rule \"-A OUTPUT -p tcp -j DROP\" of iptables, or the rule"
                                + " \"-A OUTPUT -o eth1 -j DROP\" of iptables in its table mangle");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '~',
            value = {
                "rule|iptables|raw|PREROUTING|1|18|-A PREROUTING -i eth1 -p tcp -m tcp --dport 11211 -j DROP;"
                        + " > lamp02 drops the packets on arrival, by the rule \"-A PREROUTING -i eth1 -p tcp -m tcp --dport"
                        + " 11211 -j DROP\" of iptables in its table raw; run on lamp02: iptables -t raw -D PREROUTING -i"
                        + " eth1 -p tcp -m tcp --dport 11211 -j DROP",
                "rule|iptables|filter|f2b-sshd|1|18|-A f2b-sshd -s 10.98.0.1/32 -j REJECT;"
                        + " > lamp02 drops the packets on arrival, by the rule \"-A f2b-sshd -s 10.98.0.1/32 -j REJECT\" of"
                        + " iptables; run on lamp02: fail2ban-client unban 10.98.0.1",
                "nft|inet firewalld|input|filter_INPUT|filter_IN_public|9|-|reject with icmpx admin-prohibited;tool|firewalld;"
                        + "packets|php|out|unreachable|10.98.0.1|eth1|6;"
                        + " > lamp02 drops the packets on arrival, by the chain filter_INPUT in the table inet firewalld of"
                        + " nftables; run on lamp02: firewall-cmd --permanent '--zone=trusted' '--add-source=10.98.0.1' &&"
                        + " firewall-cmd --reload",
                "nft|netdev x|ingress|in|in|2|19|tcp dport 11211 counter drop;"
                        + " > lamp02 drops the packets on arrival, by the rule \"tcp dport 11211 counter drop\" in the table"
                        + " netdev x of nftables; run on lamp02: nft insert rule netdev x in ip saddr 10.98.0.1 ip daddr"
                        + " 10.98.0.2 tcp dport 11211 accept",
                "nft|inet a|input|in|in|0|-|policy drop;nft|ip b|input|in2|in2|4|-|drop;"
                        + " > lamp02 drops the packets on arrival, by the chain in in the table inet a of nftables, or the"
                        + " chain in2 in the table ip b of nftables",
                "rule|iptables|filter|OUTPUT|1|18|-A OUTPUT -p tcp -m tcp --sport 11211 -j DROP;"
                        + " > lamp02 drops its own answers, by the rule \"-A OUTPUT -p tcp -m tcp --sport 11211 -j DROP\" of"
                        + " iptables; run on lamp02: iptables -D OUTPUT -p tcp -m tcp --sport 11211 -j DROP",
                "rule|iptables|filter|OUTPUT|0|18|-P OUTPUT DROP;"
                        + " > lamp02 drops its own answers, by the policy DROP of the chain OUTPUT of iptables; run on"
                        + " lamp02: iptables -A OUTPUT -s 10.98.0.2 -d 10.98.0.1 -p tcp --sport 11211 -j ACCEPT",
                "counter|ListenOverflows|18; > memcached there accepts no connections: its queue is full",
                "counter|IPReversePathFilter|18;"
                        + " > lamp02 drops packets of 10.98.0.1 on arrival, because its route to that address is another way"
                        + " (rp_filter); see there: ip route get 10.98.0.1",
                "counter|conntrack|1;"
                        + " > lamp02 drops new connections: its table of connections is full"
                        + " (net.netfilter.nf_conntrack_max)",
                "~~ > lamp02 drops the packets that arrive, and no rule of iptables or nftables there has counted them: look"
                        + " for tc, eBPF or a security program",
            })
    void theOtherDropletDropsThePackets(String rules, String words) {
        assertThat(describe(SENT, ARRIVED + rules.strip())).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '~',
            value = {
                "rule|iptables|filter|INPUT|4|18|-A INPUT -j DROP;"
                        + " > lamp01 drops the answers, by the rule \"-A INPUT -j DROP\" of iptables; run on lamp01: iptables"
                        + " -I INPUT 4 -s 10.98.0.2 -d 10.98.0.1 -p tcp --sport 11211 -j ACCEPT",
                "nft|inet site|input|in|in|0|-|policy drop;"
                        + " > lamp01 drops the answers, by the chain in in the table inet site of nftables; run on lamp01:"
                        + " nft insert rule inet site in ip saddr 10.98.0.2 ip daddr 10.98.0.1 tcp sport 11211 accept",
                "~~ > lamp01 drops the answers of lamp02, and no rule of iptables or nftables there has counted them: look"
                        + " for tc, eBPF or a security program",
            })
    void theDropletThatConnectsDropsTheAnswers(String rules, String words) {
        assertThat(describe(BACK + rules.strip(), ANSWERED)).isEqualTo(words);
    }

    @Test
    void theNetworkBetweenThemIsNamedIfNeitherDropletDropsThePackets() {
        String innocent = "rule|iptables|filter|INPUT|0|500|-P INPUT DROP;nft|inet a|input|in|in|0|-|policy drop;";
        assertThat(describe(SENT + innocent, innocent))
                .isEqualTo(
                        "the network between them drops the packets: they leave lamp01 through eth1 and do not arrive at"
                                + " lamp02; see whether the provider's firewall admits TCP port 11211 between the droplets, and"
                                + " whether both are in one private network");
        assertThat(describe(SENT + innocent, ANSWERED + innocent))
                .startsWith("the network between them drops the packets: they leave lamp02 through eth1");
        assertThat(describe(SENT.replace("eth1|10.98.0.1", "eth0|203.0.113.1"), ""))
                .isEqualTo(
                        "packets of lamp01 to 10.98.0.2 leave through eth0 with the address 203.0.113.1, which is not its"
                                + " private one, and do not arrive; route the private network to the private interface there (ip"
                                + " route get 10.98.0.2)");
        assertThat(describe(TRIED.replace("REACHABLE", "FAILED"), ""))
                .startsWith("no host answers for 10.98.0.2 in the network of lamp01's eth1 (ARP)");
        assertThat(describe(TRIED.replace("eth1|10.98.0.1|REACHABLE", "none|none|none"), ""))
                .isEqualTo("lamp01 has no route to 10.98.0.2; see there: ip route get 10.98.0.2");
    }

    @Test
    void aDropletWithoutARouteBackIsNamed() {
        assertThat(describe(SENT, ARRIVED.replace("eth1|10.98.0.2|REACHABLE", "none|none|none")))
                .isEqualTo("lamp02 has no route to 10.98.0.1; see there: ip route get 10.98.0.1");
    }

    /** Sentinels and PHP then have different reasons. */
    @Test
    void theReasonBehindAFenceAndABlockIsFound() {
        String block =
                "rule|iptables|filter|SESSIONCTL-SILENT|1|6|-A SESSIONCTL-SILENT -d 10.98.0.2/32 -p tcp -j REJECT;";
        assertThat(find(TRIED + block + "packets|guard|out|syn|10.98.0.2|eth1|6;", "")
                        .orElseThrow()
                        .what())
                .startsWith("the network between them");
        assertThat(find(TRIED.replace("guard|10.98.0.2|6|none|0", "guard|10.98.0.2|6|none|6") + block, ""))
                .as("nothing but the block")
                .isEmpty();
        String fence = "rule|iptables|filter|SESSIONCTL-GATE|3|18|-A SESSIONCTL-GATE -d 10.98.0.2/32 -p tcp -j REJECT;";
        assertThat(find(
                        SENT + "packets|guard|out|syn|10.98.0.2|eth1|6;",
                        ARRIVED + fence + "packets|guard|in|syn|10.98.0.1|eth1|6;counter|conntrack|1;"))
                .get()
                .extracting(DropCause::what)
                .asString()
                .startsWith("lamp02 drops new connections");
    }

    @Test
    void provisionMakesTheRulesOfTheFilterTableApply() {
        for (String rule : List.of(
                "rule|iptables|filter|SESSIONCTL|4|18|-A SESSIONCTL -p tcp -m tcp --dport 11211 -j DROP;",
                "rule|iptables|filter|INPUT|0|18|-P INPUT DROP;")) {
            assertThat(find(SENT, ARRIVED + rule).orElseThrow().isFixedByProvision())
                    .as(rule)
                    .isTrue();
        }
        assertThat(find(SENT, ARRIVED + "rule|iptables-legacy|filter|INPUT|1|18|-A INPUT -j DROP;")
                        .orElseThrow()
                        .isFixedByProvision())
                .as("another table than that of provision's rules")
                .isFalse();
        assertThat(find(SENT, ARRIVED + "rule|iptables|raw|PREROUTING|1|18|-A PREROUTING -j DROP;")
                        .orElseThrow()
                        .isFixedByProvision())
                .isFalse();
    }

    @Test
    void withoutCapturedPacketsTheCountersDecide() {
        assertThat(describe(TRIED + "capture|no;", "rule|iptables|filter|INPUT|2|12|-A INPUT -p tcp -j DROP;"))
                .startsWith("lamp02 drops the packets on arrival, by the rule \"-A INPUT -p tcp -j DROP\"");
        assertThat(describe(TRIED + "capture|no;", "")).startsWith("packets cannot be captured there");
    }

    @Test
    void aConnectionThatWorksNowHasNoCause() {
        assertThat(find(TRIED.replace("none|0", "none|2"), "")).isEmpty();
    }

    /** A droplet may print anything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "packets|php",
                "rule|rm -rf /|filter|OUTPUT|1|18|-A OUTPUT -j DROP",
                "rule|iptables|filter|OUTPUT|99999999999|18|-A OUTPUT -j DROP",
                "attempts|php|10.98.0.2|x|y|z",
                "nft|x|output|o|o|1|9|drop",
            })
    void otherLinesDoNoHarm(String line) {
        assertThat(find(TRIED + line + ";", line + ";").map(DropCause::remedy).orElse(""))
                .doesNotContain("rm -rf");
        assertThat(DropCause.find(LAMPS.get(0), null, LAMPS.get(1), null, 11211)
                        .orElseThrow()
                        .what())
                .isEqualTo("where its packets are lost is not known");
    }

    @Test
    void wordsOfAHostileRuleAreQuoted() {
        String rule =
                "rule|iptables|filter|OUTPUT|1|18|-A OUTPUT -d 10.98.0.2/32 -m comment --comment \"$(reboot)`id`\" -j DROP;";
        assertThat(find(TRIED + rule, "").orElseThrow().remedy()).contains("'$(reboot)`id`'");
    }
}
