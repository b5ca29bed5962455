package sessionctl.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.inventory.PrivateAddress;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.ManagedRules;
import sessionctl.state.UnsupportedDropletException;

/**
 * Computes the pairwise rules. The memcached port accepts connections from the private address of every other droplet,
 * on the interface of the droplet's own private address, and over lo. All other hosts are refused.
 */
public record PairwiseFirewall(Cluster cluster) {
    private static final String CLOSED = "DROP";
    private static final String PING = "-p icmp -m icmp --icmp-type 8 -j ACCEPT";

    /** Returns the addresses that may reach a droplet's memcached over the private network. */
    private List<PrivateAddress> peers(Droplet droplet, Set<Droplet> left) {
        return cluster.droplets().stream()
                .filter(d -> !d.name().equals(droplet.name()) && !left.contains(d))
                .map(Droplet::privateIp)
                .toList();
    }

    /** Returns the desired packet filter of a droplet before any droplet has left. */
    public FirewallState rulesFor(Droplet droplet, FirewallFacts facts) throws UnsupportedDropletException {
        return rulesFor(droplet, facts, Set.of(), Set.of());
    }

    /**
     * Returns the desired packet filter of a droplet.
     *
     * @param left droplets of the inventory that have left the cluster
     * @param otherPorts ports that memcached still uses in addition to the inventory's
     * @throws UnsupportedDropletException if the droplet does not hold its private address on the right interface, or
     *     if mode full would close an SSH port that is not known
     */
    public FirewallState rulesFor(Droplet droplet, FirewallFacts facts, Set<Droplet> left, Set<Integer> otherPorts)
            throws UnsupportedDropletException {
        String device = device(droplet, facts);
        if (cluster.firewall().mode() == Firewall.Mode.FULL && facts.sshPorts().isEmpty()) {
            throw new UnsupportedDropletException(
                    "the ports of its SSH server are not known, and mode full would close them; run sshd -T there,"
                            + " or set firewall.mode: pool");
        }
        FilterTable v4 = facts.state().v4();
        FilterTable v6 = facts.state().v6();
        List<PrivateAddress> peers = peers(droplet, left);
        FilterTable wanted4 = table(
                v4, pairwise(peers, device, otherPorts), full(droplet, facts, List.of(PING)), facts.formerPolicy4());
        FilterTable wanted6 = v6 == null
                ? null
                : table(
                        v6,
                        pairwise(List.of(), device, otherPorts),
                        full(droplet, facts, icmp6()),
                        facts.formerPolicy6());
        return new FirewallState(wanted4, wanted6, BootRules.text(wanted4, wanted6));
    }

    /** Returns the packet filter without sessionctl's rules. */
    public static FirewallState without(FirewallFacts facts) {
        FilterTable v4 = facts.state().v4();
        FilterTable v6 = facts.state().v6();
        return new FirewallState(
                v4.with(ManagedRules.none(formerPolicy(v4, facts.formerPolicy4()))),
                v6 == null ? null : v6.with(ManagedRules.none(formerPolicy(v6, facts.formerPolicy6()))),
                "");
    }

    /**
     * Returns the policy of INPUT to restore when mode full ends. While mode full is in force it is the recorded one,
     * otherwise the current one.
     *
     * @param remembered the policy before mode full was applied, or at the last boot before its rules were loaded
     */
    public static String formerPolicy(FilterTable table, String remembered) {
        boolean ours = table.managedRules().chains().containsKey(ManagedRules.FULL)
                && table.inputPolicy().equals(CLOSED);
        return ours ? remembered : table.inputPolicy();
    }

    private String device(Droplet droplet, FirewallFacts facts) throws UnsupportedDropletException {
        String address = droplet.privateIp().text();
        List<String> holders = facts.addresses().stream()
                .filter(h -> h.address().equals(address))
                .map(InterfaceAddress::device)
                .toList();
        String named = droplet.privateInterface();
        if (holders.isEmpty() || (named != null && !holders.contains(named))) {
            throw new UnsupportedDropletException(
                    "it does not have its private address " + address + (named == null ? "" : " on " + named)
                            + ", it has "
                            + facts.addresses().stream()
                                    .map(InterfaceAddress::toString)
                                    .distinct()
                                    .sorted()
                                    .collect(Collectors.joining(", "))
                            + "; correct private_ip or private_interface in the inventory");
        }
        return named == null ? holders.get(0) : named;
    }

