package sessionctl.inventory;

import java.util.List;

/**
 * A complete, valid inventory.
 *
 * @param droplets at least one, in the inventory's order; names and addresses are unique
 */
public record Cluster(
        String name, List<Droplet> droplets, Memcached memcached, Sessions sessions, Php php, Firewall firewall) {
    /** The name of a cluster without {@code cluster:} in its inventory. */
    public static final String DEFAULT_NAME = "cluster";

    public Cluster {
        droplets = List.copyOf(droplets);
    }

    /** The way in which the web server runs PHP. */
    public Sapi sapi() {
        return php.sapi();
    }

    /** The droplets whose memcached holds sessions once the inventory is applied: all that are not leaving. */
    public List<Droplet> staying() {
        return droplets.stream().filter(d -> !d.leaving()).toList();
    }

    /** The number of members that hold each session, at least. */
    public int copies() {
        return Math.min(sessions.copies(), staying().size());
    }

    /** Returns true if members hold only a part of the sessions (partial replicas). */
    public boolean hasPartialReplicas() {
        return copies() < staying().size();
    }
}
