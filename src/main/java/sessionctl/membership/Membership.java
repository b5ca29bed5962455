package sessionctl.membership;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.DropletFacts;

/**
 * The status of every memcached in the cluster. It is derived from the servers that PHP's lists name now on all
 * droplets, and from the servers that the inventory wants them to name.
 */
public final class Membership {
    private final Cluster cluster;

    /** HOST:PORT of every server that any list names. */
    private final Set<String> named = new LinkedHashSet<>();

    /** The list of each droplet that has one, by the droplet's name. */
    private final Map<String, Set<String>> lists = new LinkedHashMap<>();

    /** True if some droplets were not inspected, so that the servers in their lists are unknown. */
    private final boolean partial;

    /** Names of the cordoned droplets. No server is filled from them, and no server waits for them. */
    private final Set<String> cordoned = new LinkedHashSet<>();

    /** Addresses that at least one droplet blocks. Sessions that were written during the block are missing there. */
    private final Set<String> blocked = new LinkedHashSet<>();

    /** Addresses of the servers whose memcached runs and is not fenced. */
    private final Set<String> open = new LinkedHashSet<>();

    private final LeavingPeerBlocks leaving;
    private final MemoryCapacity capacity;

    /** True if PHP on some droplet writes, or is about to write, fewer replicas than its own list has servers. */
    private boolean hasPartialReplicas;

    /** ADDRESS:PORT of the members that the list of at least one other droplet names. */
    private final Set<String> namedByOthers;

    private final MembershipChange membershipChange;

    private Membership(
            Cluster cluster, Map<Droplet, DropletFacts> inspected, Set<Droplet> callableGuards, boolean partial) {
        this.cluster = cluster;
        this.leaving = new LeavingPeerBlocks(cluster, inspected, callableGuards);
        this.capacity = new MemoryCapacity(cluster, inspected);
        this.partial = partial;
        this.hasPartialReplicas = cluster.hasPartialReplicas();
        Map<Set<String>, Set<String>> distinct = new HashMap<>();
        inspected.forEach((droplet, facts) -> {
            if (!facts.guardState().fenced()
                    && facts.state().service("memcached").running()) {
                open.add(droplet.privateIp().text());
            }
            blocked.addAll(facts.guardState().blockedPeers());
            if (facts.guardState().cordoned()) {
                cordoned.add(droplet.name());
            }
            Set<String> servers = ServerList.of(facts);
            if (!servers.isEmpty()) {
                named.addAll(servers);
                // Equal lists are shared, because most droplets have the same one.
                lists.put(droplet.name(), distinct.computeIfAbsent(servers, same -> same));
                hasPartialReplicas |= ServerList.copies(facts) < servers.size();
            }
        });
        // Both take time in the square of the droplets, so they are computed once.
        this.namedByOthers = cluster.staying().stream()
                .filter(this::isNamedByOther)
                .map(this::server)
                .collect(Collectors.toSet());
        this.membershipChange = computeChange();
    }

    /**
     * Computes the membership of a cluster.
     *
     * @param inspected the inspected droplets and their facts
     * @param callableGuards those of them whose guard can be called before a run has written any file
     */
    public static Membership of(Cluster cluster, Map<Droplet, DropletFacts> inspected, Set<Droplet> callableGuards) {
        boolean partial = inspected.size() < cluster.droplets().size();
        return new Membership(cluster, inspected, callableGuards, partial);
    }

    /** Returns the membership that holds once every list names exactly the inventory's members. */
    public static Membership settled(Cluster cluster) {
        Membership membership = new Membership(cluster, Map.of(), Set.of(), false);
        membership.named.addAll(membership.wanted());
        return membership;
    }

    private String server(Droplet droplet) {
        return droplet.privateIp() + ":" + cluster.memcached().port();
    }

    /**
     * Returns true if lists are about to name other servers than now, so that droplets beyond the chosen ones are
     * affected. Returns false if no list is known.
     *
     * @param chosen the names of the droplets that the run changes
     */
    public boolean changesMembers(Set<String> chosen) {
        Set<String> wanted = wanted();
        boolean others = lists.entrySet().stream()
                .anyMatch(list ->
                        !chosen.contains(list.getKey()) && !list.getValue().equals(wanted));
        return !named.isEmpty() && (others || !named.equals(wanted));
    }

    /** Returns true if no list is known and some droplets were not inspected, so that unknown lists may exist. */
    public boolean isUnknown() {
        return partial && named.isEmpty();
    }