    private FilterTable table(FilterTable now, List<String> pairwise, List<String> full, String formerPolicy) {
        boolean all = cluster.firewall().mode() == Firewall.Mode.FULL;
        Map<String, List<String>> chains = new LinkedHashMap<>();
        List<ManagedRules.Jump> jumps = new ArrayList<>();
        chains.put(ManagedRules.PAIRWISE, inChain(ManagedRules.PAIRWISE, pairwise));
        jumps.add(new ManagedRules.Jump(now.firstPosition(), ManagedRules.PAIRWISE));
        if (all) {
            chains.put(ManagedRules.FULL, inChain(ManagedRules.FULL, full));
            jumps.add(new ManagedRules.Jump(now.foreignInputRules() + 2, ManagedRules.FULL));
        }
        return now.with(new ManagedRules(chains, jumps, all ? CLOSED : formerPolicy(now, formerPolicy)));
    }

    private static List<String> inChain(String chain, List<String> rules) {
        return rules.stream().map(rule -> ("-A " + chain + " " + rule).intern()).toList();
    }

    /** Returns the pairwise rules of one address family. No peer uses IPv6. */
    private List<String> pairwise(List<PrivateAddress> peers, String device, Set<Integer> otherPorts) {
        List<String> rules = new ArrayList<>();
        Stream.concat(Stream.of(cluster.memcached().port()), otherPorts.stream())
                .distinct()
                .forEach(port -> {
                    rules.add(accept("-i lo ", port));
                    peers.forEach(p -> rules.add(accept("-s " + p + "/32 -i " + device + " ", port)));
                    rules.add("-p tcp -m tcp --dport " + port + " -j DROP");
                    rules.add("-p udp -m udp --dport " + port + " -j DROP");
                });
        return rules;
    }

    private static String accept(String match, int port) {
        return match + "-p tcp -m tcp --dport " + port + " -j ACCEPT";
    }

    /**
     * Returns the complete rule set of the tutorial, except for the memcached port: the pairwise rules decide it
     * before. It accepts the ports in the inventory's list, the inventory's SSH port, and all ports of sshd.
     *
     * @param icmp the rules for the address family's ICMP
     */
    private List<String> full(Droplet droplet, FirewallFacts facts, List<String> icmp) {
        List<String> rules = new ArrayList<>(List.of("-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"));
        Stream<Integer> ssh = Stream.concat(Stream.of(droplet.ssh().port()), facts.sshPorts().stream());
        Stream.concat(cluster.firewall().allow().stream(), ssh).distinct().forEach(port -> rules.add(accept("", port)));
        rules.add("-i lo -j ACCEPT");
        rules.addAll(icmp);
        return rules;
    }

    /** Returns rules for the ICMPv6 types that IPv6 requires (RFC 4890, 4.4.1), and for DHCPv6. */
    private static List<String> icmp6() {
        List<String> rules = new ArrayList<>();
        Stream.of(1, 2, 3, 4, 128).forEach(type -> rules.add(icmp6("", type, "")));
        Stream.of(133, 134, 135, 136).forEach(type -> rules.add(icmp6("", type, "-m hl --hl-eq 255 ")));
        Stream.of(130, 131, 132, 143).forEach(type -> rules.add(icmp6("-s fe80::/10 ", type, "")));
        rules.add("-s fe80::/10 -p udp -m udp --dport 546 -j ACCEPT");
        return rules;
    }

    private static String icmp6(String match, int type, String more) {
        return match + "-p ipv6-icmp -m icmp6 --icmpv6-type " + type + " " + more + "-j ACCEPT";
    }
}
