package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Clusters;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.ManagedRules;
import sessionctl.state.UnsupportedDropletException;

/** The pairwise rules, which decide who may connect to the memcached port, for random clusters of an inventory. */
class PairwiseFirewallTest {
    private static final Pattern ACCEPTED =
            Pattern.compile("-A SESSIONCTL -s (\\S+)/32 -i (\\S+) -p tcp -m tcp --dport (\\d+) -j ACCEPT");
    private static final FilterTable EMPTY = FilterTable.parse("");
    private static final Cluster FULL = Samples.cluster(
            "firewall: {mode: full}\ndroplets:\n  - {name: a, public_ip: 203.0.113.1, private_ip: 10.98.0.1}\n");

    private static List<Cluster> clusters() {
        List<Cluster> clusters = new ArrayList<>();
        for (long seed = 0; seed < 500; seed++) {
            clusters.add(new Clusters(new Random(seed)).any());
        }
        return clusters;
    }

    private static FirewallFacts fresh(Droplet droplet) {
        String device = droplet.privateInterface() == null ? "ens7" : droplet.privateInterface();
        return actual(
                new FirewallState(EMPTY, EMPTY, ""), device, droplet.privateIp().text(), "ACCEPT");
    }

    private static FirewallFacts actual(FirewallState state, String device, String address, String former) {
        return new FirewallFacts(
                state,
                true,
                List.of(new InterfaceAddress("lo", "127.0.0.1"), new InterfaceAddress(device, address)),
                former,
                former,
                List.of(22),
                List.of(),
                List.of());
    }

    private static List<String> guard(FilterTable table) {
        return table.managedRules().chains().getOrDefault(ManagedRules.PAIRWISE, List.of());
    }

    private static FilterTable v6(FirewallState state) {
        FilterTable table = state.v6();
        if (table == null) {
            throw new AssertionError("there are no rules for IPv6");
        }
        return table;
    }

