package sessionctl.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.FirewallChange;
import sessionctl.state.ActualFirewall;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;
import sessionctl.state.OwnRules;
import sessionctl.state.Unfit;

/** What each droplet's packet filter needs. */
final class FirewallPlans {
    private final PairwiseFirewall rules;
    private final boolean remove;

    /**
     * The plans of a cluster.
     *
     * @param remove whether our part is to be taken away
     */
    FirewallPlans(Cluster cluster, boolean remove) {
        this.rules = new PairwiseFirewall(cluster);
        this.remove = remove;
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

    /** The policy to go back to one day: what was remembered, while ours is in force, else what is there now. */
    private static String former(@Nullable FilterTable table, String remembered) {
        if (table == null) {
            return "ACCEPT";
        }
        return table.own().chains().containsKey(OwnRules.FULL) ? remembered : table.inputPolicy();
    }
}
