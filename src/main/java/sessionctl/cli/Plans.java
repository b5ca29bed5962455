package sessionctl.cli;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.GuardsInPlace;
import sessionctl.desired.RemovedServers;
import sessionctl.desired.Standings;
import sessionctl.desired.Wanted;
import sessionctl.fleet.Look;
import sessionctl.health.Finding;
import sessionctl.health.OverrideFindings;
import sessionctl.health.Remedies;
import sessionctl.health.ServerFindings;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Difference;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.GuardChange;
import sessionctl.plan.GuardChange.Order;
import sessionctl.state.Actual;
import sessionctl.state.FilterTable;
import sessionctl.state.Role;
import sessionctl.state.ServiceState;
import sessionctl.state.Standing;
import sessionctl.state.Unfit;

/** What each droplet needs, given what all of them are when a run begins. */
final class Plans implements Planning {
    private final Cluster cluster;
    private final DesiredStates desired;
    private final Set<String> forgotten;
    private Standings standings;
    private boolean limited;

    /** Those that leave and were not looked at, where that is nobody else. */
    private List<Droplet> absent = List.of();

    private Set<String> names = Set.of();

    /** The droplets that were inspected. */
    private Map<Droplet, Actual> seen = Map.of();

    /** The plans of a cluster that nothing is known of yet. */
    Plans(Cluster cluster, DesiredStates desired) {
        this(cluster, desired, Set.of());
    }

    /**
     * The same.
     *
     * @param forgotten the addresses of servers that are no longer in the inventory and may still run
     */
    Plans(Cluster cluster, DesiredStates desired, Set<String> forgotten) {
        this.forgotten = Set.copyOf(forgotten);
        this.cluster = cluster;
        this.desired = desired;
        this.standings = Standings.of(cluster, Map.of(), Set.of());
    }

    @Override
    public Cluster cluster() {
        return cluster;
    }

    @Override
    public void begin(Map<Droplet, Look<Actual>> looks, List<Droplet> chosen) {
        seen = new LinkedHashMap<>();
        looks.forEach((droplet, look) -> {
            if (look instanceof Look.Seen<Actual> one) {
                seen.put(droplet, one.actual());
            }
        });
        List<Droplet> unseen =
                cluster.droplets().stream().filter(d -> !seen.containsKey(d)).toList();
        absent = unseen.stream().allMatch(Droplet::leaving) ? unseen : List.of();
        standings = Standings.of(cluster, seen, new GuardsInPlace(desired).among(seen));
        names = chosen.stream().map(Droplet::name).collect(Collectors.toSet());
        limited = chosen.size() < cluster.droplets().size();
    }

    @Override
    public Map<Droplet, List<String>> removed() {
        return RemovedServers.of(cluster, seen, forgotten);
    }

    @Override
    public List<Droplet> exposed() {
        return seen.keySet().stream()
                .filter(d -> !d.leaving() && names.contains(d.name()))
                .filter(d -> rules(d, FilterTable.Access.OPEN))
                .toList();
    }

    private boolean rules(Droplet droplet, FilterTable.Access access) {
        Actual actual = seen.get(droplet);
        return actual != null && actual.access(cluster.memcached().port()) == access;
    }

    private boolean serves(Droplet droplet) {
        Actual actual = seen.get(droplet);
        return actual != null && actual.servesOthers();
    }

    private List<Finding> exposure(Remedies remedies) {
        List<Finding> findings = new ArrayList<>();
        String firewall = remedies.firewall();
        findings.add(ServerFindings.exposed(Severity.WARNING, exposed(this::serves), firewall));
        findings.add(ServerFindings.soonExposed(exposed(d -> !serves(d)), firewall));
        List<String> perhaps = seen.keySet().stream()
                .filter(d -> !d.leaving() && names.contains(d.name()))
                .filter(d -> rules(d, FilterTable.Access.UNKNOWN))
                .map(Droplet::name)
                .toList();
        findings.add(ServerFindings.perhapsExposed(perhaps, firewall));
        findings.removeIf(f -> f.droplet().isEmpty());
        return findings;
    }

    private List<String> exposed(Predicate<Droplet> which) {
        return exposed().stream().filter(which).map(Droplet::name).toList();
    }

    /** Where a droplet stands in the cluster. */
    Standing standing(Droplet droplet, Actual actual) {
        return standings.of(droplet, actual);
    }

