package sessionctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.fleet.FirewallRollout;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.fleet.Outcome;
import sessionctl.health.AbsenceFindings;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.health.ServerFindings;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.FirewallChange;
import sessionctl.report.Entry;
import sessionctl.report.Run;
import sessionctl.report.Status;
import sessionctl.state.Actual;
import sessionctl.state.ActualFirewall;
import sessionctl.state.FilterTable;
import sessionctl.verify.Answer;
import sessionctl.verify.Cell;

/** One run of firewall: look, plan, tell, change together or not at all, and try every port. */
final class Firewalling implements Interruption.Interruptible {
    private static final String UNRULED =
            "iptables is not installed, so it has no rules yet; no other host reaches its" + " memcached now";

    private final Cluster cluster;
    private final List<Droplet> chosen;
    private final boolean remove;
    private final Fleet fleet;
    private final Voice voice;
    private final Locking locking;
    private final FirewallPlans rules;
    private final Remedies remedies;
    private final Absent absent;

    /** What the droplets are besides their rules, as far as they said it. */
    private Map<Droplet, Actual> facts = Map.of();

    /** Servers that the inventory no longer names and that still run. */
    private List<Finding> removed = List.of();

    /** What else there is to be known: droplets that are down, and those that can have no rules yet. */
    private List<Finding> others = List.of();

    private volatile @Nullable FirewallRollout rollout;

    /** Those that were seen with a change that nobody has confirmed. */
    private final Set<Droplet> unsettled = new LinkedHashSet<>();

    Firewalling(FirewallPlans rules, List<Droplet> chosen, Locking locking, Remedies remedies) {
        this.rules = rules;
        this.remedies = remedies;
        this.cluster = rules.cluster();
        this.absent = new Absent(cluster, remedies);
        this.remove = rules.removes();
        this.chosen = chosen;
        this.locking = locking;
        this.fleet = locking.fleet();
        this.voice = locking.voice();
    }

    /** Compares the rules with the inventory, tries every port and changes nothing. */
    int check() {
        List<Entry> entries = look();
        List<Entry> failed = entries.stream().filter(e -> e.failure() != null).toList();
        List<Finding> findings = new ArrayList<>(findings());
        entries.forEach(e -> findings.addAll(findings(e)));
        List<Droplet> reached = entries.stream()
                .filter(e -> e.status() != Status.UNREACHABLE)
                .map(Entry::droplet)
                .toList();
        List<Cell> matrix = fleet.matrix(reached, left(), cluster.memcached().port());
        int code = Verdict.of(absent.without(failed));
        if (code != ExitCode.UNREACHED) {
            code = findings.isEmpty() ? Math.max(code, verdict(matrix)) : ExitCode.BROKEN_PROMISE;
        }
        voice.after(new Run("firewall", cluster.name(), false, code, failed, matrix, findings));
        absent.remarks(false).forEach(voice::remark);
        return code;
    }

    /** What is wrong with a droplet's rules. */
    private List<Finding> findings(Entry entry) {
        Droplet droplet = entry.droplet();
        Actual actual = facts.get(droplet);
        boolean exposed = actual != null
                && actual.servesOthers()
                && actual.access(cluster.memcached().port()) == FilterTable.Access.OPEN;
        List<Finding> findings = new ArrayList<>();
        if (exposed) {
            String remedy = lacksIptables(droplet) ? remedies.provision() : remedies.firewall();
            findings.add(ServerFindings.exposed(Severity.ERROR, List.of(droplet.name()), remedy));
        }
        entry.changes().forEach(c -> findings.add(ServerFindings.rules(droplet.name(), (FirewallChange) c, remedies)));
        return findings;
    }

    /** Shows the plan. */
    int dryRun(boolean detailed) {
        List<Entry> entries = look();
        int code = verdictOf(entries);
        boolean changes = entries.stream().anyMatch(e -> !e.changes().isEmpty());
        code = code == ExitCode.OK && detailed && changes ? ExitCode.CHANGES : code;
        int shown = tell(new Run("firewall", cluster.name(), true, code, entries, List.of(), findings()));
        absent.remarks(false).forEach(voice::remark);
        return shown;
    }

