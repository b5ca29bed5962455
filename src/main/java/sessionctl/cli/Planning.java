package sessionctl.cli;

import java.util.List;
import java.util.Map;
import sessionctl.fleet.Look;
import sessionctl.fleet.Rollout;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.Actual;

/** What a command wants of each droplet, given what all of them are. */
interface Planning extends Rollout.Planner {
    /** The cluster that it is about. */
    Cluster cluster();

    /** Takes in what the droplets are now, of which those that were chosen may be changed. */
    void begin(Map<Droplet, Look<Actual>> looks, List<Droplet> chosen);

    /** Finds what is wrong on these droplets and is not fixed by any change of a plan. */
    default List<Finding> findings(Map<Droplet, Actual> seen, Remedies remedies) {
        return List.of();
    }

    /** Where to ask whether servers that the inventory no longer names still run, by the droplet that is to ask. */
    default Map<Droplet, List<String>> removed() {
        return Map.of();
    }

    /** The droplets whose memcached any host of the private network can reach. */
    default List<Droplet> exposed() {
        return List.of();
    }
}
