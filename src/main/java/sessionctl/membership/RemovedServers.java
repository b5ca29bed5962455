package sessionctl.membership;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.DropletFacts;
import sessionctl.state.InterfaceAddress;

/**
 * Servers that the droplets' PHP uses and that the inventory does not name, such as a droplet whose line was deleted.
 */
public final class RemovedServers {
    private static final int HTTP = 80;

    /**
     * The maximum number of servers that one droplet is asked about. They come from its own list, which may have any
     * length.
     */
    private static final int MAX_SERVERS = 32;

    private final Cluster cluster;
    private final Map<Droplet, Set<String>> lists = new LinkedHashMap<>();

    /** The number of lists that name each server, by ADDRESS:PORT. */
    private final Map<String, Integer> named = new HashMap<>();

    private final boolean anyNamed;

    /** Addresses that need no question: those in the inventory, and all others that its droplets hold. */
    private final Set<String> known = new LinkedHashSet<>();

    private RemovedServers(Cluster cluster, Map<Droplet, DropletFacts> inspected) {
        this.cluster = cluster;
        cluster.droplets().forEach(d -> {
            known.add(d.privateIp().text());
            known.add(d.publicIp().text());
        });
        Map<Set<String>, Set<String>> distinct = new HashMap<>();
        inspected.forEach((droplet, facts) -> {
            facts.addresses().stream().map(InterfaceAddress::address).forEach(known::add);
            if (!(droplet.leaving() && facts.isDecommissioned())) {
                // Equal lists are shared, because most droplets have the same one.
                lists.put(droplet, distinct.computeIfAbsent(ServerList.of(facts), same -> same));
            }
        });
        lists.values().forEach(list -> list.forEach(server -> named.merge(server, 1, Integer::sum)));
        anyNamed = lists.keySet().stream().anyMatch(this::isNamed);
    }

    /**
     * Returns the ports that show whether removed servers still run: ADDRESS:PORT of their memcached and web servers,
     * by the droplet that has to test them. A droplet tests only servers of its own list and addresses that it blocks.
     *
     * @param inspected the inspected droplets and their facts
     * @param forgotten addresses of servers that are known to be gone or that no longer matter
     */
    public static Map<Droplet, List<String>> of(
            Cluster cluster, Map<Droplet, DropletFacts> inspected, Set<String> forgotten) {
        RemovedServers removed = new RemovedServers(cluster, inspected);
        removed.known.addAll(forgotten);
        Map<Droplet, List<String>> questions = new LinkedHashMap<>();
        inspected.forEach((droplet, facts) -> {
            List<String> words = removed.questions(droplet, facts);
            if (!words.isEmpty()) {
                questions.put(droplet, words);
            }
        });
        return questions;
    }

    private List<String> questions(Droplet droplet, DropletFacts facts) {
        Set<String> servers = new TreeSet<>();
        Set<String> list = usesOwnList(droplet) ? lists.getOrDefault(droplet, Set.of()) : Set.of();
        list.stream().filter(server -> !known.contains(ServerList.host(server))).forEach(servers::add);
        facts.guardState().blockedPeers().stream()
                .filter(address -> !known.contains(address))
                .forEach(address -> servers.add(address + ":" + HTTP));
        Set<String> words = new LinkedHashSet<>();
        servers.stream()
                .filter(server -> ServerList.isAddress(server) && !server.startsWith("127."))
                .limit(MAX_SERVERS)
                .forEach(server -> {
                    words.add(ServerList.host(server) + ":" + HTTP);
                    // If the droplet's own rule blocks that memcached, the refusal would come from the droplet itself.
                    if (!facts.guardState().blockedPeers().contains(ServerList.host(server))) {
                        words.add(server);
                    }
                });
        return List.copyOf(words);
    }

    /**
     * Returns true if a droplet's list is the cluster's. A droplet from another cluster may still have the list of that
     * one.
     */
    private boolean usesOwnList(Droplet droplet) {
        return isNamed(droplet) || !anyNamed;
    }

    /** Returns true if the list of another droplet names this droplet's server. */
    private boolean isNamed(Droplet droplet) {
        String server = droplet.privateIp() + ":" + cluster.memcached().port();
        int own = lists.getOrDefault(droplet, Set.of()).contains(server) ? 1 : 0;
        return named.getOrDefault(server, 0) > own;
    }
}
