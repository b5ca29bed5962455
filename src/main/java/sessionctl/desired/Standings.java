package sessionctl.desired;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.Actual;
import sessionctl.state.Role;
import sessionctl.state.Standing;
import sessionctl.state.Turnover;

/**
 * What each droplet's memcached is to the cluster, from what PHP's lists on all droplets name now and what the inventory
 * wants them to name.
 */
public final class Standings {
    private final Cluster cluster;

    /** ADDRESS:PORT of every server that some list names. */
    private final Set<String> named = new LinkedHashSet<>();

    /** The list of each droplet that has one, by its name. */
    private final Map<String, Set<String>> lists = new LinkedHashMap<>();

    /** Whether some droplets could not be looked at, so that what their lists name is not known. */
    private final boolean partial;

    /** Those that are kept shut until they are admitted: nobody is filled from them, and nobody waits for them. */
    private final Set<String> held = new LinkedHashSet<>();

    /** The addresses to which some droplet shuts the way: what was written meanwhile is missing there. */
    private final Set<String> away = new LinkedHashSet<>();

    /** The addresses of those that were seen to let PHP in. */
    private final Set<String> open = new LinkedHashSet<>();

    private final Departures departures;
    private final Stores stores;

    /** Whether some PHP keeps fewer copies than its own list names servers, or is to do so. */
    private boolean sparse;

    // The same for every droplet, and of the square of their number each: computed once, when all lists are known.
    private @Nullable Set<String> namedByOthers;
    private @Nullable Turnover turnover;

    private Standings(Cluster cluster, Map<Droplet, Actual> seen, Set<Droplet> guarded, boolean partial) {
        this.cluster = cluster;
        this.departures = new Departures(cluster, seen, guarded);
        this.stores = new Stores(cluster, seen);
        this.partial = partial;
        this.sparse = cluster.sparse();
    }

    /**
     * The standings of a cluster.
     *
     * @param seen the droplets that were looked at
     * @param guarded those of them whose guard can be called at once
     */
    public static Standings of(Cluster cluster, Map<Droplet, Actual> seen, Set<Droplet> guarded) {
        boolean partial = seen.size() < cluster.droplets().size();
        Standings standings = new Standings(cluster, seen, guarded, partial);
        Map<Set<String>, Set<String>> distinct = new HashMap<>();
        seen.forEach((droplet, actual) -> {
            if (!actual.gate().shut() && actual.state().service("memcached").running()) {
                standings.open.add(droplet.privateIp().text());
            }
            standings.away.addAll(actual.gate().away());
            if (actual.gate().held()) {
                standings.held.add(droplet.name());
            }
            Set<String> servers = ServerList.of(actual);
            if (!servers.isEmpty()) {
                standings.named.addAll(servers);
                // One copy of a list that all droplets have.
                standings.lists.put(droplet.name(), distinct.computeIfAbsent(servers, same -> same));
                standings.sparse |= ServerList.copies(actual) < servers.size();
            }
        });
        return standings;
    }

    /** The standings once every list is what the inventory says. */
    public static Standings settled(Cluster cluster) {
        Standings standings = new Standings(cluster, Map.of(), Set.of(), false);
        cluster.members().forEach(d -> standings.named.add(standings.server(d)));
        return standings;
    }

    private String server(Droplet droplet) {
        return droplet.privateIp() + ":" + cluster.memcached().port();
    }

    /**
     * Whether the lists are to name other servers than they do, so that more droplets are concerned than these.
     *
     * @param chosen the names of those that are to be changed
     */
    public boolean changesMembers(Set<String> chosen) {
        Set<String> wanted = wanted();
        boolean others = lists.entrySet().stream()
                .anyMatch(list ->
                        !chosen.contains(list.getKey()) && !list.getValue().equals(wanted));
        return !named.isEmpty() && (others || !named.equals(wanted));
    }

    /** Whether nothing is known of any list, since no droplet that may have one could be looked at. */
    public boolean blind() {
        return partial && named.isEmpty();
    }

