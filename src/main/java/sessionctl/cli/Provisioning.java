package sessionctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.command.Invocation;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.fleet.Outcome;
import sessionctl.fleet.Rollout;
import sessionctl.health.AbsenceFindings;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.health.Severity;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Change;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.GuardChange;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Plan;
import sessionctl.report.Entry;
import sessionctl.report.Run;
import sessionctl.report.Status;
import sessionctl.state.Actual;

/** One run of provision: look, plan, tell, and, unless it is a dry run, carry out. */
final class Provisioning implements Interruption.Interruptible {
    private static final String LOSES =
            "Nothing was changed: this plan loses sessions, as it says above. Where that may be, run it again"
                    + " with --accept-session-loss.";
    private static final String TOGETHER =
            "Nothing was changed: all droplets of a cluster change together or not at all.";
    private static final String NOTHING = "Nothing was changed.";
    private static final String AS_REVIEWED =
            "Nothing was changed: a plan is carried out as it was reviewed or not at all.";

    private final String command;
    private final Planning plans;
    private final Fleet fleet;
    private final Voice voice;
    private final Locking locking;
    private final boolean acceptLoss;
    private final Absent absent;
    private final Remedies remedies;
    private List<Droplet> seen = List.of();
    private List<Finding> findings = List.of();

    /** Servers that the inventory no longer names and that still run. */
    private List<Finding> removed = List.of();

    private volatile @Nullable Rollout rollout;
    private volatile boolean interrupted;

    /**
     * A run that has not begun.
     *
     * @param command what it is called
     * @param plans what it wants of each droplet
     * @param locking holds the droplets while they are changed
     * @param acceptLoss whether a change may be carried out that loses sessions
     * @param remedies makes the commands that fix what this run does not
     */
    Provisioning(String command, Planning plans, Locking locking, boolean acceptLoss, Remedies remedies) {
        this.remedies = remedies;
        this.command = command;
        this.plans = plans;
        this.locking = locking;
        this.fleet = locking.fleet();
        this.voice = locking.voice();
        this.acceptLoss = acceptLoss;
        this.absent = new Absent(plans.cluster(), remedies);
    }

    /** Tells the plan. */
    int dryRun(List<Droplet> chosen, boolean detailed) {
        List<Entry> entries = look(chosen);
        int verdict = verdict(entries);
        boolean changes = entries.stream().anyMatch(e -> !e.changes().isEmpty());
        int code = verdict == ExitCode.OK && detailed && changes ? ExitCode.CHANGES : verdict;
        voice.whole(run(entries, true, code));
        if (verdict == ExitCode.OK) {
            absent.remarks(false).forEach(voice::remark);
        }
        return code;
    }

    /** What the droplets make impossible; a removed server that still runs makes all of it impossible. */
    private int verdict(List<Entry> entries) {
        int verdict = Verdict.of(absent.without(entries));
        return verdict == ExitCode.OK && !removed.isEmpty() ? ExitCode.FAILED : verdict;
    }

    /** Tells the plan and carries it out, if every droplet could be looked at: half a cluster is worse than none. */
    int run(List<Droplet> chosen) {
        return run(chosen, UnaryOperator.identity());
    }

    /**
     * The same with a plan that somebody reviewed.
     *
     * @param review makes failures of the droplets of which something else was reviewed
     */
    int run(List<Droplet> chosen, UnaryOperator<List<Entry>> review) {
        try (locking) {
            List<Entry> entries = look(chosen);
            Refusal refusal = whyNot(entries, review);
            // What one droplet needs depends on all others, so all are held. What was seen before may have been amid
            // another run.
            if (refusal == null) {
                locking.take(seen);
                entries = look(chosen);
                refusal = whyNot(entries, review);
            }
            if (refusal == null) {
                return carryOut(entries);
            }
            refusal.tell().accept(run(refusal.entries(), false, refusal.code()));
            refusal.remarks().forEach(voice::remark);
            return refusal.code();
        }
    }