    /** Shows the plan, carries it out, and proves it. */
    int run(int confirmTimeout) {
        try (locking) {
            List<Entry> entries = look();
            if (needed(entries) || (verdictOf(entries) == ExitCode.OK && !unsettled.isEmpty())) {
                // Another run may have been at work when it was inspected.
                locking.take(absent.others(chosen));
                entries = settled(look());
            }
            int code = verdictOf(entries);
            if (code != ExitCode.OK) {
                boolean together = Verdict.of(absent.without(entries)) != ExitCode.OK;
                tell(new Run("firewall", cluster.name(), false, code, entries, List.of(), findings()));
                voice.remark(
                        together
                                ? "Nothing was changed: all droplets of a cluster change together or not at all."
                                : "Nothing was changed.");
                return code;
            }
            voice.before(new Run("firewall", cluster.name(), false, ExitCode.OK, entries, List.of(), findings()));
            return needed(entries) ? change(entries, confirmTimeout) : end(ExitCode.OK, entries);
        }
    }

    /** What makes a change impossible: a droplet that stays and fails, or a removed server that still runs. */
    private int verdictOf(List<Entry> entries) {
        int verdict = Verdict.of(absent.without(entries));
        return verdict == ExitCode.OK && !removed.isEmpty() ? ExitCode.FAILED : verdict;
    }

