package sessionctl.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.inventory.PrivateAddress;
import sessionctl.state.ActualFirewall;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;
import sessionctl.state.HeldAddress;
import sessionctl.state.OwnRules;
import sessionctl.state.Unfit;

/**
 * The rules of each droplet: the memcached port is open to the private address of every other droplet, on the interface
 * of the own private address, and over lo; to nobody else.
 */
public final class PairwiseFirewall {
    private static final String CLOSED = "DROP";

    private final Cluster cluster;

    /** The rules of this cluster. */
    public PairwiseFirewall(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The addresses from which a droplet's memcached may be reached over the private network. */
    List<PrivateAddress> peers(Droplet droplet) {
        return cluster.droplets().stream()
                .filter(d -> !d.name().equals(droplet.name()))
                .map(Droplet::privateIp)
                .toList();
    }

    /**
     * What a droplet's packet filter should be, given what it is.
     *
     * @throws Unfit when it does not hold its private address where it should, or when rules that close everything else
     *     would close an SSH port that is not known
     */
    public FirewallState of(Droplet droplet, ActualFirewall actual) throws Unfit {
        String device = device(droplet, actual);
        if (cluster.firewall().mode() == Firewall.Mode.FULL && actual.sshPorts().isEmpty()) {
            throw new Unfit(
                    "it does not show at which ports its SSH server listens, and mode full would close those that"
                            + " are not known; look at sshd -T there, or set firewall.mode: pool");
        }
        FilterTable v4 = actual.state().v4();
        FilterTable v6 = actual.state().v6();
        FilterTable wanted4 = table(v4, guard(droplet, device), full4(droplet, actual), actual.formerPolicy4());
        FilterTable wanted6 =
                v6 == null ? null : table(v6, guardOthers(), full6(droplet, actual), actual.formerPolicy6());
        return new FirewallState(wanted4, wanted6, KeptRules.text(wanted4, wanted6));
    }

    /** What is left when our part is taken away. */
    public static FirewallState without(ActualFirewall actual) {
        FilterTable v4 = actual.state().v4();
        FilterTable v6 = actual.state().v6();
        return new FirewallState(
                v4.with(OwnRules.none(former(v4, actual.formerPolicy4()))),
                v6 == null ? null : v6.with(OwnRules.none(former(v6, actual.formerPolicy6()))),
                "");
    }

    /**
     * The policy of INPUT to go back to one day: what was remembered, while ours is in force, else what is there now.
     *
     * @param remembered what it was when mode full came, or at the last boot before it came again
     */
    public static String former(FilterTable table, String remembered) {
        boolean ours = table.own().chains().containsKey(OwnRules.FULL)
                && table.inputPolicy().equals(CLOSED);
        return ours ? remembered : table.inputPolicy();
    }

    private String device(Droplet droplet, ActualFirewall actual) throws Unfit {
        String address = droplet.privateIp().text();
        List<String> holders = actual.addresses().stream()
                .filter(h -> h.address().equals(address))
                .map(HeldAddress::device)
                .toList();
        String named = droplet.privateInterface();
        if (holders.isEmpty() || (named != null && !holders.contains(named))) {
            throw new Unfit("it does not hold its private address " + address + (named == null ? "" : " on " + named)
                    + ", it has "
                    + String.join(
                            ", ",
                            new TreeSet<>(actual.addresses().stream()
                                    .map(HeldAddress::toString)
                                    .toList()))
                    + "; correct private_ip or private_interface in the inventory");
        }
        return named == null ? holders.get(0) : named;
    }

    private FilterTable table(FilterTable now, List<String> guard, List<String> full, String formerPolicy) {
        boolean all = cluster.firewall().mode() == Firewall.Mode.FULL;
        Map<String, List<String>> chains = new LinkedHashMap<>();
        List<OwnRules.Jump> jumps = new ArrayList<>();
        chains.put(OwnRules.GUARD, named(OwnRules.GUARD, guard));
        jumps.add(new OwnRules.Jump(now.first(), OwnRules.GUARD));
        if (all) {
            chains.put(OwnRules.FULL, named(OwnRules.FULL, full));
            jumps.add(new OwnRules.Jump(now.foreignInputRules() + 2, OwnRules.FULL));
        }
        return now.with(new OwnRules(chains, jumps, all ? CLOSED : former(now, formerPolicy)));
    }

    private static List<String> named(String chain, List<String> rules) {
        return rules.stream().map(rule -> ("-A " + chain + " " + rule).intern()).toList();
    }

    private List<String> guard(Droplet droplet, String device) {
        List<String> rules =
                new ArrayList<>(List.of(tcp("-i lo ", cluster.memcached().port())));
        peers(droplet)
                .forEach(p -> rules.add(tcp(
                        "-s " + p + "/32 -i " + device + " ",
                        cluster.memcached().port())));
        rules.addAll(closed());
        return rules;
    }

    private List<String> guardOthers() {
        List<String> rules =
                new ArrayList<>(List.of(tcp("-i lo ", cluster.memcached().port())));
        rules.addAll(closed());
        return rules;
    }

    private List<String> closed() {
        int port = cluster.memcached().port();
        return List.of("-p tcp -m tcp --dport " + port + " -j DROP", "-p udp -m udp --dport " + port + " -j DROP");
    }

    private static String tcp(String match, int port) {
        return match + "-p tcp -m tcp --dport " + port + " -j ACCEPT";
    }

    /** The tutorial's complete set, but for the memcached port, which the guard has decided by then. */
    private List<String> full4(Droplet droplet, ActualFirewall actual) {
        List<String> rules = new ArrayList<>(List.of("-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"));
        rules.addAll(open(droplet, actual));
        rules.add("-i lo -j ACCEPT");
        rules.add("-p icmp -m icmp --icmp-type 8 -j ACCEPT");
        return rules;
    }

    /** The same and the ICMPv6 without which IPv6 does not work (RFC 4890, 4.4.1). */
    private List<String> full6(Droplet droplet, ActualFirewall actual) {
        List<String> rules = new ArrayList<>(List.of("-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"));
        rules.addAll(open(droplet, actual));
        rules.add("-i lo -j ACCEPT");
        Stream.of(1, 2, 3, 4, 128).forEach(type -> rules.add(icmpv6("", type, "")));
        Stream.of(133, 134, 135, 136).forEach(type -> rules.add(icmpv6("", type, "-m hl --hl-eq 255 ")));
        Stream.of(130, 131, 132, 143).forEach(type -> rules.add(icmpv6("-s fe80::/10 ", type, "")));
        rules.add("-s fe80::/10 -p udp -m udp --dport 546 -j ACCEPT");
        return rules;
    }

    private static String icmpv6(String match, int type, String more) {
        return match + "-p ipv6-icmp -m icmp6 --icmpv6-type " + type + " " + more + "-j ACCEPT";
    }

    /** What the operator asks for, and ssh: at the port that the inventory names, and wherever others may use it. */
    private List<String> open(Droplet droplet, ActualFirewall actual) {
        Stream<Integer> ssh = Stream.concat(Stream.of(droplet.ssh().port()), actual.sshPorts().stream());
        return Stream.concat(cluster.firewall().allow().stream(), ssh)
                .distinct()
                .map(port -> tcp("", port))
                .toList();
    }
}
