package sessionctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.fleet.FirewallRollout;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.fleet.Outcome;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.FirewallChange;
import sessionctl.report.Entry;
import sessionctl.report.Run;
import sessionctl.report.Status;
import sessionctl.state.ActualFirewall;
import sessionctl.state.Unfit;
import sessionctl.verify.Answer;
import sessionctl.verify.Cell;

/** One run of firewall: look, plan, tell, change together or not at all, and try every port. */
final class Firewalling implements Interruption.Interruptible {
    private final Cluster cluster;
    private final List<Droplet> chosen;
    private final boolean remove;
    private final Fleet fleet;
    private final Voice voice;
    private final Locking locking;
    private volatile @Nullable FirewallRollout rollout;

    /** Those that were seen with a change that nobody has confirmed. */
    private final Set<Droplet> unsettled = new LinkedHashSet<>();

    Firewalling(Cluster cluster, List<Droplet> chosen, boolean remove, Locking locking) {
        this.cluster = cluster;
        this.chosen = chosen;
        this.remove = remove;
        this.locking = locking;
        this.fleet = locking.fleet();
        this.voice = locking.voice();
    }

    /** Tries every port and changes nothing. */
    int check() {
        List<Entry> unreached =
                look().stream().filter(e -> e.status() == Status.UNREACHABLE).toList();
        List<Droplet> reached = chosen.stream()
                .filter(d -> unreached.stream().noneMatch(e -> e.droplet().equals(d)))
                .toList();
        List<Cell> matrix = fleet.matrix(reached, cluster.memcached().port());
        int code = unreached.isEmpty() ? verdict(matrix) : Verdict.of(unreached);
        voice.after(new Run("firewall", cluster.name(), false, code, unreached, matrix));
        return code;
    }

    /** Tells the plan. */
    int dryRun(boolean detailed) {
        List<Entry> entries = look();
        int code = Verdict.of(entries);
        boolean changes = entries.stream().anyMatch(e -> !e.changes().isEmpty());
        code = code == ExitCode.OK && detailed && changes ? ExitCode.CHANGES : code;
        return tell(new Run("firewall", cluster.name(), true, code, entries));
    }

    /** Tells the plan, carries it out, and proves it. */
    int run(int confirmTimeout) {
        try (locking) {
            List<Entry> entries = look();
            if (needed(entries) || (Verdict.of(entries) == ExitCode.OK && !unsettled.isEmpty())) {
                // What was seen before may have been amid another run.
                locking.take(chosen);
                entries = settled(look());
            }
            if (Verdict.of(entries) != ExitCode.OK) {
                int told = tell(new Run("firewall", cluster.name(), false, Verdict.of(entries), entries));
                voice.remark("Nothing was changed: all droplets of a cluster change together or not at all.");
                return told;
            }
            voice.before(new Run("firewall", cluster.name(), false, ExitCode.OK, entries));
            return needed(entries) ? change(entries, confirmTimeout) : end(ExitCode.OK, entries);
        }
    }

    /** What a lost run has changed is taken back first: its timer would do that later, amid what this one changes. */
    private List<Entry> settled(List<Entry> entries) {
        if (unsettled.isEmpty() || Verdict.of(entries) != ExitCode.OK) {
            return entries;
        }
        List<Droplet> failed = fleet.settle(List.copyOf(unsettled));
        String why = "what another run has changed of its rules could not be taken back; look at it with iptables-save";
        return look().stream()
                .map(e -> failed.contains(e.droplet()) ? Entry.failed(e.droplet(), Status.FAILED, why) : e)
                .toList();
    }

    private static boolean needed(List<Entry> entries) {
        return Verdict.of(entries) == ExitCode.OK
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
        List<Droplet> pool = remove ? List.of() : chosen;
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
        int verdict = code == ExitCode.OK ? Math.max(Verdict.of(entries), verdict(served)) : code;
        voice.after(new Run("firewall", cluster.name(), false, verdict, entries, matrix));
        if (!idle.isEmpty()) {
            voice.remark("No firewall bars the way to memcached on " + String.join(", ", idle)
                    + ", but nobody is let in there yet; if it is not new: "
                    + fleet.invocation().command("status"));
        }
        if (code == ExitCode.ROLLED_BACK) {
            voice.remark("Not every droplet confirmed the new rules, so all went back to the old ones.");
        }
        return verdict;
    }

    /** Those at whose memcached nobody is let in, they themselves included: no rule for the way to it can mend that. */
    private static Set<String> idle(List<Cell> matrix) {
        Set<String> idle = new TreeSet<>();
        matrix.stream().filter(Cell::mayEnter).forEach(c -> idle.add(c.to().name()));
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
        return fleet.matrix(chosen, cluster.memcached().port());
    }

    private static int verdict(List<Cell> matrix) {
        return matrix.stream().allMatch(Cell::right) ? ExitCode.OK : ExitCode.BROKEN_PROMISE;
    }

    private int tell(Run run) {
        voice.whole(run);
        return run.exitCode();
    }

    private List<Entry> look() {
        List<Entry> entries = new ArrayList<>();
        unsettled.clear();
        FirewallPlans rules = new FirewallPlans(cluster, remove);
        fleet.firewalls(chosen).forEach((droplet, look) -> entries.add(entry(rules, droplet, look)));
        return entries;
    }

    private Entry entry(FirewallPlans rules, Droplet droplet, Look<ActualFirewall> look) {
        if (look instanceof Look.Unreached<ActualFirewall> unreached) {
            return Entry.failed(droplet, Status.UNREACHABLE, unreached.failure().sentence());
        }
        if (look instanceof Look.Unreadable<ActualFirewall> unreadable) {
            return Entry.failed(droplet, Status.FAILED, unreadable.why());
        }
        try {
            ActualFirewall actual = ((Look.Seen<ActualFirewall>) look).actual();
            if (!actual.pending().isEmpty()) {
                unsettled.add(droplet);
            }
            return Entry.planned(
                    droplet,
                    rules.changes(droplet, actual),
                    rules.warnings(actual).stream()
                            .map(fleet.invocation()::fill)
                            .toList());
        } catch (Unfit e) {
            return Entry.failed(droplet, Status.FAILED, e.sentence());
        }
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