    /** The droplets that have left the cluster. */
    private Set<Droplet> left() {
        return facts.entrySet().stream()
                .filter(e -> e.getKey().leaving() && e.getValue().decommissioned())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What a lost run has changed is taken back first: its timer would do that later, amid what this one changes. */
    private List<Entry> settled(List<Entry> entries) {
        if (unsettled.isEmpty() || verdictOf(entries) != ExitCode.OK) {
            return entries;
        }
        List<Droplet> failed = fleet.settle(List.copyOf(unsettled));
        String why = "what another run has changed of its rules could not be taken back; look at it with iptables-save";
        return look().stream()
                .map(e -> failed.contains(e.droplet()) ? Entry.failed(e.droplet(), Status.FAILED, why) : e)
                .toList();
    }

    private boolean needed(List<Entry> entries) {
        return verdictOf(entries) == ExitCode.OK
                && entries.stream().anyMatch(e -> !e.changes().isEmpty());
    }

    private int change(List<Entry> entries, int confirmTimeout) {
        locking.begun(entries);
        Map<Droplet, FirewallChange> changes = new LinkedHashMap<>();
        entries.forEach(e -> e.changes().forEach(c -> changes.put(e.droplet(), (FirewallChange) c)));
        String id = Long.toHexString(System.currentTimeMillis()) + "-"
                + ProcessHandle.current().pid();
        FirewallRollout started =
                new FirewallRollout(fleet, new ConfirmOrRevert(id, confirmTimeout), changes, locking::lost);
        rollout = started;
        // Without ours, the rules of others decide again who reaches whom, as the operator asks.
        List<Droplet> pool = remove ? List.of() : absent.others(chosen);
        int code = started.run(pool, cluster.memcached().port()) ? ExitCode.OK : ExitCode.ROLLED_BACK;
        List<Entry> after = merged(entries, started.outcomes());
        locking.ended(after, false);
        return end(code, after);
    }

    private int end(int code, List<Entry> entries) {
        List<Cell> matrix = remove || code != ExitCode.OK ? List.of() : matrix();
        Set<String> idle = idle(matrix);
        List<Cell> served =
                matrix.stream().filter(c -> !idle.contains(c.to().name())).toList();
        int verdict = code == ExitCode.OK ? Math.max(Verdict.of(absent.without(entries)), verdict(served)) : code;
        voice.after(new Run("firewall", cluster.name(), false, verdict, entries, matrix, findings()));
        if (!idle.isEmpty()) {
            voice.remark("memcached on " + String.join(", ", idle)
                    + " refuses all droplets, itself included. On a new droplet that is so until provision has run: "
                    + remedies.provision());
        }
        if (remove && code == ExitCode.OK) {
            voice.remark("memcached is open to the private network now. To close it: " + remedies.firewall());
        }
        for (Droplet droplet : left()) {
            voice.remark(absent.left(droplet));
        }
        absent.remarks(true).forEach(voice::remark);
        if (code == ExitCode.ROLLED_BACK) {
            voice.remark("Not every droplet confirmed the new rules, so all went back to the old ones.");
        }
        return verdict;
    }

    /** The droplets whose memcached refuses all droplets, itself included: no pairwise rule can change that. */
    private static Set<String> idle(List<Cell> matrix) {
        Set<String> idle = new TreeSet<>();
        matrix.stream().filter(c -> c.mayEnter() && c.tested()).forEach(c -> idle.add(c.to().name()));
        matrix.stream()
                .filter(c -> c.mayEnter() && c.answer() != Answer.REFUSED)
                .forEach(c -> idle.remove(c.to().name()));
        return idle;
    }

    private List<Entry> merged(List<Entry> entries, List<Outcome> outcomes) {
        Map<Droplet, Entry> byDroplet = new LinkedHashMap<>();
        entries.forEach(e -> byDroplet.put(e.droplet(), e));
        outcomes.forEach(o -> byDroplet.put(o.droplet(), Provisioning.entry(o, fleet.invocation())));
        return List.copyOf(byDroplet.values());
    }

    private List<Cell> matrix() {
        return fleet.matrix(absent.others(chosen), left(), cluster.memcached().port());
    }

    private static int verdict(List<Cell> matrix) {
        return matrix.stream().anyMatch(Cell::wrong) ? ExitCode.BROKEN_PROMISE : ExitCode.OK;
    }

    private int tell(Run run) {
        voice.whole(run);
        return run.exitCode();
    }

    private List<Entry> look() {
        List<Entry> entries = new ArrayList<>();
        unsettled.clear();
        Map<Droplet, Look<ActualFirewall>> looks = absent.look(chosen, fleet::firewalls, true);
        facts = facts(looks);
        removed = RemovedCheck.findings(fleet, rules.removed(facts), remedies);
        others = Absent.down(looks)
                .map(new AbsenceFindings(cluster, remedies)::unreached)
                .collect(Collectors.toCollection(ArrayList::new));
        looks.forEach((droplet, look) -> entries.add(entry(droplet, look)));
        return entries;
    }

    private List<Finding> findings() {
        return Stream.concat(removed.stream(), others.stream()).toList();
    }

    /** What those that were reached are besides their rules. */
    private Map<Droplet, Actual> facts(Map<Droplet, Look<ActualFirewall>> looks) {
        List<Droplet> reached = looks.keySet().stream()
                .filter(d -> !(looks.get(d) instanceof Look.Unreached<ActualFirewall>))
                .toList();
        Map<Droplet, Actual> found = new LinkedHashMap<>();
        fleet.look(reached).forEach((droplet, look) -> {
            if (look instanceof Look.Seen<Actual> seen) {
                found.put(droplet, seen.actual());
            }
        });
        return found;
    }

    private boolean lacksIptables(Droplet droplet) {
        Actual actual = facts.get(droplet);
        return actual != null && !actual.state().packages().contains("iptables");
    }

    private Entry entry(Droplet droplet, Look<ActualFirewall> look) {
        if (look instanceof Look.Unreached<ActualFirewall> unreached) {
            return Entry.failed(droplet, Status.UNREACHABLE, unreached.failure().sentence());
        }
        if (look instanceof Look.Unreadable<ActualFirewall> unreadable) {
            if (!lacksIptables(droplet)) {
                return Entry.failed(droplet, Status.FAILED, unreadable.why());
            }
            Actual actual = facts.get(droplet);
            if (actual != null && !actual.servesOthers() && !remove) {
                // provision installs iptables, and needs connections to the others, which their rules allow.
                others.add(new Finding(Severity.WARNING, droplet.name(), UNRULED, remedies.both()));
                return Entry.planned(droplet, List.of(), List.of());
            }
            return Entry.failed(
                    droplet,
                    Status.FAILED,
                    "iptables is not installed, so its memcached port cannot be closed; run: " + remedies.provision());
        }
        ActualFirewall actual = ((Look.Seen<ActualFirewall>) look).actual();
        if (!actual.pending().isEmpty()) {
            unsettled.add(droplet);
        }
        return Contained.run(
                () -> Entry.planned(
                        droplet,
                        rules.changes(droplet, actual),
                        rules.warnings(actual).stream()
                                .map(fleet.invocation()::fill)
                                .toList()),
                why -> Entry.failed(droplet, Status.FAILED, why));
    }

    @Override
    public boolean stop() {
        FirewallRollout running = rollout;
        if (running == null) {
            voice.remark("Interrupted; nothing was changed.");
            return false;
        }
        if (running.holds()) {
            voice.remark("Interrupted: all droplets have confirmed the new rules, so they stay.");
            return true;
        }
        voice.remark("Interrupted: the old rules come back.");
        running.revert();
        return true;
    }

    @Override
    public void farewell() {
        if (rollout != null) {
            voice.remark(
                    "What could not be taken back yet, the droplets take back by themselves within the confirm timeout.");
        }
    }
}
