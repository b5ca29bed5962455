package sessionctl.cli;

import java.util.ArrayList;
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

    Observing(Cluster cluster, DesiredStates desired, Fleet fleet, Remedies remedies) {
        this.cluster = cluster;
        this.desired = desired;
        this.fleet = fleet;
        this.remedies = remedies;
    }

    /** Looks at all droplets, for what one needs depends on what the others are; told is what was chosen. */
    Overview look(List<Droplet> chosen) {
        Map<Droplet, Look<Sighting>> looks = fleet.sight(cluster.droplets(), this::question);
        looks.forEach((droplet, look) -> {
            if (look instanceof Look.Unreached<Sighting>) {
                fleet.forget(droplet);
            }
        });
        Plans plans = plans(looks);
        List<Checked> checked = checked(plans, looks).stream()
                .filter(c -> chosen.contains(c.droplet()))
                .toList();
        List<Droplet> reached = checked.stream()
                .filter(c -> !c.unreached())
                .map(Checked::droplet)
                .toList();
        Set<Droplet> left =
                checked.stream().filter(Checked::left).map(Checked::droplet).collect(Collectors.toSet());
        List<Finding> findings = new ArrayList<>(RemovedCheck.findings(fleet, plans.removed(), remedies));
        findings.addAll(overrides(checked));
        List<Cell> matrix = fleet.matrix(reached, left, cluster.memcached().port());
        return Overview.of(cluster, checked, findings, matrix, remedies);
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

    /** What the dry runs would say of what was seen. */
    Plans plans(Map<Droplet, Look<Sighting>> looks) {
        Plans plans = new Plans(cluster, desired);
        plans.begin(actuals(looks), cluster.droplets());
        return plans;
    }

    /** What was seen of all droplets, and what these plans make of it. */
    List<Checked> checked(Plans plans, Map<Droplet, Look<Sighting>> looks) {
        List<Checked> checked = new ArrayList<>();
        looks.forEach((droplet, look) -> checked.add(checked(plans, droplet, look)));
        return checked;
    }

    private Command question(Droplet droplet) {
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
        Standing standing = plans.standing(droplet, seen.actual());
        try {
            List<Change> drift =
                    new ArrayList<>(plans.plan(droplet, seen.actual()).changes());
            drift.addAll(firewall(droplet, seen.firewall()));
            return new Checked(droplet, seen, false, "", standing, drift);
        } catch (Unfit e) {
            return new Checked(droplet, seen, false, e.sentence(), standing, List.of());
        }
    }

    private List<Change> firewall(Droplet droplet, @Nullable ActualFirewall actual) throws Unfit {
        return actual == null ? List.of() : new FirewallPlans(cluster, false, Set.of()).changes(droplet, actual);
    }
}
