package sessionctl.fleet;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import sessionctl.apply.ChangeResult;
import sessionctl.apply.ConfirmOrRevert;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.plan.FirewallChange;
import sessionctl.ports.PortProbe;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

/**
 * Changes the packet filters of many droplets together. All are changed while a rollback timer runs on each. All are
 * then reached over new connections. Only after that, all are confirmed. If one droplet fails, all are rolled back.
 */
public final class FirewallRollout {
    private static final Duration ALIVE = Duration.ofSeconds(5);
    private static final String NEW_RULES = "with the new rules: ";

    private final Fleet fleet;
    private final ConfirmOrRevert confirmOrRevert;
    private final Map<Droplet, FirewallChange> changes;
    private final Map<Droplet, ChangeResult> results = new ConcurrentHashMap<>();
    /** The time at which the rules of each droplet were changed, by {@link System#nanoTime()}. */
    private final Map<Droplet, Long> armedAt = new ConcurrentHashMap<>();

    private final Set<Droplet> rolledBack = ConcurrentHashMap.newKeySet();
    private final Map<Droplet, Shell> newShells = new ConcurrentHashMap<>();

    /** Droplets to which a confirmation was sent. They may not have received it. */
    private final Set<Droplet> confirmationSent = ConcurrentHashMap.newKeySet();

    private final Predicate<Droplet> isLost;
    private volatile boolean reverted;
    private volatile boolean confirmed;

    /** A step on one droplet. */
    @FunctionalInterface
    private interface Step {
        ChangeResult run(Droplet droplet, FirewallChange change) throws SshFailure;
    }

    /**
     * Creates a rollout.
     *
     * @param isLost returns true if another run has taken the lease of a droplet over; called before each step
     */
    public FirewallRollout(
            Fleet fleet,
            ConfirmOrRevert confirmOrRevert,
            Map<Droplet, FirewallChange> changes,
            Predicate<Droplet> isLost) {
        this.isLost = isLost;
        this.fleet = fleet;
        this.confirmOrRevert = confirmOrRevert;
        this.changes = new LinkedHashMap<>(changes);
    }

    /**
     * Runs all steps, or rolls back after a failure.
     *
     * @param pool droplets between which every memcached port that was open must stay open
     * @return true if every droplet has confirmed the change; otherwise it is rolled back
     */
    public boolean run(List<Droplet> pool, int port) {
        List<PortProbe> before = fleet.testPortsBetween(pool, port);
        boolean allConfirmed = runStep("changing the rules", "", this::arm)
                && staysOpen(before, fleet.testPortsBetween(pool, port))
                && runStep("reaching it over a new connection", NEW_RULES, this::reach)
                && runStep("confirming", NEW_RULES, this::confirm);
        confirmed = allConfirmed && !reverted;
        if (confirmed) {
            runStep(
                    "storing the rules for the next boot",
                    NEW_RULES,
                    (droplet, change) -> confirmOrRevert.keep(newShell(droplet), change));
        } else {
            revert();
        }
        newShells.values().forEach(Shell::close);
        return confirmed;
    }

    private FirewallChange change(Droplet droplet) {
        return Objects.requireNonNull(changes.get(droplet), () -> droplet + " is not in this rollout");
    }

    private ChangeResult arm(Droplet droplet, FirewallChange change) throws SshFailure {
        armedAt.put(droplet, System.nanoTime());
        return confirmOrRevert.arm(fleet.shell(droplet), change);
    }

    /**
     * Opens the new connection of a droplet. All droplets must be reached before one is confirmed, because only an
     * unconfirmed change is rolled back without a connection.
     */
    private ChangeResult reach(Droplet droplet, FirewallChange change) throws SshFailure {
        newShells.put(droplet, open(droplet));
        return new ChangeResult.Done(change);
    }

    /**
     * Opens a new connection. If sshd refuses this machine's address for a time, the rules do let connections through.
     * The old connection is then used while it lives; otherwise sshd is tried again until shortly before the droplet's
     * rollback.
     */
    private Shell open(Droplet droplet) throws SshFailure {
        Duration left = timeToConfirm(droplet);
        try {
            return fleet.shells().open(droplet, left.dividedBy(2));
        } catch (SshFailure e) {
            if (e.kind() != SshFailure.Kind.PENALTY) {
                throw e;
            }
            fleet.progress().begin(droplet, "sshd refuses this address temporarily; using the earlier connection");
            return isAlive(droplet)
                    ? new SharedShell(fleet.shell(droplet))
                    : fleet.shells().open(droplet, timeToConfirm(droplet));
        }
    }

