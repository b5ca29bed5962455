package sessionctl.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import sessionctl.apply.Applied;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.plan.FirewallChange;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;
import sessionctl.verify.Cell;

/**
 * Changes the packet filters of many droplets together: all are changed with a timer running on each, all are reached
 * anew, and only then all are confirmed. If one does not follow, every one goes back.
 */
public final class FirewallRollout {
    private static final Duration ALIVE = Duration.ofSeconds(5);

    private final Fleet fleet;
    private final ConfirmOrRevert safely;
    private final Map<Droplet, FirewallChange> changes;
    private final Map<Droplet, Applied> results = new ConcurrentHashMap<>();
    /** When the rules of each droplet were changed, as {@link System#nanoTime()} has it. */
    private final Map<Droplet, Long> armed = new ConcurrentHashMap<>();

    private final Map<Droplet, Boolean> back = new ConcurrentHashMap<>();
    private final Map<Droplet, Shell> fresh = new ConcurrentHashMap<>();

    /** Those that were told that the change is confirmed; whether they heard it may not be known. */
    private final Set<Droplet> told = ConcurrentHashMap.newKeySet();

    private final Predicate<Droplet> lost;
    private volatile boolean reverted;
    private volatile boolean holds;

    /** Something to do over a droplet's new connection. */
    @FunctionalInterface
    private interface Step {
        Applied take(Shell shell) throws SshFailure;
    }

    /**
     * A rollout of these changes.
     *
     * @param lost whether a droplet is another run's meanwhile; asked before each step
     */
    public FirewallRollout(
            Fleet fleet, ConfirmOrRevert safely, Map<Droplet, FirewallChange> changes, Predicate<Droplet> lost) {
        this.lost = lost;
        this.fleet = fleet;
        this.safely = safely;
        this.changes = new LinkedHashMap<>(changes);
    }

    /**
     * Runs to the end.
     *
     * @param pool the droplets among which every memcached port that was open must still be
     * @return whether the change holds on every droplet; otherwise it holds on none
     */
    public boolean run(List<Droplet> pool, int port) {
        List<Cell> before = fleet.paths(pool, port);
        boolean kept = all("changing the rules", this::arm)
                && stillOpen(before, fleet.paths(pool, port))
                && all("reaching it over a new connection", this::reach)
                && all("confirming", this::confirm);
        holds = kept && !reverted;
        if (holds) {
            all("keeping it for the next boot", droplet -> anew(droplet, shell -> safely.keep(shell, change(droplet))));
        } else {
            revert();
        }
        fresh.values().forEach(Shell::close);
        return holds;
    }

    private FirewallChange change(Droplet droplet) {
        FirewallChange change = changes.get(droplet);
        if (change == null) {
            throw new IllegalArgumentException(droplet + " is not in this rollout");
        }
        return change;
    }

    private Applied arm(Droplet droplet) {
        try {
            armed.put(droplet, System.nanoTime());
            return safely.arm(fleet.shell(droplet), change(droplet));
        } catch (SshFailure e) {
            return new Applied.Failed(change(droplet), e.sentence(), "");
        }
    }

    /** All are reached before one is confirmed, for only what is not confirmed comes back without our help. */
    private Applied reach(Droplet droplet) {
        try {
            fresh.put(droplet, open(droplet));
            return new Applied.Done(change(droplet));
        } catch (SshFailure e) {
            return new Applied.Failed(change(droplet), "with the new rules: " + e.sentence(), "");
        }
    }

    /**
     * A new connection. Where sshd itself refuses our address for a time, the rules have let us through to it: then the
     * connection from before does, as long as it lives; else sshd is tried again until the droplet is about to take the
     * change back.
     */
    private Shell open(Droplet droplet) throws SshFailure {
        Duration left = timeToConfirm(droplet);
        try {
            return fleet.shells().open(droplet, left.dividedBy(2));
        } catch (SshFailure e) {
            if (e.kind() != SshFailure.Kind.PENALTY) {
                throw e;
            }
            fleet.progress().begin(droplet, "sshd refuses this address for a time; using the connection from before");
            return alive(droplet)
                    ? new Borrowed(fleet.shell(droplet))
                    : fleet.shells().open(droplet, timeToConfirm(droplet));
        }
    }

