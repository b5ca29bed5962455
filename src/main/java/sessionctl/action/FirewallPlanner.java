package sessionctl.action;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.fleet.ProbeResult;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.membership.RemovedServers;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.FirewallChange;
import sessionctl.state.DropletFacts;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.ManagedRules;
import sessionctl.state.UnsupportedDropletException;

/**
 * Plans the changes of each droplet's packet filter: the part of the plan of {@code provision} that {@code firewall}
 * carries out alone.
 */
public final class FirewallPlanner implements Planner {
    private final Cluster cluster;
    private final PairwiseFirewall rules;
    private final boolean remove;
    private final Set<String> forgotten;
    private Map<Droplet, DropletFacts> factsByDroplet = Map.of();
    private boolean limited;

    /** The leaving droplets whose memcached has been decommissioned. */
    private Set<Droplet> left = Set.of();

    /** The leaving droplets that the others need until the end of the run. */
    private Set<Droplet> leaving = Set.of();

    /**
     * Creates the planner of a cluster.
     *
     * @param remove whether to remove sessionctl's chains instead of installing them
     * @param forgotten private addresses of servers that are no longer in the inventory and may still run
     */
    public FirewallPlanner(Cluster cluster, boolean remove, Set<String> forgotten) {
        this.cluster = cluster;
        this.rules = new PairwiseFirewall(cluster);
        this.remove = remove;
        this.forgotten = Set.copyOf(forgotten);
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    /** Returns whether the plans remove sessionctl's chains. */
    boolean isRemoval() {
        return remove;
    }

    @Override
    public void setFacts(Map<Droplet, ProbeResult<DropletFacts>> answers, List<Droplet> chosen) {
        factsByDroplet = ProbeResult.answered(answers);
        limited = chosen.size() < cluster.droplets().size();
        left = factsByDroplet.entrySet().stream()
                .filter(e -> e.getKey().leaving() && e.getValue().isDecommissioned())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        leaving = cluster.droplets().stream()
                .filter(d -> d.leaving() && !left.contains(d))
                .collect(Collectors.toSet());
    }

    @Override
    public Set<Droplet> findLeft() {
        return left;
    }

    /** Returns nothing when rules are removed, because such a server then keeps its access. */
    @Override
    public Map<Droplet, List<String>> findRemovedServers() {
        return remove ? Map.of() : RemovedServers.of(cluster, factsByDroplet, forgotten);
    }

    @Override
    public List<Droplet> findUnconfirmed() {
        return factsByDroplet.keySet().stream().filter(this::hasUnconfirmed).toList();
    }

    private boolean hasUnconfirmed(Droplet droplet) {
        DropletFacts facts = factsByDroplet.get(droplet);
        return facts != null
                && facts.firewall() != null
                && !facts.firewall().pending().isEmpty();
    }

    /**
     * Plans the rules of a droplet without any other change. A droplet that has no iptables needs none while its
     * memcached serves only itself.
     */
    @Override
    public DropletPlan plan(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        if (!remove && cluster.firewall().mode() == Firewall.Mode.NONE) {
            return new DropletPlan(droplet, List.of(), List.of());
        }
        if (!facts.hasIptables()) {
            if (remove || !facts.servesOthers()) {
                return new DropletPlan(droplet, List.of(), List.of());
            }
            throw new UnsupportedDropletException(
                    "iptables is not installed, so its memcached port cannot be closed; run: {sessionctl provision}");
        }
        // The rules stay open to the leaving droplets, because this command does not take them out of the cluster.
        FirewallChange change = change(facts, wanted(droplet, facts, excluded(facts), portInUse(droplet, facts)));
        return new DropletPlan(droplet, change.isNeeded() ? List.of(change) : List.of(), warnings(droplet));
    }

    @Override
    public DropletPlan finalPlan(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        return plan(droplet, facts);
    }

    /**
     * Plans the rules of a droplet as a part of {@code provision}: they admit all droplets of the cluster before any
     * joins, and close the port to the leaving ones when those have left. If memcached moves to another port, both
     * ports are protected until it has.
     *
     * @throws UnsupportedDropletException if the droplet cannot have the rules
     */
    List<Change> changes(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        if (!isWanted(droplet, facts)) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>();
        Set<Integer> former = portInUse(droplet, facts);
        FirewallChange first = change(facts, wanted(droplet, facts, excluded(facts), former));
        if (first.isNeeded()) {
            changes.add(first);
        }
        if ((!limited && !leaving.isEmpty()) || !former.isEmpty()) {
            Set<Droplet> gone = limited ? excluded(facts) : everyLeaving();
            FirewallChange last = first.followedBy(wanted(droplet, facts, gone, Set.of()));
            if (last.isNeeded()) {
                changes.add(last);
            }
        }
        return changes;
    }

    /**
     * Returns the change that a droplet's rules need at the end of {@code provision}; empty if they are right.
     *
     * @throws UnsupportedDropletException if the droplet cannot have the rules
     */
    List<Change> finalChanges(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        if (!isWanted(droplet, facts)) {
            return List.of();
        }
        // A memcached that could not be moved, or that must be stopped by hand, keeps its protection.
        Set<Droplet> gone = limited ? excluded(facts) : everyLeaving();
        FirewallChange change = change(facts, wanted(droplet, facts, gone, portInUse(droplet, facts)));
        return change.isNeeded() ? List.of(change) : List.of();
    }

    /**
     * Returns the droplets that a droplet's rules should not admit before the end of the run: those that have left, and
     * leaving ones that are down and that an earlier run has excluded.
     */
    private Set<Droplet> excluded(DropletFacts facts) throws UnsupportedDropletException {
        List<String> rules =
                filterOf(facts).state().v4().managedRules().chains().getOrDefault(ManagedRules.PAIRWISE, List.of());
        Set<Droplet> excluded = new HashSet<>(left);
        leaving.stream()
                .filter(d -> !rules.isEmpty() && !factsByDroplet.containsKey(d))
                .filter(d -> rules.stream().noneMatch(rule -> rule.contains(" -s " + d.privateIp() + "/32 ")))
                .forEach(excluded::add);
        return excluded;
    }

    /** Returns the port at which memcached serves other hosts now, if it is not the inventory's. */
    private Set<Integer> portInUse(Droplet droplet, DropletFacts facts) {
        FirewallFacts filter = facts.firewall();
        if (!facts.servesOthers() || filter == null) {
            return Set.of();
        }
        Set<Integer> taken = new HashSet<>(filter.sshPorts());
        taken.addAll(cluster.firewall().allow());
        taken.add(droplet.ssh().port());
        taken.add(cluster.memcached().port());
        return facts.memcachedFlags()
                .port()
                .filter(port -> port.matches("\\d{4,5}"))
                .map(Integer::valueOf)
                .filter(port -> port >= 1024 && port <= 65535 && !taken.contains(port))
                .map(Set::of)
                .orElse(Set.of());
    }

    private Set<Droplet> everyLeaving() {
        return cluster.droplets().stream().filter(Droplet::leaving).collect(Collectors.toSet());
    }

    private boolean isWanted(Droplet droplet, DropletFacts facts) {
        return cluster.firewall().mode() != Firewall.Mode.NONE
                && facts.firewall() != null
                && (facts.hasIptables() || !droplet.leaving());
    }

    private FirewallState wanted(Droplet droplet, DropletFacts facts, Set<Droplet> gone, Set<Integer> otherPorts)
            throws UnsupportedDropletException {
        FirewallFacts found = filterOf(facts);
        return remove ? PairwiseFirewall.without(found) : rules.rulesFor(droplet, found, gone, otherPorts);
    }

    private static FirewallChange change(DropletFacts facts, FirewallState wanted) throws UnsupportedDropletException {
        FirewallFacts found = filterOf(facts);
        FirewallState now = found.state();
        List<String> former = List.of(
                "4 " + formerPolicy(now.v4(), found.formerPolicy4()),
                "6 " + formerPolicy(now.v6(), found.formerPolicy6()));
        return new FirewallChange(now, wanted, former);
    }

    private static FirewallFacts filterOf(DropletFacts facts) throws UnsupportedDropletException {
        FirewallFacts found = facts.firewall();
        if (found == null) {
            throw new UnsupportedDropletException(FirewallFacts.NO_LEGACY);
        }
        return found;
    }

    /** Returns warnings about a droplet's packet filter, a sentence each. */
    List<String> warnings(Droplet droplet) {
        List<String> warnings = new ArrayList<>();
        if (hasUnconfirmed(droplet)) {
            warnings.add("another run's change of the rules is not confirmed yet; the next run rolls it back before it"
                    + " starts");
        }
        DropletFacts facts = factsByDroplet.get(droplet);
        List<String> saved = remove && facts != null && facts.firewall() != null
                ? facts.firewall().saved()
                : List.of();
        if (!saved.isEmpty()) {
            warnings.add(String.join(", ", saved) + " would bring sessionctl's chains back at boot; after this run save"
                    + " the rules again there (netfilter-persistent save), or delete the chains from the file");
        }
        return warnings;
    }

    /** Finds the droplets without iptables, whose rules this command cannot make. */
    @Override
    public List<Finding> findings(Map<Droplet, DropletFacts> facts, Remedies remedies) {
        boolean wanted = !remove && cluster.firewall().mode() != Firewall.Mode.NONE;
        return facts.entrySet().stream()
                .filter(e ->
                        wanted && !e.getValue().hasIptables() && !e.getValue().servesOthers())
                .map(e -> new Finding(
                        Severity.WARNING,
                        e.getKey().name(),
                        "iptables is not installed, so it has no rules yet; no other host reaches its memcached now",
                        remedies.provision()))
                .toList();
    }

    private static String formerPolicy(@Nullable FilterTable table, String remembered) {
        return table == null ? "ACCEPT" : PairwiseFirewall.formerPolicy(table, remembered);
    }
}
