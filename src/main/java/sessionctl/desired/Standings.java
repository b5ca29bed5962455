package sessionctl.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Seconds;
import sessionctl.state.Actual;
import sessionctl.state.Role;
import sessionctl.state.Standing;
import sessionctl.state.Stored;

/**
 * What each droplet's memcached is to the cluster, from what PHP's lists on all droplets name now and what the inventory
 * wants them to name.
 */
public final class Standings {
    private static final long MEGABYTE = 1 << 20;

    /** Items that the guard looks at in less than a fifth of a second, after which TCP sends again what it held back. */
    private static final long SMALL = 50_000;

    /** Milliseconds that PHP waits, in which TCP has sent twice what was held back; see open_port of the guard. */
    private static final int PATIENT = 700;

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

    /** The most that any of them holds: every server holds every session. */
    private Stored most = Stored.NOTHING;

    /**
     * Whether some PHP keeps fewer copies than its own list names servers; its session_redundancy is as many, or one more,
     * as the module's version has it.
     */
    private boolean sparse;

    private Standings(Cluster cluster, boolean partial) {
        this.cluster = cluster;
        this.partial = partial;
    }

    /**
     * The standings of a cluster.
     *
     * @param seen the droplets that were looked at
     */
    public static Standings of(Cluster cluster, Map<Droplet, Actual> seen) {
        Standings standings =
                new Standings(cluster, seen.size() < cluster.droplets().size());
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
                standings.lists.put(droplet.name(), servers);
                standings.sparse |= ServerList.redundancy(actual) <= servers.size();
            }
            if (actual.stored().bytes() > standings.most.bytes()) {
                standings.most = actual.stored();
            }
        });
        return standings;
    }

    /** The standings once every list is what the inventory says. */
    public static Standings settled(Cluster cluster) {
        Standings standings = new Standings(cluster, false);
        cluster.members().forEach(d -> standings.named.add(standings.server(d)));
        return standings;
    }

    private String server(Droplet droplet) {
        return droplet.privateIp() + ":" + cluster.memcached().port();
    }

    /** The most that any server holds. */
    public Stored most() {
        return most;
    }

    /**
     * Whether the lists are to name other servers than they do, so that more droplets are concerned than these.
     *
     * @param chosen the names of those that are to be changed
     */
    public boolean changesMembers(Set<String> chosen) {
        Set<String> wanted = new LinkedHashSet<>();
        cluster.members().forEach(d -> wanted.add(server(d)));
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
                peers,
                peers.stream().filter(open::contains).toList(),
                gone(),
                sparse);
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

    /** Servers that no droplet of the inventory has; a droplet's own loopback is no server of the cluster. */
    private List<String> gone() {
        List<String> addresses = new ArrayList<>();
        for (String server : named) {
            String address = server.substring(0, server.indexOf(':'));
            boolean known = cluster.droplets().stream()
                    .anyMatch(d -> d.privateIp().text().equals(address));
            if (!known && !address.startsWith("127.") && !addresses.contains(address)) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    private String unguarded(Role role, Actual actual, List<String> peers) {
        if (role == Role.NEWCOMER && most.items() == 0) {
            return "";
        }
        if (!Guard.possible(actual)) {
            return "that needs systemd and memcached 1.5 or newer";
        }
        if (role != Role.NEWCOMER && !actual.memcachedFlags().flags().isEmpty() && !reachable(actual)) {
            return "it does not listen at its private address yet, so that no other server has copies of them";
        }
        if (!most.fits(memory(actual))) {
            return "its memory of " + megabytes(memory(actual)) + " is too small for the " + megabytes(most.bytes())
                    + " that are stored";
        }
        return peers.isEmpty() ? "there is no other server from which they could come back" : "";
    }

    /** Bytes that a droplet's memcached will have. */
    private long memory(Actual actual) {
        boolean kept = !cluster.memcached().memory().given() && actual.stored().limit() > 0;
        return kept ? actual.stored().limit() : cluster.memcached().memory().value() * MEGABYTE;
    }

    private static String megabytes(long bytes) {
        return (bytes + MEGABYTE - 1) / MEGABYTE + " MB";
    }

    /** What an operator should know of what is stored: what does not fit is lost, what is not opened in time is waited for. */
    public List<String> warnings(Actual actual) {
        List<String> warnings = new ArrayList<>();
        if (actual.stored().evictions() > 0) {
            warnings.add("memcached has pushed " + actual.stored().evictions() + " items out of its "
                    + megabytes(actual.stored().limit()) + " since it started, so that sessions were lost;"
                    + " raise memcached.memory in the inventory");
        }
        if (!most.fits(memory(actual))) {
            warnings.add((cluster.sparse() ? "a server holds " : "every server holds every session, ")
                    + megabytes(most.bytes()) + " now, which is more than " + megabytes(memory(actual))
                    + " hold without pushing some out; raise memcached.memory in the"
                    + " inventory");
        }
        Seconds timeout = cluster.sessions().serverTimeout().value();
        if (timeout.milliseconds() < PATIENT && most.items() > SMALL) {
            warnings.add(
                    "sessions.server_timeout is " + timeout + ", too short to open a memcached again in time now that "
                            + most.items() + " sessions and locks are stored; write 0.7 or more in the inventory");
        }
        return warnings;
    }

    private static boolean reachable(Actual actual) {
        List<String> addresses = actual.memcachedFlags().values("-l");
        return addresses.isEmpty()
                || addresses.stream()
                        .flatMap(value -> List.of(value.split(",")).stream())
                        .anyMatch(address -> !address.startsWith("127.") && !address.equals("::1"));
    }
}
