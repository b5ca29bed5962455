package sessionctl.desired;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.Actual;
import sessionctl.state.Ways;

/** The servers that PHP's lists are to forget, and who keeps PHP away from each of them while lists differ. */
final class Departures {
    private final Set<String> members = new LinkedHashSet<>();

    /** The addresses of those that leave and shut their own port, or have stopped: nobody needs to shut the way there. */
    private final Set<String> shut = new LinkedHashSet<>();

    /** The addresses to which some droplet shuts the way. */
    private final Set<String> avoided = new LinkedHashSet<>();

    /**
     * Whether all who have a list can shut a way now. They do that together: nobody may read where others do not write. Some
     * other server must be open, which is not so before they are mended.
     */
    private final boolean ready;

    Departures(Cluster cluster, Map<Droplet, Actual> seen, Set<Droplet> guarded) {
        cluster.members().forEach(d -> members.add(d.privateIp().text()));
        seen.forEach((droplet, actual) -> {
            avoided.addAll(actual.gate().away());
            if (droplet.leaving() && (actual.guardable() || !serves(actual))) {
                shut.add(droplet.privateIp().text());
            }
        });
        ready = isAnyOpen(seen)
                && seen.entrySet().stream()
                        .filter(entry -> !ServerList.of(entry.getValue()).isEmpty())
                        .filter(entry ->
                                !entry.getKey().leaving() || !entry.getValue().decommissioned())
                        .allMatch(entry -> guarded.contains(entry.getKey()));
    }

    private static boolean isAnyOpen(Map<Droplet, Actual> seen) {
        return seen.entrySet().stream()
                .anyMatch(entry -> !entry.getKey().leaving()
                        && serves(entry.getValue())
                        && !entry.getValue().gate().shut()
                        && !ServerList.of(entry.getValue()).isEmpty());
    }

    private static boolean serves(Actual actual) {
        return actual.state().service("memcached").running();
    }

    /**
     * A droplet's ways to them.
     *
     * @param named ADDRESS:PORT of every server that some list names
     * @param own those that the droplet's own list names
     */
    Ways of(Droplet droplet, Actual actual, Set<String> named, Set<String> own) {
        List<String> gone = gone(named);
        gone.remove(droplet.privateIp().text());
        List<String> returning =
                actual.gate().away().stream().filter(members::contains).sorted().toList();
        return new Ways(
                gone,
                returning,
                ready && !own.isEmpty(),
                avoided.contains(droplet.privateIp().text()),
                actual.guardable() ? "" : unshut(gone(own)));
    }

    /** Those whose own guard does not shut them; a droplet's own loopback is no server of the cluster. */
    private List<String> gone(Set<String> named) {
        Set<String> addresses = new LinkedHashSet<>();
        for (String server : named) {
            String address = server.substring(0, server.indexOf(':'));
            if (!members.contains(address) && !shut.contains(address) && !address.startsWith("127.")) {
                addresses.add(address);
            }
        }
        return new ArrayList<>(addresses);
    }

    private static String unshut(List<String> gone) {
        if (gone.isEmpty()) {
            return "";
        }
        boolean one = gone.size() == 1;
        return String.join(", ", gone) + (one ? " leaves" : " leave") + ", and PHP here cannot be kept from "
                + (one ? "it while some lists still name it" : "them while some lists still name them")
                + ": that needs systemd and memcached 1.5 or newer";
    }
}
