package sessionctl.action;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.InstalledGuards;
import sessionctl.fleet.ProbeResult;
import sessionctl.health.Finding;
import sessionctl.health.OverrideFindings;
import sessionctl.health.Remedies;
import sessionctl.health.ServerFindings;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.membership.MemberStatus;
import sessionctl.membership.Membership;
import sessionctl.membership.Role;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.DropletPlanner;
import sessionctl.plan.GuardChange;
import sessionctl.plan.GuardChange.Order;
import sessionctl.plan.SavedPlan;
import sessionctl.plan.Stage;
import sessionctl.ssh.SshFailure;
import sessionctl.state.DropletFacts;
import sessionctl.state.FilterTable;
import sessionctl.state.ManagedRules;
import sessionctl.state.ServiceState;
import sessionctl.state.UnsupportedDropletException;

/** Plans {@code provision} for each droplet, from the facts of all droplets at the beginning of a run. */
public final class ProvisionPlanner implements Planner {
    private final Cluster cluster;
    private final DesiredStates desired;
    private final FirewallPlanner rules;
    private Membership membership;
    private boolean limited;

    /** The leaving droplets that were not inspected; empty if any other droplet was not inspected either. */
    private List<Droplet> uninspectedLeavers = List.of();

    private Set<String> chosenNames = Set.of();

    /** How the connections to the droplets failed that were not inspected, by name. */
    private Map<String, SshFailure.Kind> unreached = Map.of();

    /** The facts of the droplets that were inspected. */
    private Map<Droplet, DropletFacts> factsByDroplet = Map.of();

    /** Each droplet's last plan, for {@code --save-plan} and {@code --plan}; its digests are computed when read. */
    private final Map<Droplet, Supplier<SavedPlan.Part>> parts = new ConcurrentHashMap<>();

    /** Creates a planner without facts; {@link #setFacts} supplies them. */
    public ProvisionPlanner(Cluster cluster, DesiredStates desired) {
        this(cluster, desired, Set.of());
    }