    @Override
    public DropletPlan plan(Droplet droplet, Actual actual) throws Unfit {
        checkNotBlind();
        Standing standing = standings.of(droplet, actual);
        checkFilledTogether(standing);
        List<Change> changes = changes(droplet, actual, standing);
        List<String> warnings = new ArrayList<>(standings.warnings(actual));
        if (limited && standings.changesMembers(names)) {
            changes = withoutTheOthers(changes, standing);
            warnings.add(
                    "it does not come into service before provision runs without --limit: all lists of servers must"
                            + " change together");
        }
        if (changes.stream().anyMatch(c -> c.risk().losesSessions())) {
            warnings.add("its sessions cannot be kept: " + standing.whyLost());
        }
        if (!changes.isEmpty() && !actual.guardable() && standing.role() != Role.LEAVER) {
            warnings.add(
                    "its memcached gets no guard, which needs systemd and memcached 1.5 or newer: each start of it, a"
                            + " reboot too, can lose sessions");
        }
        if (stopsByHand(standing, actual)) {
            warnings.add("without systemd its memcached is not stopped by this run; once it is done, run there: service"
                    + " memcached stop && update-rc.d memcached disable");
        }
        if (cluster.sparse() && !changes.isEmpty()) {
            warnings.add("each session is kept on " + cluster.copies() + " of the "
                    + cluster.members().size() + " servers at least: one that is down or starts anew loses none, "
                    + cluster.copies() + " at once lose those that only they hold");
        }
        return new DropletPlan(droplet, changes, warnings);
    }

    @Override
    public List<Finding> findings(Map<Droplet, Actual> seen, Remedies remedies) {
        List<Finding> findings =
                new ArrayList<>(new OverrideFindings(seen, desired.settings(cluster.droplets()), remedies).findings());
        findings.addAll(exposure(remedies));
        return findings;
    }

    private void checkNotBlind() throws Unfit {
        if (standings.blind() && (limited || !absent.isEmpty())) {
            throw new Unfit(
                    "no droplet whose PHP may have a list of servers could be looked at, so it is not known whether"
                            + " this is a new cluster; mend the way to the others, "
                            + (limited ? "or run without --limit" : "or delete the lines of those that leave"));
        }
    }

    /** A member to which the way is still shut lacks what was written meanwhile: nobody may read there before it is filled. */
    private void checkFilledTogether(Standing standing) throws Unfit {
        List<String> returning = standing.ways().returning();
        boolean others = cluster.droplets().stream()
                .anyMatch(d -> returning.contains(d.privateIp().text()) && !names.contains(d.name()));
        if (limited && others) {
            throw new Unfit("it shuts the way to " + String.join(", ", returning)
                    + ", which comes back and must be filled" + " in the same run; run without --limit");
        }
    }

    private static boolean stopsByHand(Standing standing, Actual actual) {
        ServiceState memcached = actual.state().service("memcached");
        return standing.role() == Role.LEAVER
                && !actual.platform().systemd()
                && (memcached.running() || memcached.enabled());
    }

    @Override
    public DropletPlan last(Droplet droplet, Actual actual) throws Unfit {
        Standings settled = limited && standings.changesMembers(names) ? standings : Standings.settled(cluster);
        Standing standing = settled.of(droplet, actual);
        List<Change> changes = changes(droplet, actual, standing);
        boolean waits = limited && standing.role() == Role.NEWCOMER;
        return new DropletPlan(droplet, waits ? withoutTheOthers(changes, standing) : changes, List.of());
    }

    private List<Change> changes(Droplet droplet, Actual actual, Standing standing) throws Unfit {
        Wanted wanted = desired.of(droplet, actual);
        return Difference.between(actual.state(), wanted.state(), standing);
    }

    /** What may be done of them while some droplets' lists stay as they are: a server that they do not name stays shut. */
    private static List<Change> withoutTheOthers(List<Change> changes, Standing standing) throws Unfit {
        if (standing.role() != Role.NEWCOMER) {
            throw new Unfit("its list of servers is to change, which must happen on all droplets together; run without"
                    + " --limit");
        }
        Set<Order> theirs = EnumSet.of(Order.ADMIT, Order.AWAY, Order.AWAY_FIRST);
        if (!standing.ways().gone().isEmpty()) {
            theirs.addAll(Set.of(Order.ONLY, Order.BACK));
        }
        return changes.stream()
                .filter(c -> !(c instanceof GuardChange step && theirs.contains(step.order())))
                .toList();
    }
}
