package sessionctl.action;

import java.util.List;
import java.util.Map;
import java.util.Set;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.ProbeResult;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.membership.MemberStatus;
import sessionctl.membership.Membership;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.DropletPlanner;
import sessionctl.state.DropletFacts;
import sessionctl.state.DropletState;
import sessionctl.state.UnsupportedDropletException;

/** Plans a restart of memcached, or a reload of the web server, on every droplet. */
public final class RestartPlanner implements Planner {
    private final Cluster cluster;
    private final DesiredStates desired;
    private final boolean web;
    private Membership membership;

    /**
     * Creates a planner without facts; {@link #setFacts} supplies them.
     *
     * @param web whether to reload the web server instead of restarting memcached
     */
    public RestartPlanner(Cluster cluster, DesiredStates desired, boolean web) {
        this.cluster = cluster;
        this.desired = desired;
        this.web = web;
        this.membership = Membership.of(cluster, Map.of(), Set.of());
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public void setFacts(Map<Droplet, ProbeResult<DropletFacts>> answers, List<Droplet> chosen) {
        membership = Membership.of(cluster, ProbeResult.answered(answers), Set.of());
    }

    @Override
    public DropletPlan plan(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        DropletState wanted = desired.stateOf(droplet, facts);
        MemberStatus status = membership.statusOf(droplet, facts);
        List<Change> changes = web
                ? DropletPlanner.reload(facts.state(), wanted, status)
                : DropletPlanner.restart(facts.state(), wanted, status);
        boolean loses = changes.stream().anyMatch(c -> c.risk().losesSessions());
        List<String> warnings =
                loses ? List.of("its sessions cannot be kept: " + status.whyLosesSessions()) : List.of();
        return new DropletPlan(droplet, changes, warnings);
    }

    /** Returns an empty plan. Each droplet has checked its own restart, and this command fixes nothing else. */
    @Override
    public DropletPlan finalPlan(Droplet droplet, DropletFacts facts) {
        return new DropletPlan(droplet, List.of(), List.of());
    }
}