    /**
     * Creates a planner without facts; {@link #setFacts} supplies them.
     *
     * @param forgotten private addresses of servers that are no longer in the inventory and may still run
     */
    public ProvisionPlanner(Cluster cluster, DesiredStates desired, Set<String> forgotten) {
        this.rules = new FirewallPlanner(cluster, false, forgotten);
        this.cluster = cluster;
        this.desired = desired;
        this.membership = Membership.of(cluster, Map.of(), Set.of());
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public void setFacts(Map<Droplet, ProbeResult<DropletFacts>> answers, List<Droplet> chosen) {
        parts.clear();
        rules.setFacts(answers, chosen);
        factsByDroplet = ProbeResult.answered(answers);
        unreached = unreached(answers);
        List<Droplet> uninspected = cluster.droplets().stream()
                .filter(d -> !factsByDroplet.containsKey(d))
                .toList();
        uninspectedLeavers = uninspected.stream().allMatch(Droplet::leaving) ? uninspected : List.of();
        membership = Membership.of(cluster, factsByDroplet, new InstalledGuards(desired).find(factsByDroplet));
        chosenNames = chosen.stream().map(Droplet::name).collect(Collectors.toSet());
        limited = chosen.size() < cluster.droplets().size();
    }

    private static Map<String, SshFailure.Kind> unreached(Map<Droplet, ProbeResult<DropletFacts>> answers) {
        Map<String, SshFailure.Kind> kinds = new HashMap<>();
        answers.forEach((droplet, answer) -> {
            if (answer instanceof ProbeResult.Unreached<DropletFacts> failed) {
                kinds.put(droplet.name(), failed.failure().kind());
            }
        });
        return kinds;
    }

    /** Returns how the connection to a droplet failed the last time; empty if the droplet was inspected. */
    public Optional<SshFailure.Kind> unreached(String name) {
        return Optional.ofNullable(unreached.get(name));
    }

    @Override
    public Map<Droplet, List<String>> findRemovedServers() {
        return rules.findRemovedServers();
    }

    @Override
    public Set<Droplet> findLeft() {
        return rules.findLeft();
    }

    @Override
    public List<Droplet> findUnconfirmed() {
        return rules.findUnconfirmed();
    }

    private boolean hasAccess(Droplet droplet, FilterTable.Access access) {
        DropletFacts facts = factsByDroplet.get(droplet);
        return facts != null && facts.access(cluster.memcached().port()) == access;
    }

    private boolean servesOthers(Droplet droplet) {
        DropletFacts facts = factsByDroplet.get(droplet);
        return facts != null && facts.servesOthers();
    }

    /** Finds what no rule of this plan closes, because the inventory leaves the rules to another tool. */
    private List<Finding> exposureFindings() {
        if (cluster.firewall().mode() != Firewall.Mode.NONE) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        Predicate<Droplet> open = d -> hasAccess(d, FilterTable.Access.OPEN);
        findings.add(ServerFindings.exposed(Severity.WARNING, namesOf(open.and(this::servesOthers)), ""));
        findings.add(ServerFindings.soonExposed(namesOf(open.and(d -> !servesOthers(d)))));
        findings.add(ServerFindings.possiblyExposed(namesOf(d -> hasAccess(d, FilterTable.Access.UNKNOWN))));
        findings.removeIf(f -> f.droplet().isEmpty());
        return findings;
    }

    private List<String> namesOf(Predicate<Droplet> which) {
        return factsByDroplet.keySet().stream()
                .filter(d -> !d.leaving() && chosenNames.contains(d.name()))
                .filter(which)
                .map(Droplet::name)
                .toList();
    }

    /** Returns a droplet's status in the cluster. */
    MemberStatus statusOf(Droplet droplet, DropletFacts facts) {
        return membership.statusOf(droplet, facts);
    }

    @Override
    public DropletPlan plan(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        checkListsKnown();
        MemberStatus status = membership.statusOf(droplet, facts);
        checkFilledTogether(status);
        List<Change> changes = changes(droplet, facts, status);
        if (waitsForOthers()) {
            changes = onlySafeAlone(changes, status);
            checkAdmitted(droplet, changes);
        }
        changes = withRules(changes, rules.changes(droplet, facts));
        List<String> warnings = warnings(droplet, facts, status, changes);
        DropletPlan plan = new DropletPlan(droplet, changes, warnings);
        parts.put(droplet, () -> SavedPlan.Part.of(plan, facts));
        return plan;
    }

    /** Returns true if droplets join or leave that this run does not change. */
    private boolean waitsForOthers() {
        return limited && membership.changesMembers(chosenNames);
    }

    private List<String> warnings(Droplet droplet, DropletFacts facts, MemberStatus status, List<Change> changes) {
        List<String> warnings = new ArrayList<>(membership.warnings(facts));
        warnings.addAll(rules.warnings(droplet));
        if (waitsForOthers()) {
            warnings.add("it joins the cluster only when provision runs without --limit: all server lists must change"
                    + " together");
        }
        if (changes.stream().anyMatch(c -> c.risk().losesSessions())) {
            warnings.add("its sessions cannot be kept: " + status.whyLosesSessions());
        }
        if (!changes.isEmpty() && !facts.canHaveGuard() && status.role() != Role.LEAVING) {
            warnings.add("its memcached gets no guard, which needs systemd and memcached 1.5 or newer: each of its"
                    + " starts, including a reboot, can lose sessions");
        }
        if (needsManualStop(status, facts)) {
            warnings.add("this run cannot stop its memcached without systemd; when the run is done, run there: service"
                    + " memcached stop && update-rc.d memcached disable");
        }
        if (cluster.hasPartialReplicas() && !changes.isEmpty()) {
            warnings.add("each session is kept on at least " + cluster.copies() + " of the "
                    + cluster.staying().size() + " servers: one server down loses no session, "
                    + cluster.copies() + " down at once lose the sessions that only they hold");
        }
        return warnings;
    }

    /** Returns the last plan of every droplet that was planned, in the inventory's order. */
    public List<SavedPlan.Part> parts() {
        return cluster.droplets().stream()
                .filter(parts::containsKey)
                .map(this::part)
                .toList();
    }

    /**
     * Returns a droplet's last plan.
     *
     * @throws IllegalArgumentException if the droplet was not planned
     */
    SavedPlan.Part part(Droplet droplet) {
        Supplier<SavedPlan.Part> part = parts.get(droplet);
        if (part == null) {
            throw new IllegalArgumentException(droplet + " was not planned");
        }
        return part.get();
    }

    @Override
    public List<Finding> findings(Map<Droplet, DropletFacts> facts, Remedies remedies) {
        List<Finding> findings =
                new ArrayList<>(new OverrideFindings(facts, desired.settings(cluster.droplets()), remedies).findings());
        findings.addAll(exposureFindings());
        return findings;
    }

    private void checkListsKnown() throws UnsupportedDropletException {
        if (membership.isUnknown() && (limited || !uninspectedLeavers.isEmpty())) {
            throw new UnsupportedDropletException(
                    "cannot tell whether this is a new cluster: no droplet that may have a session.save_path could"
                            + " be inspected; make the others reachable, "
                            + (limited ? "or run without --limit" : "or delete the lines of those that leave"));
        }
    }

    /**
     * Refuses a limited run without a member that rejoins and that this droplet still blocks. The member lacks what was
     * written while it was blocked, so PHP must not read from it before it is filled.
     */
    private void checkFilledTogether(MemberStatus status) throws UnsupportedDropletException {
        List<String> rejoining = status.blocks().rejoining();
        boolean others = cluster.droplets().stream()
                .anyMatch(d -> rejoining.contains(d.privateIp().text()) && !chosenNames.contains(d.name()));
        if (limited && others) {
            throw new UnsupportedDropletException("it blocks " + String.join(", ", rejoining)
                    + ", which rejoins and must be filled in the same run; run without --limit");
        }
    }

    /**
     * Refuses a limited run that starts a joining server while the rules of a droplet that the run does not change keep
     * it out: the server could not be filled.
     */
    private void checkAdmitted(Droplet joining, List<Change> changes) throws UnsupportedDropletException {
        if (changes.stream().noneMatch(c -> c.stage() == Stage.MEMCACHED)) {
            return;
        }
        String source = "-s " + joining.privateIp().text() + "/32 ";
        List<String> closed = factsByDroplet.entrySet().stream()
                .filter(e ->
                        !chosenNames.contains(e.getKey().name()) && !e.getKey().leaving())
                .filter(e -> keepsOut(e.getValue().input(), source))
                .map(e -> e.getKey().name())
                .toList();
        if (!closed.isEmpty()) {
            throw new UnsupportedDropletException(
                    "the rules of " + String.join(", ", closed) + " do not admit it yet; run without --limit");
        }
    }

    private static boolean keepsOut(@Nullable FilterTable input, String source) {
        String pairwise = "-A " + ManagedRules.PAIRWISE + " ";
        return input != null
                && input.rules().stream().anyMatch(rule -> rule.startsWith(pairwise))
                && input.rules().stream().noneMatch(rule -> rule.startsWith(pairwise + source));
    }

    private static boolean needsManualStop(MemberStatus status, DropletFacts facts) {
        ServiceState memcached = facts.state().service("memcached");
        return status.role() == Role.LEAVING
                && !facts.platform().systemd()
                && (memcached.running() || memcached.enabled());
    }

    @Override
    public DropletPlan finalPlan(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        Membership settled = waitsForOthers() ? membership : Membership.settled(cluster);
        MemberStatus status = settled.statusOf(droplet, facts);
        List<Change> changes = changes(droplet, facts, status);
        boolean waits = limited && status.role() == Role.JOINING;
        return new DropletPlan(
                droplet,
                withRules(waits ? onlySafeAlone(changes, status) : changes, rules.finalChanges(droplet, facts)),
                List.of());
    }

    private static List<Change> withRules(List<Change> changes, List<Change> rules) {
        return Stream.concat(changes.stream(), rules.stream())
                .sorted(Comparator.comparing(Change::stage))
                .toList();
    }

    private List<Change> changes(Droplet droplet, DropletFacts facts, MemberStatus status)
            throws UnsupportedDropletException {
        return DropletPlanner.between(facts.state(), desired.stateOf(droplet, facts), status);
    }

    /**
     * Returns the changes that are safe while the lists of other droplets stay as they are. A joining server that those
     * lists do not name stays fenced.
     *
     * @throws UnsupportedDropletException if the droplet is not joining, because its list must change together with all
     *     others
     */
    private static List<Change> onlySafeAlone(List<Change> changes, MemberStatus status)
            throws UnsupportedDropletException {
        if (status.role() != Role.JOINING) {
            throw new UnsupportedDropletException(
                    "its server list must change together with those of all droplets; run without --limit");
        }
        Set<Order> unsafe = EnumSet.of(Order.UNCORDON, Order.BLOCK_LEAVING, Order.BLOCK_LEAVING_FIRST);
        if (!status.blocks().leaving().isEmpty()) {
            unsafe.addAll(Set.of(Order.NARROW_BLOCK, Order.UNBLOCK_LEFT));
        }
        return changes.stream()
                .filter(c -> !(c instanceof GuardChange step && unsafe.contains(step.order())))
                .toList();
    }
}
