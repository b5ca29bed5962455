package sessionctl.desired;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.Actual;
import sessionctl.state.HeldAddress;

/** Servers that the droplets' PHP uses and the inventory does not name, such as a droplet whose line was deleted. */
public final class RemovedServers {
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern SERVER = Pattern.compile(BYTE + "([.]" + BYTE + "){3}:\\d{1,5}");
    private static final int HTTP = 80;

    /** The most servers that a droplet is asked about: its own list names them, and it may name any number. */
    private static final int MOST = 32;

    private final Cluster cluster;
    private final Map<Droplet, Set<String>> lists = new LinkedHashMap<>();

    /** How many lists name each server. */
    private final Map<String, Integer> named = new HashMap<>();

    private final boolean anyNamed;

    /** The addresses of the inventory, and all others that its droplets hold. */
    private final Set<String> known = new LinkedHashSet<>();

    private RemovedServers(Cluster cluster, Map<Droplet, Actual> seen) {
        this.cluster = cluster;
        cluster.droplets().forEach(d -> {
            known.add(d.privateIp().text());
            known.add(d.publicIp().text());
        });
        Map<Set<String>, Set<String>> distinct = new HashMap<>();
        seen.forEach((droplet, actual) -> {
            actual.addresses().stream().map(HeldAddress::address).forEach(known::add);
            if (!(droplet.leaving() && actual.decommissioned())) {
                // One copy of a list that all droplets have.
                lists.put(droplet, distinct.computeIfAbsent(ServerList.of(actual), same -> same));
            }
        });
        lists.values().forEach(list -> list.forEach(server -> named.merge(server, 1, Integer::sum)));
        anyNamed = lists.keySet().stream().anyMatch(this::isNamed);
    }

    /**
     * Where to ask whether they still run: ADDRESS:PORT of their memcacheds and web servers, by the droplet that is to ask. Each
     * droplet is asked about the servers of its own list only.
     *
     * @param seen the droplets that were inspected
     * @param forgotten the addresses of servers that are known to be gone, or not to matter any more
     */
    public static Map<Droplet, List<String>> of(Cluster cluster, Map<Droplet, Actual> seen, Set<String> forgotten) {
        RemovedServers removed = new RemovedServers(cluster, seen);
        removed.known.addAll(forgotten);
        Map<Droplet, List<String>> questions = new LinkedHashMap<>();
        seen.forEach((droplet, actual) -> {
            List<String> words = removed.questions(droplet, actual);
            if (!words.isEmpty()) {
                questions.put(droplet, words);
            }
        });
        return questions;
    }

    private List<String> questions(Droplet droplet, Actual actual) {
        Set<String> servers = new TreeSet<>();
        Set<String> list = counts(droplet) ? lists.getOrDefault(droplet, Set.of()) : Set.of();
        list.stream().filter(server -> !known.contains(address(server))).forEach(servers::add);
        actual.gate().away().stream()
                .filter(address -> !known.contains(address))
                .forEach(address -> servers.add(address + ":" + HTTP));
        Set<String> words = new LinkedHashSet<>();
        servers.stream()
                .filter(server -> SERVER.matcher(server).matches() && !server.startsWith("127."))
                .limit(MOST)
                .forEach(server -> {
                    words.add(address(server) + ":" + HTTP);
                    // Where the droplet's own rule blocks the server's memcached, the refusal would be its own.
                    if (!actual.gate().away().contains(address(server))) {
                        words.add(server);
                    }
                });
        return List.copyOf(words);
    }

    private static String address(String server) {
        return server.substring(0, server.indexOf(':'));
    }

    /** Whether a droplet's list is the cluster's. One that comes from another cluster may still have that one's list. */
    private boolean counts(Droplet droplet) {
        return isNamed(droplet) || !anyNamed;
    }

    /** Whether another droplet's list names a droplet's server. */
    private boolean isNamed(Droplet droplet) {
        String server = droplet.privateIp() + ":" + cluster.memcached().port();
        int own = lists.getOrDefault(droplet, Set.of()).contains(server) ? 1 : 0;
        return named.getOrDefault(server, 0) > own;
    }
}