    /**
     * Whether a server is in use. One that only its own droplet's list names is not yet, where others have lists and agree
     * on theirs: it comes from elsewhere, and holds nothing of what the others hold. Where nobody else has a list, its own
     * is the cluster's. Nor is one that was to leave, and to which the way is still shut.
     */
    private boolean inUse(Droplet droplet) {
        if (away.contains(droplet.privateIp().text())) {
            return false;
        }
        boolean alone = lists.keySet().stream().allMatch(droplet.name()::equals);
        Set<String> agreed = alone ? Set.of() : namedByOthers();
        return (agreed.isEmpty() ? named : agreed).contains(server(droplet));
    }

    /** Servers that the list of some other droplet names. */
    private Set<String> namedByOthers() {
        if (namedByOthers == null) {
            namedByOthers = findNamedByOthers();
        }
        return namedByOthers;
    }

    private Set<String> findNamedByOthers() {
        Set<String> agreed = new LinkedHashSet<>();
        for (Droplet member : cluster.members()) {
            if (lists.entrySet().stream()
                    .anyMatch(list -> !list.getKey().equals(member.name())
                            && list.getValue().contains(server(member)))) {
                agreed.add(server(member));
            }
        }
        return agreed;
    }

    /** Where a droplet stands. */
    public Standing of(Droplet droplet, Actual actual) {
        List<String> peers = cluster.members().stream()
                .filter(d -> !d.name().equals(droplet.name()) && inUse(d))
                .filter(d -> !held.contains(d.name()))
                .map(d -> d.privateIp().text())
                .toList();
        Role role = role(droplet, actual);
        return new Standing(
                role,
                unguarded(role, actual, peers),
                actual.gate(),
                actual.stored(),
                isForgotten(droplet) ? List.of() : peers,
                peers.stream().filter(open::contains).toList(),
                departures.of(droplet, actual, named, lists.getOrDefault(droplet.name(), Set.of())),
                turnover());
    }

    /** The servers that every list is to name. */
    private Set<String> wanted() {
        Set<String> wanted = new LinkedHashSet<>();
        cluster.members().forEach(d -> wanted.add(server(d)));
        return wanted;
    }

    private Turnover turnover() {
        if (turnover == null) {
            turnover = findTurnover();
        }
        return turnover;
    }

    private Turnover findTurnover() {
        Set<String> wanted = wanted();
        boolean change = cluster.members().stream()
                .anyMatch(d -> !lists.getOrDefault(d.name(), wanted).equals(wanted));
        if (stores.most().items() == 0 || !change) {
            return Turnover.NONE;
        }
        return sparse ? Turnover.SPARSE : Turnover.WHOLE;
    }

    /** Whether one that leaves is named by its own list only, and that names others: what they lack has ended there. */
    private boolean isForgotten(Droplet droplet) {
        return droplet.leaving()
                && lists.getOrDefault(droplet.name(), Set.of()).size() > 1
                && lists.entrySet().stream()
                        .noneMatch(list -> !list.getKey().equals(droplet.name())
                                && list.getValue().contains(server(droplet)));
    }

    private Role role(Droplet droplet, Actual actual) {
        if (droplet.leaving()) {
            return Role.LEAVER;
        }
        if (named.isEmpty() && !partial) {
            return Role.FOUNDER;
        }
        return actual.gate().held() || !inUse(droplet) ? Role.NEWCOMER : Role.MEMBER;
    }

    private String unguarded(Role role, Actual actual, List<String> peers) {
        if (role == Role.NEWCOMER && stores.most().items() == 0) {
            return "";
        }
        if (!actual.guardable()) {
            return "that needs systemd and memcached 1.5 or newer";
        }
        if (role != Role.NEWCOMER && !actual.memcachedFlags().flags().isEmpty() && !reachable(actual)) {
            return "it does not listen at its private address yet, so that no other server has copies of them";
        }
        if (!stores.tooSmall(actual).isEmpty()) {
            return stores.tooSmall(actual);
        }
        if (peers.isEmpty()) {
            return "there is no other server from which they could come back";
        }
        return role == Role.MEMBER ? stores.noRoom(actual, peers) : "";
    }

    /** What an operator should know of what is stored. */
    public List<String> warnings(Actual actual) {
        return stores.warnings(actual);
    }

    private static boolean reachable(Actual actual) {
        List<String> addresses = actual.memcachedFlags().values("-l");
        return addresses.isEmpty()
                || addresses.stream()
                        .flatMap(value -> List.of(value.split(",")).stream())
                        .anyMatch(address -> !address.startsWith("127.") && !address.equals("::1"));
    }
}