    private Duration timeToConfirm(Droplet droplet) {
        long since = System.nanoTime() - armed.getOrDefault(droplet, System.nanoTime());
        Duration left = safely.time().minusNanos(since);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean alive(Droplet droplet) {
        try {
            return fleet.shell(droplet).run(Command.of("true").within(ALIVE)).ok();
        } catch (SshFailure e) {
            return false;
        }
    }

    /** The fleet's own connection, which is not this class's to close. */
    private record Borrowed(Shell shell) implements Shell {
        @Override
        public CommandResult run(Command command) throws SshFailure {
            return shell.run(command);
        }

        @Override
        public void close() {
            // The fleet goes on with it.
        }
    }

    private Applied confirm(Droplet droplet) {
        told.add(droplet);
        return anew(droplet, shell -> safely.confirm(shell, change(droplet)));
    }

    private Applied anew(Droplet droplet, Step step) {
        Shell shell = fresh.get(droplet);
        if (shell == null) {
            throw new IllegalStateException(droplet + " was not reached anew");
        }
        try {
            return step.take(shell);
        } catch (SshFailure e) {
            return new Applied.Failed(change(droplet), "with the new rules: " + e.sentence(), "");
        }
    }

    private boolean all(String what, Function<Droplet, Applied> step) {
        if (reverted) {
            return false;
        }
        List<Droplet> concerned = List.copyOf(changes.keySet());
        Map<Droplet, Applied> outcome = fleet.onAll(
                concerned,
                droplet -> {
                    fleet.progress().begin(droplet, what);
                    Applied applied = lost.test(droplet)
                            ? new Applied.Failed(change(droplet), Rollout.TAKEN_OVER, "")
                            : step.apply(droplet);
                    boolean done = applied instanceof Applied.Done;
                    fleet.progress().end(droplet, done ? what + ": done" : what + ": failed");
                    return applied;
                },
                (droplet, why) -> new Applied.Failed(change(droplet), why, ""));
        results.putAll(outcome);
        return outcome.values().stream().allMatch(a -> a instanceof Applied.Done);
    }

    /** A path between droplets that worked before the change must work with it. */
    private boolean stillOpen(List<Cell> before, List<Cell> after) {
        Map<String, Set<String>> worked = new HashMap<>();
        before.stream()
                .filter(c -> c.mayEnter() && c.right())
                .forEach(c -> worked.computeIfAbsent(c.from(), from -> new HashSet<>())
                        .add(c.to().name()));
        List<Cell> cut = after.stream()
                .filter(c -> c.mayEnter() && !c.right())
                .filter(c -> worked.getOrDefault(c.from(), Set.of()).contains(c.to().name()))
                .toList();
        for (Cell cell : cut) {
            FirewallChange change = changes.get(cell.to());
            if (change != null) {
                String why = "with the new rules " + cell.from() + " no longer reaches its memcached port";
                results.put(cell.to(), new Applied.Failed(change, why, ""));
            }
        }
        return cut.isEmpty();
    }

    /** Whether all droplets have confirmed the change, so that it stays. */
    public boolean holds() {
        return holds;
    }

    /** Everything back, as far as the droplets can be told; their own timers do the rest. Safe from any thread. */
    public void revert() {
        if (holds) {
            return;
        }
        reverted = true;
        fleet.onAll(
                List.copyOf(armed.keySet()),
                droplet -> {
                    fleet.progress().begin(droplet, "taking the change back");
                    boolean isBack = reverted(droplet);
                    back.put(droplet, isBack);
                    fleet.progress().end(droplet, isBack ? "has the old rules" : unsure(droplet));
                    return isBack;
                },
                (droplet, why) -> false);
    }

    private String unsure(Droplet droplet) {
        return told.contains(droplet)
                ? "it may have the new rules already; run again: {sessionctl firewall}"
                : "it takes the change back by itself";
    }

    /** A droplet that could not be reached anew may be locked out by a rule that is not even ours. */
    private boolean reverted(Droplet droplet) {
        Shell anew = fresh.get(droplet);
        try {
            return reverted(droplet, anew == null ? fleet.shell(droplet) : anew);
        } catch (SshFailure e) {
            return told.contains(droplet) && revertedOverAnother(droplet);
        }
    }

    /** One that was told that all is confirmed has no timer any more, whatever became of that connection. */
    private boolean revertedOverAnother(Droplet droplet) {
        try (Shell another = fleet.shells().open(droplet)) {
            return reverted(droplet, another);
        } catch (SshFailure e) {
            return false;
        }
    }

    private boolean reverted(Droplet droplet, Shell shell) throws SshFailure {
        FirewallChange change = change(droplet);
        Applied back = safely.revert(shell, change, results.get(droplet) instanceof Applied.Failed);
        if (back instanceof Applied.Failed failed) {
            String why = "the old rules could not be put back (" + failed.why() + "); look at it with iptables-save";
            results.put(droplet, new Applied.Failed(change, why, failed.output()));
        }
        return back instanceof Applied.Done;
    }

    /** The outcomes, one a droplet that was to be changed. */
    public List<Outcome> outcomes() {
        List<Outcome> outcomes = new ArrayList<>();
        changes.forEach((droplet, change) -> {
            Applied applied = results.get(droplet);
            if (applied instanceof Applied.Failed failed) {
                outcomes.add(new Outcome.Failed(
                        droplet,
                        List.of(),
                        List.of(change),
                        new Outcome.Failure(change.describe(), failed.why(), failed.output())));
            } else if (applied instanceof Applied.Done && !reverted) {
                outcomes.add(new Outcome.Done(droplet, List.of(change)));
            } else if (back.getOrDefault(droplet, false)) {
                outcomes.add(new Outcome.RolledBack(droplet, List.of(change)));
            } else if (armed.containsKey(droplet)) {
                String why = "it could not be told to go back; " + unsure(droplet);
                outcomes.add(new Outcome.Failed(
                        droplet, List.of(), List.of(change), new Outcome.Failure(change.describe(), why, "")));
            } else {
                outcomes.add(new Outcome.NotReached(droplet, List.of(), List.of(change)));
            }
        });
        return outcomes;
    }
}
