package sessionctl.inventory;

import java.util.List;

/**
 * What the operator wrote, whole and checked.
 *
 * @param droplets in the inventory's order, at least one, no name or address twice
 */
public record Cluster(
        String name, List<Droplet> droplets, Memcached memcached, Sessions sessions, Sapi sapi, Firewall firewall) {
    /** The name of a cluster that nobody named. */
    public static final String USUAL_NAME = "cluster";

    /** Copies the droplets. */
    public Cluster {
        droplets = List.copyOf(droplets);
    }

    /** The droplets whose memcached holds sessions once the inventory is carried out: all but those that leave. */
    public List<Droplet> members() {
        return droplets.stream().filter(d -> !d.leaving()).toList();
    }

    /** How many of them hold each session at least. */
    public int copies() {
        return Math.min(sessions.copies(), members().size());
    }

    /** Whether some servers do not hold every session. */
    public boolean sparse() {
        return copies() < members().size();
    }
}
