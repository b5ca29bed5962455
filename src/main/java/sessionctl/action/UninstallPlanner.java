package sessionctl.action;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import sessionctl.fleet.ProbeResult;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.Restoration;
import sessionctl.plan.Uninstall;
import sessionctl.state.DropletFacts;
import sessionctl.state.Installation;
import sessionctl.state.UnsupportedDropletException;

/** Plans the removal of sessionctl from droplets, with or without the restoration of the original configuration. */
public final class UninstallPlanner implements Planner {
    private static final String RUN_PROVISION = "; run first: {sessionctl provision}";

    private final FirewallPlanner rules;
    private final boolean restore;

    /**
     * Creates a planner without facts; {@link #setFacts} supplies them.
     *
     * @param restore whether to restore the original configuration of PHP and memcached, which loses all sessions
     */
    public UninstallPlanner(Cluster cluster, boolean restore) {
        this.rules = new FirewallPlanner(cluster, true, Set.of());
        this.restore = restore;
    }

    @Override
    public Cluster cluster() {
        return rules.cluster();
    }

    @Override
    public void setFacts(Map<Droplet, ProbeResult<DropletFacts>> answers, List<Droplet> chosen) {
        rules.setFacts(answers, chosen);
    }

    @Override
    public List<Droplet> findUnconfirmed() {
        return rules.findUnconfirmed();
    }

    @Override
    public DropletPlan plan(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        Installation installed = installationOf(facts);
        if (!restore) {
            checkSafe(facts, installed);
        }
        DropletPlan removal = rules.plan(droplet, facts);
        List<Change> changes = new ArrayList<>(removal.changes());
        if (restore) {
            changes.addAll(Restoration.changes(facts.state(), installed.originals()));
        }
        if (!installed.guard().isEmpty()) {
            changes.add(new Uninstall(restore ? Uninstall.Part.GUARD_OF_ANY : Uninstall.Part.GUARD, installed.guard()));
        }
        // The removal of the guard or of the rules may leave empty folders and chains, which are state.
        if (!installed.state().isEmpty() || !changes.isEmpty()) {
            changes.add(new Uninstall(Uninstall.Part.STATE, installed.state()));
        }
        changes.sort(Comparator.comparing(Change::stage));
        return new DropletPlan(droplet, changes, warnings(facts, installed, removal.warnings()));
    }

    private static Installation installationOf(DropletFacts facts) {
        return Objects.requireNonNull(facts.installation(), "the fleet does not ask for installations");
    }

    /** Refuses a droplet where PHP would use a memcached that lacks sessions if its guard were removed. */
    private static void checkSafe(DropletFacts facts, Installation installed) throws UnsupportedDropletException {
        boolean guarded = !installed.guard().isEmpty();
        if (facts.guardState().fenced() || facts.guardState().cordoned()) {
            throw new UnsupportedDropletException("its guard keeps the port of memcached closed, because that may lack"
                    + " sessions; without the guard they would be lost" + RUN_PROVISION);
        }
        if (guarded && facts.state().service("memcached").starting()) {
            throw new UnsupportedDropletException(
                    "its memcached is starting; without the guard it would lack sessions" + RUN_PROVISION);
        }
        if (!facts.guardState().blockedPeers().isEmpty()) {
            throw new UnsupportedDropletException("it blocks servers that leave the cluster, and PHP may still look for"
                    + " sessions there" + RUN_PROVISION);
        }
    }

    private List<String> warnings(DropletFacts facts, Installation installed, List<String> ofRules) {
        boolean keepsServing = !restore
                && !installed.guard().isEmpty()
                && facts.state().service("memcached").running();
        return Stream.concat(
                        ofRules.stream(),
                        keepsServing
                                ? Stream.of("memcached keeps its sessions now, but without the guard every later"
                                        + " restart of it loses them")
                                : Stream.empty())
                .toList();
    }

    /** Finds the files that keep their settings because the droplet has no original of them. */
    @Override
    public List<Finding> findings(Map<Droplet, DropletFacts> facts, Remedies remedies) {
        if (!restore) {
            return List.of();
        }
        return facts.entrySet().stream()
                .flatMap(e -> Restoration.withoutOriginal(
                                e.getValue().state(),
                                installationOf(e.getValue()).originals(),
                                e.getKey().privateIp().text())
                        .stream()
                        .map(path -> new Finding(
                                Severity.WARNING,
                                e.getKey().name(),
                                path + " has no original in " + Installation.ORIGINALS
                                        + ", so it keeps the settings of sessionctl; edit it by hand",
                                "")))
                .toList();
    }
}