    /**
     * Returns true if the cluster uses a server. A server that only its own droplet's list names is not in use if the
     * list of any droplet names another member's server: it comes from another cluster and holds none of this cluster's
     * sessions. If no other droplet has a list, the droplet's own list is the cluster's. A server that was about to
     * leave and that a peer still blocks is not in use either.
     */
    private boolean isInUse(Droplet droplet) {
        if (blocked.contains(droplet.privateIp().text())) {
            return false;
        }
        boolean alone = lists.keySet().stream().allMatch(droplet.name()::equals);
        Set<String> agreed = alone ? Set.of() : namedByOthers;
        return (agreed.isEmpty() ? named : agreed).contains(server(droplet));
    }

    /** Returns true if the list of at least one other droplet names a droplet's server. */
    private boolean isNamedByOther(Droplet droplet) {
        String server = server(droplet);
        return lists.entrySet().stream()
                .anyMatch(list ->
                        !list.getKey().equals(droplet.name()) && list.getValue().contains(server));
    }

    /** Returns the status of a droplet's memcached. */
    public MemberStatus statusOf(Droplet droplet, DropletFacts facts) {
        List<String> peers = cluster.staying().stream()
                .filter(d -> !d.name().equals(droplet.name()) && isInUse(d))
                .filter(d -> !cordoned.contains(d.name()))
                .map(d -> d.privateIp().text())
                .toList();
        Role role = role(droplet, facts);
        return new MemberStatus(
                role,
                whyUnguarded(role, facts, peers),
                facts.guardState(),
                facts.stats(),
                isNamedOnlyByItself(droplet) ? List.of() : peers,
                peers.stream().filter(open::contains).toList(),
                leaving.blocksOf(droplet, facts, named, lists.getOrDefault(droplet.name(), Set.of())),
                membershipChange);
    }

    /** Returns ADDRESS:PORT of the servers that every list should name. */
    private Set<String> wanted() {
        return cluster.staying().stream().map(this::server).collect(Collectors.toSet());
    }

    private MembershipChange computeChange() {
        Set<String> wanted = wanted();
        boolean change = cluster.staying().stream()
                .anyMatch(d -> !lists.getOrDefault(d.name(), wanted).equals(wanted));
        if (capacity.largest().items() == 0 || !change) {
            return MembershipChange.NONE;
        }
        return hasPartialReplicas ? MembershipChange.PARTIAL_REPLICAS : MembershipChange.FULL_REPLICAS;
    }

    /**
     * Returns true for a leaving server that only its own list names, while that list also names others. Sessions that
     * its peers lack have ended there, so it must not push them.
     */
    private boolean isNamedOnlyByItself(Droplet droplet) {
        return droplet.leaving() && lists.getOrDefault(droplet.name(), Set.of()).size() > 1 && !isNamedByOther(droplet);
    }

    private Role role(Droplet droplet, DropletFacts facts) {
        if (droplet.leaving()) {
            return Role.LEAVING;
        }
        if (named.isEmpty() && !partial) {
            return Role.BOOTSTRAP;
        }
        return facts.guardState().cordoned() || !isInUse(droplet) ? Role.JOINING : Role.MEMBER;
    }

    private String whyUnguarded(Role role, DropletFacts facts, List<String> peers) {
        if (role == Role.JOINING && capacity.largest().items() == 0) {
            return "";
        }
        if (!facts.canHaveGuard()) {
            return "that needs systemd and memcached 1.5 or newer";
        }
        if (role != Role.JOINING && !facts.memcachedFlags().flags().isEmpty() && !listensToOthers(facts)) {
            return "it does not listen at its private address yet, so no other server has copies of them";
        }
        if (!capacity.whyTooSmall(facts).isEmpty()) {
            return capacity.whyTooSmall(facts);
        }
        if (peers.isEmpty()) {
            return "there is no other server to restore them from";
        }
        return role == Role.MEMBER ? capacity.whyCannotPush(facts, peers) : "";
    }

    /** Returns warnings about the stored data, one sentence each; empty if there are none. */
    public List<String> warnings(DropletFacts facts) {
        return capacity.warnings(facts);
    }

    private static boolean listensToOthers(DropletFacts facts) {
        List<String> addresses = facts.memcachedFlags().addresses();
        return addresses.isEmpty()
                || addresses.stream().anyMatch(address -> !address.startsWith("127.") && !address.equals("::1"));
    }
}
