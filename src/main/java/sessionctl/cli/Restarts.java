package sessionctl.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.Standings;
import sessionctl.fleet.Look;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Difference;
import sessionctl.plan.DropletPlan;
import sessionctl.state.Actual;
import sessionctl.state.DropletState;
import sessionctl.state.Standing;
import sessionctl.state.Unfit;

/** A restart of memcached, or a reload of the web server, on every droplet. */
final class Restarts implements Planning {
    private final Cluster cluster;
    private final DesiredStates desired;
    private final boolean web;
    private Standings standings;

    /**
     * The restarts of a cluster that nothing is known of yet.
     *
     * @param web whether it is the web server's turn
     */
    Restarts(Cluster cluster, DesiredStates desired, boolean web) {
        this.cluster = cluster;
        this.desired = desired;
        this.web = web;
        this.standings = Standings.of(cluster, Map.of(), Set.of());
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public void begin(Map<Droplet, Look<Actual>> looks, List<Droplet> chosen) {
        Map<Droplet, Actual> seen = new LinkedHashMap<>();
        looks.forEach((droplet, look) -> {
            if (look instanceof Look.Seen<Actual> one) {
                seen.put(droplet, one.actual());
            }
        });
        standings = Standings.of(cluster, seen, Set.of());
    }

    @Override
    public DropletPlan plan(Droplet droplet, Actual actual) throws Unfit {
        DropletState wanted = desired.of(droplet, actual).state();
        Standing standing = standings.of(droplet, actual);
        List<Change> changes = web
                ? Difference.reload(actual.state(), wanted, standing)
                : Difference.restart(actual.state(), wanted, standing);
        boolean loses = changes.stream().anyMatch(c -> c.risk().losesSessions());
        List<String> warnings = loses ? List.of("its sessions cannot be kept: " + standing.whyLost()) : List.of();
        return new DropletPlan(droplet, changes, warnings);
    }

    /** Each restart has been checked by the droplet itself; what else it lacks is not this command's business. */
    @Override
    public DropletPlan last(Droplet droplet, Actual actual) {
        return new DropletPlan(droplet, List.of(), List.of());
    }
}
