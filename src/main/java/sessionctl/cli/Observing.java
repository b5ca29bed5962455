package sessionctl.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.command.Command;
import sessionctl.desired.DesiredStates;
import sessionctl.facts.SightingProbe;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.health.AbsenceFindings;
import sessionctl.health.Checked;
import sessionctl.health.Finding;
import sessionctl.health.OverrideFindings;
import sessionctl.health.Overview;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.state.Actual;
import sessionctl.state.ActualFirewall;
import sessionctl.state.Sighting;
import sessionctl.state.Standing;
import sessionctl.state.Unfit;
import sessionctl.verify.Cell;

/** One look at a whole cluster, with what the dry runs of provision and firewall would say. */
final class Observing {
    private final Cluster cluster;
    private final DesiredStates desired;
    private final Fleet fleet;
    private final Remedies remedies;
    private final FirewallPlans rules;

    Observing(Cluster cluster, DesiredStates desired, Fleet fleet, Remedies remedies) {
        this.cluster = cluster;
        this.desired = desired;
        this.fleet = fleet;
        this.remedies = remedies;
        this.rules = new FirewallPlans(cluster, false, Set.of());
    }

    /** Looks at all droplets, for what one needs depends on what the others are; told is what was chosen. */
    Overview look(List<Droplet> chosen) {
        Map<Droplet, Look<Sighting>> looks = fleet.sight(cluster.droplets(), this::question);
        looks.forEach((droplet, look) -> {
            if (look instanceof Look.Unreached<Sighting>) {
                fleet.forget(droplet);
            }
        });
        Plans plans = plans();
        List<Checked> all = checked(plans, looks);
        Set<Droplet> some = new HashSet<>(chosen);
        List<Checked> checked =
                all.stream().filter(c -> some.contains(c.droplet())).toList();
        List<Droplet> told = checked.stream().map(Checked::droplet).toList();
        Set<Droplet> lost = checked.stream()
                .filter(Checked::unreached)
                .map(Checked::droplet)
                .collect(Collectors.toSet());
        Set<Droplet> left =
                checked.stream().filter(Checked::left).map(Checked::droplet).collect(Collectors.toSet());
        List<Finding> removed = new ArrayList<>(RemovedCheck.findings(fleet, plans.removed(), remedies));
        // One that was not chosen may still cost the pages of those that were.
        new AbsenceFindings(cluster, remedies)
                .measured(all).stream()
                        .filter(f -> some.stream().noneMatch(d -> d.name().equals(f.droplet())))
                        .forEach(removed::add);
        List<Cell> matrix = fleet.matrix(told, lost, left, cluster.memcached().port());
        return overview(checked, removed, matrix);
    }

    /**
     * What there is to report of them; of one whose answer cannot be judged, only that.
     *
     * @param removed findings about servers that the inventory no longer names
     */
    Overview overview(List<Checked> checked, List<Finding> removed, List<Cell> matrix) {
        return Contained.run(
                () -> judged(checked, removed, matrix),
                why -> judged(checked.stream().map(this::sound).toList(), removed, matrix));
    }

    private Overview judged(List<Checked> checked, List<Finding> removed, List<Cell> matrix) {
        List<Finding> findings = new ArrayList<>(removed);
        findings.addAll(overrides(checked));
        return Overview.of(cluster, checked, findings, matrix, remedies);
    }

    private Checked sound(Checked one) {
        return Contained.run(
                () -> judged(List.of(one), List.of(), List.of()).droplets().get(0),
                why -> new Checked(one.droplet(), null, false, why, null, List.of()));
    }

    /** Lines of other files that override what the inventory says of PHP's sessions. */
    List<Finding> overrides(List<Checked> checked) {
        Map<Droplet, Actual> actuals = new LinkedHashMap<>();
        checked.forEach(c -> {
            if (c.seen() != null && !c.droplet().leaving()) {
                actuals.put(c.droplet(), c.seen().actual());
            }
        });
        return new OverrideFindings(actuals, desired.settings(cluster.droplets()), remedies).findings();
    }

    /** The plans of this cluster, of which nothing is known yet. */
    Plans plans() {
        return new Plans(cluster, desired);
    }

    /** What was seen of all droplets, and what these plans make of it. */
    List<Checked> checked(Plans plans, Map<Droplet, Look<Sighting>> looks) {
        List<Checked> checked = new ArrayList<>();
        Contained.together(looks, answered -> plans.begin(actuals(answered), cluster.droplets()))
                .forEach((droplet, look) -> checked.add(checked(plans, droplet, look)));
        return checked;
    }

    Command question(Droplet droplet) {
        return SightingProbe.command(
                droplet.privateIp().text(),
                cluster.memcached().port(),
                cluster.sessions().lockTimeout().value(),
                cluster.members().stream().map(d -> d.privateIp().text()).toList());
    }

    private static Map<Droplet, Look<Actual>> actuals(Map<Droplet, Look<Sighting>> looks) {
        Map<Droplet, Look<Actual>> actuals = new LinkedHashMap<>();
        looks.forEach((droplet, look) -> {
            if (look instanceof Look.Seen<Sighting> seen) {
                actuals.put(droplet, new Look.Seen<>(seen.actual().actual()));
            }
        });
        return actuals;
    }

    private Checked checked(Plans plans, Droplet droplet, Look<Sighting> look) {
        if (look instanceof Look.Unreached<Sighting> unreached) {
            String why = Place.without(droplet, unreached.failure());
            return new Checked(droplet, null, true, "it could not be reached: " + why, null, List.of());
        }
        if (look instanceof Look.Unreadable<Sighting> unreadable) {
            return new Checked(droplet, null, false, unreadable.why(), null, List.of());
        }
        Sighting seen = ((Look.Seen<Sighting>) look).actual();
        return Contained.run(
                () -> checked(plans, droplet, seen), why -> new Checked(droplet, null, false, why, null, List.of()));
    }

    private Checked checked(Plans plans, Droplet droplet, Sighting seen) {
        Standing standing = plans.standing(droplet, seen.actual());
        return Contained.run(
                () -> {
                    List<Change> drift =
                            new ArrayList<>(plans.plan(droplet, seen.actual()).changes());
                    drift.addAll(firewall(droplet, seen.firewall()));
                    return new Checked(droplet, seen, false, "", standing, drift);
                },
                why -> new Checked(droplet, seen, false, why, standing, List.of()));
    }

    private List<Change> firewall(Droplet droplet, @Nullable ActualFirewall actual) throws Unfit {
        return actual == null ? List.of() : rules.changes(droplet, actual);
    }
}