    private Duration timeToConfirm(Droplet droplet) {
        long since = System.nanoTime() - armedAt.getOrDefault(droplet, System.nanoTime());
        Duration left = confirmOrRevert.time().minusNanos(since);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean isAlive(Droplet droplet) {
        try {
            return fleet.shell(droplet).run(Command.of("true").within(ALIVE)).ok();
        } catch (SshFailure e) {
            return false;
        }
    }

    /** The fleet's own connection, which this class must not close. */
    private record SharedShell(Shell shell) implements Shell {
        @Override
        public CommandResult run(Command command) throws SshFailure {
            return shell.run(command);
        }

        @Override
        public void close() {
            // The fleet still uses the connection.
        }
    }

    private ChangeResult confirm(Droplet droplet, FirewallChange change) throws SshFailure {
        confirmationSent.add(droplet);
        return confirmOrRevert.confirm(newShell(droplet), change);
    }

    private Shell newShell(Droplet droplet) {
        return Objects.requireNonNull(newShells.get(droplet), () -> droplet + " has no new connection");
    }

    /**
     * Runs a step on all droplets.
     *
     * @param lost the words before the reason if a connection is lost
     * @return true if the step succeeded everywhere
     */
    private boolean runStep(String what, String lost, Step step) {
        if (reverted) {
            return false;
        }
        Map<Droplet, ChangeResult> outcome = fleet.onAll(
                List.copyOf(changes.keySet()),
                droplet -> {
                    fleet.progress().begin(droplet, what);
                    ChangeResult result = runStep(droplet, lost, step);
                    if (result instanceof ChangeResult.Done) {
                        fleet.progress().end(droplet, what + ": done");
                    } else {
                        fleet.progress().fail(droplet, what + ": failed");
                    }
                    return result;
                },
                (droplet, why) -> new ChangeResult.Failed(change(droplet), why, ""));
        results.putAll(outcome);
        return outcome.values().stream().allMatch(ChangeResult.Done.class::isInstance);
    }

    private ChangeResult runStep(Droplet droplet, String lost, Step step) {
        FirewallChange change = change(droplet);
        try {
            return isLost.test(droplet)
                    ? new ChangeResult.Failed(change, Rollout.TAKEN_OVER, "")
                    : step.run(droplet, change);
        } catch (SshFailure e) {
            return new ChangeResult.Failed(change, lost + e.sentence(), "");
        }
    }

    /** Returns true if every connection between droplets that worked before the change still works. */
    private boolean staysOpen(List<PortProbe> before, List<PortProbe> after) {
        Map<String, Set<String>> worked = new HashMap<>();
        before.stream()
                .filter(c -> c.mustBeOpen() && c.isRight())
                .forEach(c -> worked.computeIfAbsent(c.from(), from -> new HashSet<>())
                        .add(c.to().name()));
        List<PortProbe> cut = after.stream()
                .filter(c -> c.mustBeOpen() && !c.isRight())
                .filter(c -> worked.getOrDefault(c.from(), Set.of()).contains(c.to().name()))
                .toList();
        for (PortProbe probe : cut) {
            FirewallChange change = changes.get(probe.to());
            if (change != null) {
                String why = "with the new rules " + probe.from() + " no longer reaches its memcached port";
                results.put(probe.to(), new ChangeResult.Failed(change, why, ""));
            }
        }
        return cut.isEmpty();
    }

    /** Returns true if all droplets have confirmed the change, so that it stays. */
    public boolean isConfirmed() {
        return confirmed;
    }

    /**
     * Rolls all droplets back, if they can be reached; otherwise their own timers do it. Does nothing if the change
     * holds. Thread-safe.
     */
    public void revert() {
        if (confirmed) {
            return;
        }
        reverted = true;
        fleet.onAll(
                List.copyOf(armedAt.keySet()),
                droplet -> {
                    fleet.progress().begin(droplet, "rolling the change back");
                    boolean done = rollBack(droplet);
                    if (done) {
                        rolledBack.add(droplet);
                        fleet.progress().end(droplet, "has the old rules");
                    } else {
                        fleet.progress().fail(droplet, describeUnconfirmed(droplet));
                    }
                    return done;
                },
                (droplet, why) -> false);
    }

    private String describeUnconfirmed(Droplet droplet) {
        return confirmationSent.contains(droplet)
                ? "it may have the new rules already; run again"
                : "it rolls the change back by itself";
    }

    /**
     * Rolls a droplet back. After a failed step a rule of another program may block access, so the complete table is
     * restored.
     */
    private boolean rollBack(Droplet droplet) {
        Shell newShell = newShells.get(droplet);
        try {
            return rollBack(droplet, newShell == null ? fleet.shell(droplet) : newShell);
        } catch (SshFailure e) {
            return confirmationSent.contains(droplet) && rollBackOverNewConnection(droplet);
        }
    }

    /** Rolls a droplet back over a new connection. It was sent a confirmation, so it may have no timer any more. */
    private boolean rollBackOverNewConnection(Droplet droplet) {
        try (Shell another = fleet.shells().open(droplet)) {
            return rollBack(droplet, another);
        } catch (SshFailure e) {
            return false;
        }
    }

    private boolean rollBack(Droplet droplet, Shell shell) throws SshFailure {
        FirewallChange change = change(droplet);
        ChangeResult result =
                confirmOrRevert.revert(shell, change, results.get(droplet) instanceof ChangeResult.Failed);
        if (result instanceof ChangeResult.Failed failed) {
            String why = "the old rules could not be restored (" + failed.why() + "); inspect them with iptables-save";
            results.put(droplet, new ChangeResult.Failed(change, why, failed.output()));
        }
        return result instanceof ChangeResult.Done;
    }

    /** Returns one outcome for each droplet to be changed. */
    public List<DropletOutcome> outcomes() {
        return changes.keySet().stream().map(this::outcome).toList();
    }

    private DropletOutcome outcome(Droplet droplet) {
        FirewallChange change = change(droplet);
        ChangeResult result = results.get(droplet);
        if (result instanceof ChangeResult.Failed failed) {
            return failed(droplet, change, failed.why(), failed.output());
        }
        if (result instanceof ChangeResult.Done && !reverted) {
            return new DropletOutcome.Done(droplet, List.of(change));
        }
        if (rolledBack.contains(droplet)) {
            return new DropletOutcome.RolledBack(droplet, List.of(), List.of(change));
        }
        return armedAt.containsKey(droplet)
                ? failed(droplet, change, "the rollback command could not be sent; " + describeUnconfirmed(droplet), "")
                : new DropletOutcome.NotReached(droplet, List.of(), List.of(change));
    }

    private static DropletOutcome failed(Droplet droplet, FirewallChange change, String why, String output) {
        DropletOutcome.Failure failure = new DropletOutcome.Failure(change.describe(), why, output);
        return new DropletOutcome.Failed(droplet, List.of(), List.of(change), failure);
    }
}
