package sessionctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.Wanted;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.fleet.Outcome;
import sessionctl.fleet.Rollout;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.Difference;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.Plan;
import sessionctl.report.Entry;
import sessionctl.report.Run;
import sessionctl.report.Status;
import sessionctl.state.Actual;
import sessionctl.state.Unfit;

/** One run of provision: look, plan, tell, and, unless it is a dry run, carry out. */
final class Provisioning implements Interruption.Interruptible {
    private final Cluster cluster;
    private final DesiredStates desired;
    private final Fleet fleet;
    private final Voice voice;
    private volatile @Nullable Rollout rollout;

    Provisioning(Cluster cluster, DesiredStates desired, Fleet fleet, Voice voice) {
        this.cluster = cluster;
        this.desired = desired;
        this.fleet = fleet;
        this.voice = voice;
    }

    /** Tells the plan. */
    int dryRun(List<Droplet> chosen, boolean detailed) {
        List<Entry> entries = look(chosen);
        int code = Verdict.of(entries);
        boolean changes = entries.stream().anyMatch(e -> !e.changes().isEmpty());
        return tell(entries, true, code == ExitCode.OK && detailed && changes ? ExitCode.CHANGES : code);
    }

    /** Tells the plan and carries it out, if every droplet could be looked at: half a cluster is worse than none. */
    int run(List<Droplet> chosen) {
        List<Entry> entries = look(chosen);
        int code = Verdict.of(entries);
        Plan plan = new Plan(entries.stream()
                .map(e -> new DropletPlan(e.droplet(), e.changes(), e.warnings()))
                .toList());
        if (code != ExitCode.OK || plan.isEmpty()) {
            int told = tell(entries, false, code);
            if (code != ExitCode.OK) {
                voice.remark("Nothing was changed: all droplets of a cluster change together or not at all.");
            }
            return told;
        }
        voice.say(voice.report().before(run(entries, false, code)));
        Rollout started = new Rollout(fleet, plan, this::plan);
        rollout = started;
        started.run();
        List<Entry> after = started.outcomes().stream().map(Provisioning::entry).toList();
        int end = started.stopped() ? ExitCode.INTERRUPTED : Verdict.of(after);
        voice.say(voice.report().after(run(after, false, end)));
        return end;
    }

    private int tell(List<Entry> entries, boolean dryRun, int code) {
        Run run = run(entries, dryRun, code);
        String before = voice.report().before(run);
        voice.say(before.isEmpty() ? voice.report().after(run) : before);
        return code;
    }

    private Run run(List<Entry> entries, boolean dryRun, int code) {
        return new Run("provision", cluster.name(), dryRun, code, entries);
    }

    private List<Entry> look(List<Droplet> chosen) {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<Droplet, Look<Actual>> look : fleet.look(chosen).entrySet()) {
            entries.add(entry(look.getKey(), look.getValue()));
        }
        return entries;
    }

    private Entry entry(Droplet droplet, Look<Actual> look) {
        if (look instanceof Look.Unreached<Actual> unreached) {
            return Entry.failed(droplet, Status.UNREACHABLE, unreached.failure().sentence());
        }
        if (look instanceof Look.Unreadable<Actual> unreadable) {
            return Entry.failed(droplet, Status.FAILED, unreadable.why());
        }
        try {
            DropletPlan plan = plan(droplet, ((Look.Seen<Actual>) look).actual());
            return Entry.planned(droplet, plan.changes(), plan.warnings());
        } catch (Unfit e) {
            return Entry.failed(droplet, Status.FAILED, e.sentence());
        }
    }

    private DropletPlan plan(Droplet droplet, Actual actual) throws Unfit {
        Wanted wanted = desired.of(droplet, actual);
        return new DropletPlan(droplet, Difference.between(actual.state(), wanted.state()), wanted.warnings());
    }

    static Entry entry(Outcome outcome) {
        List<Change> all = new ArrayList<>(outcome.done());
        if (outcome instanceof Outcome.NotReached notReached) {
            all.addAll(notReached.left());
            return new Entry(
                    outcome.droplet(), Status.NOT_REACHED, all, outcome.done().size(), null, List.of());
        }
        if (outcome instanceof Outcome.Failed failed) {
            Outcome.Failure what = failed.what();
            Entry.Failure failure = new Entry.Failure(what.change(), what.why(), what.output());
            all.addAll(failed.left());
            return new Entry(
                    outcome.droplet(), Status.FAILED, all, outcome.done().size(), failure, List.of());
        }
        return new Entry(
                outcome.droplet(), all.isEmpty() ? Status.IN_SYNC : Status.DONE, all, all.size(), null, List.of());
    }

    @Override
    public boolean stop() {
        Rollout running = rollout;
        if (running == null) {
            voice.remark("Interrupted; nothing was changed.");
            return false;
        }
        running.stop();
        voice.remark("Interrupted: no further change begins, those under way are finished.");
        return true;
    }

    @Override
    public void farewell() {
        Rollout running = rollout;
        if (running != null) {
            running.underWay()
                    .forEach(change -> voice.remark("Still under way, and finished by the droplet itself: " + change));
            List<Entry> entries =
                    running.outcomes().stream().map(Provisioning::entry).toList();
            voice.say(voice.report().after(run(entries, false, ExitCode.INTERRUPTED)));
            voice.remark("Run again to go on from here.");
        }
    }
}
