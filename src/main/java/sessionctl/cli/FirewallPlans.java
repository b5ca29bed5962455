package sessionctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.desired.RemovedServers;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.FirewallChange;
import sessionctl.state.Actual;
import sessionctl.state.ActualFirewall;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;
import sessionctl.state.Unfit;

/** What each droplet's packet filter needs. */
final class FirewallPlans {
    private final Cluster cluster;
    private final PairwiseFirewall rules;
    private final boolean remove;
    private final Set<String> forgotten;

    /**
     * The plans of a cluster.
     *
     * @param remove whether our part is to be taken away
     * @param forgotten the addresses of servers that are no longer in the inventory and may still run
     */
    FirewallPlans(Cluster cluster, boolean remove, Set<String> forgotten) {
        this.cluster = cluster;
        this.rules = new PairwiseFirewall(cluster);
        this.remove = remove;
        this.forgotten = Set.copyOf(forgotten);
    }

    Cluster cluster() {
        return cluster;
    }

    /** Whether our part is to be taken away. */
    boolean removes() {
        return remove;
    }

    /** Where to ask whether servers that the inventory no longer names still run. Without rules that does not matter. */
    Map<Droplet, List<String>> removed(Map<Droplet, Actual> seen) {
        return remove ? Map.of() : RemovedServers.of(cluster, seen, forgotten);
    }

    /** The change that a droplet needs, if it needs one. */
    List<Change> changes(Droplet droplet, ActualFirewall actual) throws Unfit {
        FirewallState now = actual.state();
        FirewallState wanted = remove ? PairwiseFirewall.without(actual) : rules.of(droplet, actual);
        List<String> former = List.of(
                "4 " + former(now.v4(), actual.formerPolicy4()), "6 " + former(now.v6(), actual.formerPolicy6()));
        FirewallChange change = new FirewallChange(now, wanted, former);
        return change.needed() ? List.of(change) : List.of();
    }

    /** What the operator should know of a droplet's packet filter. */
    List<String> warnings(ActualFirewall actual) {
        List<String> warnings = new ArrayList<>();
        if (!actual.pending().isEmpty()) {
            warnings.add(
                    "another run's change of the rules is not confirmed there; a run takes it back before it begins");
        }
        return warnings;
    }

    private static String former(@Nullable FilterTable table, String remembered) {
        return table == null ? "ACCEPT" : PairwiseFirewall.former(table, remembered);
    }
}