    private static FirewallState wanted(Cluster cluster, Droplet droplet) {
        try {
            return new PairwiseFirewall(cluster).rulesFor(droplet, fresh(droplet));
        } catch (UnsupportedDropletException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the accepted connections by the rules: "from to" for each accepted source. */
    private static Set<String> acceptedConnections(Cluster cluster) {
        Set<String> relation = new LinkedHashSet<>();
        for (Droplet droplet : cluster.droplets()) {
            for (String rule : guard(wanted(cluster, droplet).v4())) {
                Matcher accepted = ACCEPTED.matcher(rule);
                if (accepted.matches()) {
                    assertThat(accepted.group(2))
                            .isEqualTo(fresh(droplet).addresses().get(1).device());
                    assertThat(accepted.group(3))
                            .isEqualTo(Integer.toString(cluster.memcached().port()));
                    assertThat(relation.add(accepted.group(1) + " " + droplet.privateIp()))
                            .isTrue();
                }
            }
        }
        return relation;
    }

    @Test
    void everyPairIsAcceptedInBothDirectionsAndNoDropletItself() {
        for (Cluster cluster : clusters()) {
            Set<String> expected = new LinkedHashSet<>();
            cluster.droplets()
                    .forEach(to -> cluster.droplets().stream()
                            .filter(from -> !from.equals(to))
                            .forEach(from -> expected.add(from.privateIp() + " " + to.privateIp())));
            assertThat(List.copyOf(acceptedConnections(cluster))).isEqualTo(List.copyOf(expected));
        }
    }

    private static FirewallFacts with(FilterTable v4, String former, List<Integer> sshPorts) {
        return new FirewallFacts(
                new FirewallState(v4, null, ""),
                true,
                List.of(new InterfaceAddress("eth1", "10.98.0.1")),
                former,
                former,
                sshPorts,
                List.of(),
                List.of());
    }

    @Test
    void modeFullIsRefusedIfNoPortOfSshIsKnown() throws UnsupportedDropletException {
        FirewallFacts unknown = with(EMPTY, "ACCEPT", List.of());
        assertThatThrownBy(() ->
                        new PairwiseFirewall(FULL).rulesFor(FULL.droplets().get(0), unknown))
                .isInstanceOf(UnsupportedDropletException.class)
                .hasMessageContaining("sshd -T");
        Cluster pool = new Cluster(
                FULL.name(), FULL.droplets(), FULL.memcached(), FULL.sessions(), FULL.php(), Firewall.defaults());
        FirewallState rules =
                new PairwiseFirewall(pool).rulesFor(pool.droplets().get(0), unknown);
        assertThat(rules.v4().text()).contains("SESSIONCTL").doesNotContain("SESSIONCTL-FULL");
    }

    @Test
    void everyPortOfSshStaysOpen() throws UnsupportedDropletException {
        FilterTable table = new PairwiseFirewall(FULL)
                .rulesFor(FULL.droplets().get(0), with(EMPTY, "ACCEPT", List.of(2222)))
                .v4();
        for (int port : List.of(22, 2222)) {
            assertThat(table.text()).contains("-A SESSIONCTL-FULL -p tcp -m tcp --dport " + port + " -j ACCEPT\n");
        }
    }

    @Test
    void aPolicyThatWasChangedSinceIsNotReset() throws UnsupportedDropletException {
        FilterTable full = new PairwiseFirewall(FULL)
                .rulesFor(FULL.droplets().get(0), with(EMPTY, "ACCEPT", List.of(22)))
                .v4();
        assertThat(PairwiseFirewall.without(with(full, "ACCEPT", List.of(22)))
                        .v4()
                        .inputPolicy())
                .isEqualTo("ACCEPT");
        FilterTable opened = FilterTable.parse(full.text().replace(":INPUT DROP", ":INPUT ACCEPT"));
        assertThat(PairwiseFirewall.without(with(opened, "DROP", List.of(22)))
                        .v4()
                        .inputPolicy())
                .isEqualTo("ACCEPT");
    }

    @Test
    void noRuleHoldsAPublicAddress() {
        for (Cluster cluster : clusters()) {
            for (Droplet droplet : cluster.droplets()) {
                FirewallState wanted = wanted(cluster, droplet);
                for (String word : (wanted.v4().text() + v6(wanted).text() + wanted.bootRules()).split("[\\s/]+")) {
                    assertThat(cluster.droplets())
                            .noneMatch(d -> d.publicIp().text().equals(word));
                }
            }
        }
    }

    @Test
    void otherHostsAreDroppedOnEveryInterfaceAfterTheAcceptRules() {
        for (Cluster cluster : clusters()) {
            int port = cluster.memcached().port();
            String tcp = "-A SESSIONCTL -p tcp -m tcp --dport " + port + " -j DROP";
            String udp = "-A SESSIONCTL -p udp -m udp --dport " + port + " -j DROP";
            String lo = "-A SESSIONCTL -i lo -p tcp -m tcp --dport " + port + " -j ACCEPT";
            for (Droplet droplet : cluster.droplets()) {
                FirewallState wanted = wanted(cluster, droplet);
                assertThat(guard(wanted.v4()))
                        .startsWith(lo)
                        .endsWith(tcp, udp)
                        .hasSize(cluster.droplets().size() + 2);
                assertThat(guard(v6(wanted))).containsExactly(lo, tcp, udp);
                assertThat(wanted.v4().rules().get(0)).isEqualTo("-A INPUT -j SESSIONCTL");
            }
        }
    }

    @Test
    void theDesiredRulesAreStableOnceInForce() throws UnsupportedDropletException {
        for (Cluster cluster : clusters()) {
            Droplet droplet = cluster.droplets().get(0);
            FirewallState once = wanted(cluster, droplet);
            String device = fresh(droplet).addresses().get(1).device();
            FirewallFacts now = actual(once, device, droplet.privateIp().text(), "ACCEPT");
            assertThat(new PairwiseFirewall(cluster).rulesFor(droplet, now)).isEqualTo(once);
            assertThat(PairwiseFirewall.without(now)).isEqualTo(fresh(droplet).state());
        }
    }

    @Test
    void modeFullOpensSshAndTheAllowedPortsAndClosesAllOthers() {
        for (Cluster cluster : clusters()) {
            boolean full = cluster.firewall().mode() == Firewall.Mode.FULL;
            for (Droplet droplet : cluster.droplets()) {
                for (FilterTable table : List.of(wanted(cluster, droplet).v4(), v6(wanted(cluster, droplet)))) {
                    List<String> rules = table.managedRules().chains().getOrDefault(ManagedRules.FULL, List.of());
                    assertThat(table.inputPolicy()).isEqualTo(full ? "DROP" : "ACCEPT");
                    assertThat(rules.isEmpty()).isNotEqualTo(full);
                    Set<Integer> open = rules.stream()
                            .filter(r -> r.startsWith("-A SESSIONCTL-FULL -p tcp "))
                            .map(r -> Integer.valueOf(r.split(" ")[7]))
                            .collect(Collectors.toSet());
                    Set<Integer> expected =
                            new LinkedHashSet<>(cluster.firewall().allow());
                    expected.add(droplet.ssh().port());
                    expected.add(22); // the port of sshd
                    assertThat(open).isEqualTo(full ? expected : Set.of());
                }
            }
        }
    }

    @Test
    void theFormerPolicyIsRestoredByModePoolAndByRemoval() throws UnsupportedDropletException {
        Cluster full = clusters().stream()
                .filter(c -> c.firewall().mode() == Firewall.Mode.FULL)
                .findFirst()
                .orElseThrow();
        Cluster pool = new Cluster(
                full.name(), full.droplets(), full.memcached(), full.sessions(), full.php(), Firewall.defaults());
        Droplet droplet = full.droplets().get(0);
        for (String former : List.of("ACCEPT", "DROP")) {
            FilterTable first = FilterTable.parse(":INPUT " + former + " [0:0]\n-A INPUT -s 192.0.2.9/32 -j DROP\n");
            String device = fresh(droplet).addresses().get(1).device();
            String address = droplet.privateIp().text();
            FirewallState before = new FirewallState(first, first, "");
            FirewallState dropped =
                    new PairwiseFirewall(full).rulesFor(droplet, actual(before, device, address, "ACCEPT"));
            assertThat(dropped.v4().rules())
                    .containsSubsequence(
                            "-A INPUT -j SESSIONCTL",
                            "-A INPUT -s 192.0.2.9/32 -j DROP",
                            "-A INPUT -j SESSIONCTL-FULL");
            FirewallFacts now = actual(dropped, device, address, former);
            assertThat(new PairwiseFirewall(pool).rulesFor(droplet, now).v4().inputPolicy())
                    .isEqualTo(former);
            assertThat(PairwiseFirewall.without(now)).isEqualTo(before);
        }
    }

    @Test
    void aDropletWithoutItsPrivateAddressIsUnsupported() {
        Cluster cluster = clusters().get(0);
        Droplet droplet = cluster.droplets().get(0);
        FirewallState state = new FirewallState(EMPTY, null, "");
        assertThatThrownBy(() ->
                        new PairwiseFirewall(cluster).rulesFor(droplet, actual(state, "eth1", "10.77.0.1", "ACCEPT")))
                .isInstanceOf(UnsupportedDropletException.class)
                .hasMessageContaining(droplet.privateIp().text())
                .hasMessageContaining("10.77.0.1");
    }

    @Test
    void withoutIpv6OnlyIpv4HasRules() throws UnsupportedDropletException {
        Cluster cluster = clusters().get(0);
        Droplet droplet = cluster.droplets().get(0);
        FirewallFacts now = actual(
                new FirewallState(EMPTY, null, ""),
                fresh(droplet).addresses().get(1).device(),
                droplet.privateIp().text(),
                "ACCEPT");
        FirewallState wanted = new PairwiseFirewall(cluster).rulesFor(droplet, now);
        assertThat(wanted.v6()).isNull();
        assertThat(wanted.bootRules().lines()).isNotEmpty().allMatch(l -> l.startsWith("4 "));
    }
}