    /** Why nothing is carried out; null where it is. */
    private @Nullable Refusal whyNot(List<Entry> entries, UnaryOperator<List<Entry>> review) {
        List<Entry> present = absent.without(entries);
        int code = verdict(entries);
        if (code != ExitCode.OK) {
            String why = Verdict.of(present) == ExitCode.OK ? NOTHING : TOGETHER;
            return new Refusal(code, entries, voice::whole, List.of(why));
        }
        List<Entry> reviewed = review.apply(present);
        int verdict = Verdict.of(reviewed);
        if (verdict != ExitCode.OK) {
            return new Refusal(verdict, absent.with(reviewed), voice::after, List.of(AS_REVIEWED));
        }
        if (plan(entries).isEmpty()) {
            return new Refusal(defeated(), entries, voice::whole, absent.remarks(true));
        }
        return acceptLoss || !loses(plan(entries))
                ? null
                : new Refusal(ExitCode.FAILED, entries, voice::whole, List.of(LOSES));
    }

    /**
     * What is told in place of a run.
     *
     * @param tell how
     * @param remarks what is said after that
     */
    private record Refusal(int code, List<Entry> entries, Consumer<Run> tell, List<String> remarks) {}

    private static Plan plan(List<Entry> entries) {
        return new Plan(entries.stream()
                .map(e -> new DropletPlan(e.droplet(), e.changes(), e.warnings()))
                .toList());
    }

    private int carryOut(List<Entry> entries) {
        voice.before(run(entries, false, ExitCode.OK));
        locking.begun(entries);
        Rollout started = new Rollout(fleet, plan(absent.without(entries)), plans, locking::lost);
        rollout = started;
        if (interrupted) {
            started.stop();
        }
        started.run();
        List<Entry> after = started.outcomes().stream()
                .map(o -> entry(o, fleet.invocation()))
                .toList();
        locking.ended(after, started.stopped());
        int end = started.stopped() ? ExitCode.INTERRUPTED : Verdict.of(after);
        int code = end == ExitCode.OK ? defeated() : end;
        voice.after(run(absent.with(after), false, code));
        if (end == ExitCode.OK) {
            after.stream()
                    .filter(e -> e.changes().stream().anyMatch(Provisioning::retires))
                    .forEach(e -> voice.remark(absent.left(e.droplet())));
            absent.remarks(true).forEach(voice::remark);
        }
        if (end == ExitCode.OK && !plans.exposed().isEmpty()) {
            voice.remark("memcached is still open to the private network. Next: " + remedies.firewall());
        }
        return code;
    }

    /** Whether something that a run does not change keeps PHP from what the inventory says. */
    private int defeated() {
        return findings.stream().anyMatch(f -> f.severity() == Severity.ERROR) ? ExitCode.BROKEN_PROMISE : ExitCode.OK;
    }

    private static boolean retires(Change change) {
        return change instanceof GuardChange step && step.order() == GuardChange.Order.RETIRE;
    }

    private Run run(List<Entry> entries, boolean dryRun, int code) {
        return new Run(command, plans.cluster().name(), dryRun, code, entries, List.of(), findings);
    }

    private static boolean loses(Plan plan) {
        return plan.droplets().stream()
                .flatMap(d -> d.changes().stream())
                .anyMatch(c -> c.risk().losesSessions());
    }

    /** Everybody is looked at, for what one needs depends on what the others are; told is what was chosen. */
    private List<Entry> look(List<Droplet> chosen) {
        boolean whole = chosen.size() == plans.cluster().droplets().size();
        Map<Droplet, Look<Actual>> looks = Contained.together(
                absent.look(plans.cluster().droplets(), fleet::look, whole), answered -> plans.begin(answered, chosen));
        removed = RemovedCheck.findings(fleet, plans.removed(), remedies);
        seen = looks.keySet().stream()
                .filter(d -> !(looks.get(d) instanceof Look.Unreached<Actual>))
                .toList();
        findings = Stream.of(
                        removed.stream(),
                        Absent.down(looks)
                                .filter(chosen::contains)
                                .map(new AbsenceFindings(plans.cluster(), remedies)::unreached),
                        plans.findings(actuals(looks, chosen), remedies).stream())
                .flatMap(found -> found)
                .toList();
        List<Entry> entries = new ArrayList<>();
        looks.forEach((droplet, look) -> {
            if (chosen.contains(droplet)) {
                entries.add(entry(droplet, look));
            } else if (look instanceof Look.Unreached<Actual> unreached) {
                voice.remark("Not among those to be changed, and not reached: "
                        + unreached.failure().sentence());
            }
        });
        return simulated(entries);
    }

