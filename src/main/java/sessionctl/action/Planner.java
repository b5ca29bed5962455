package sessionctl.action;

import java.util.List;
import java.util.Map;
import java.util.Set;
import sessionctl.fleet.ProbeResult;
import sessionctl.fleet.Rollout;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.DropletFacts;

/** Plans what a command changes on each droplet, from the facts of all droplets. */
public interface Planner extends Rollout.PlanSource {
    /** Returns the cluster that is planned. */
    Cluster cluster();

    /**
     * Takes the facts of all droplets, before any plan is made.
     *
     * @param answers the answers of all droplets of the cluster
     * @param chosen the droplets that may be changed
     */
    void setFacts(Map<Droplet, ProbeResult<DropletFacts>> answers, List<Droplet> chosen);

    /** Finds what is wrong on these droplets and no change of a plan fixes. */
    default List<Finding> findings(Map<Droplet, DropletFacts> facts, Remedies remedies) {
        return List.of();
    }

    /**
     * Returns the servers that the inventory no longer names and that may still run, as ADDRESS:PORT by the droplet
     * that tests them.
     */
    default Map<Droplet, List<String>> findRemovedServers() {
        return Map.of();
    }

    /** Returns the leaving droplets whose memcached has been decommissioned. */
    default Set<Droplet> findLeft() {
        return Set.of();
    }

    /** Returns the droplets on which an earlier run left a change of the rules unconfirmed. */
    default List<Droplet> findUnconfirmed() {
        return List.of();
    }
}