    /** Where packages are to be installed, apt-get is asked first what it would do to others. */
    private List<Entry> simulated(List<Entry> entries) {
        Map<Droplet, InstallPackages> installs = new LinkedHashMap<>();
        for (Entry entry : entries) {
            entry.changes().stream()
                    .flatMap(change -> change instanceof InstallPackages install ? Stream.of(install) : Stream.empty())
                    .forEach(install -> installs.put(entry.droplet(), install));
        }
        Map<Droplet, Set<String>> names = new LinkedHashMap<>();
        installs.forEach((droplet, install) -> names.put(droplet, install.names()));
        Map<Droplet, Look<Map<String, String>>> offers = fleet.offers(names);
        return entries.stream()
                .map(entry -> {
                    InstallPackages install = installs.get(entry.droplet());
                    String why = install != null
                                    && offers.get(entry.droplet()) instanceof Look.Seen<Map<String, String>> seen
                            ? install.refusal(seen.actual())
                            : "";
                    return why.isEmpty() ? entry : Entry.failed(entry.droplet(), Status.FAILED, why);
                })
                .toList();
    }

    private static Map<Droplet, Actual> actuals(Map<Droplet, Look<Actual>> looks, List<Droplet> chosen) {
        Map<Droplet, Actual> actuals = new LinkedHashMap<>();
        looks.forEach((droplet, look) -> {
            if (chosen.contains(droplet) && !droplet.leaving() && look instanceof Look.Seen<Actual> one) {
                actuals.put(droplet, one.actual());
            }
        });
        return actuals;
    }

    private Entry entry(Droplet droplet, Look<Actual> look) {
        if (look instanceof Look.Unreached<Actual> unreached) {
            return Entry.failed(droplet, Status.UNREACHABLE, unreached.failure().sentence());
        }
        if (look instanceof Look.Unreadable<Actual> unreadable) {
            return Entry.failed(droplet, Status.FAILED, unreadable.why());
        }
        Actual actual = ((Look.Seen<Actual>) look).actual();
        return Contained.run(
                () -> {
                    DropletPlan plan = plans.plan(droplet, actual);
                    return Entry.planned(droplet, plan.changes(), plan.warnings());
                },
                why -> Entry.failed(droplet, Status.FAILED, fleet.invocation().fill(why)));
    }

    static Entry entry(Outcome outcome, Invocation invocation) {
        List<Change> all = new ArrayList<>(outcome.done());
        if (outcome instanceof Outcome.NotReached notReached) {
            all.addAll(notReached.left());
            return new Entry(
                    outcome.droplet(), Status.NOT_REACHED, all, outcome.done().size(), null, List.of());
        }
        if (outcome instanceof Outcome.RolledBack back) {
            return new Entry(outcome.droplet(), Status.ROLLED_BACK, back.left(), 0, null, List.of());
        }
        if (outcome instanceof Outcome.Failed failed) {
            Outcome.Failure what = failed.what();
            Entry.Failure failure = new Entry.Failure(what.change(), invocation.fill(what.why()), what.output());
            all.addAll(failed.left());
            return new Entry(
                    outcome.droplet(), Status.FAILED, all, outcome.done().size(), failure, List.of());
        }
        return new Entry(
                outcome.droplet(), all.isEmpty() ? Status.IN_SYNC : Status.DONE, all, all.size(), null, List.of());
    }

    @Override
    public boolean stop() {
        interrupted = true;
        Rollout running = rollout;
        if (running == null) {
            locking.close();
            voice.remark("Interrupted; nothing was changed.");
            voice.after(run(List.of(), false, ExitCode.INTERRUPTED));
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
            List<Entry> entries = running.outcomes().stream()
                    .map(o -> entry(o, fleet.invocation()))
                    .toList();
            voice.after(run(absent.with(entries), false, ExitCode.INTERRUPTED));
            voice.remark("Run again to go on from here.");
        }
    }
}
