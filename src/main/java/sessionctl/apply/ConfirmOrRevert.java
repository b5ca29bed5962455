package sessionctl.apply;

import java.time.Duration;
import java.util.Map;
import sessionctl.command.CommandResult;
import sessionctl.plan.FirewallChange;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

/**
 * Changes a droplet's packet filter through the connection that it filters. The old connection applies the change, a
 * new one confirms it. Without that, the droplet rolls it back by itself.
 *
 * @param run the name under which droplets store the change until it is confirmed
 * @param seconds the time until droplets roll it back
 */
public record ConfirmOrRevert(String run, int seconds) {
    private static final Map<Integer, String> ARM_FAILURES = Map.of(
            11, "the connection ended before the rules had arrived; nothing was changed, run again",
            7, "another run is active there; nothing was changed, run again when it is done",
            12,
                    "another change of its rules waits to be confirmed or rolled back; nothing was changed, run"
                            + " again in a minute",
            13, "iptables-save cannot read its rules; nothing was changed",
            20, "iptables-restore refuses a rule; nothing was changed",
            21, "the rules could not be changed completely and were rolled back",
            28, "its disk is full; free some space (df -h), then run again");

    private static final Map<Integer, String> CONFIRM_FAILURES = Map.of(
            6, "it was not confirmed in time, or restarted before that, and has the old rules",
            28, "its disk is full; free some space (df -h), then run again");

    /** The maximum time of a confirmation. */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private static final Map<Integer, String> KEEP_FAILURES = Map.of(
            11, "the rules are active, but not after a reboot: the connection ended before they were stored; run again",
            28, "the rules are active, but not after a reboot: its disk is full");

    /** Returns the time after arming in which a change can be confirmed safely. */
    public Duration time() {
        return Duration.ofSeconds(seconds).minus(MARGIN);
    }

    /** Changes the rules and starts the droplet's rollback timer. */
    public ChangeResult arm(Shell shell, FirewallChange change) throws SshFailure {
        return toResult(change, shell.run(change.armCommand(run, seconds)), ARM_FAILURES);
    }

    /**
     * Confirms the change.
     *
     * @param fresh a connection made under the new rules
     */
    public ChangeResult confirm(Shell fresh, FirewallChange change) throws SshFailure {
        return toResult(change, fresh.run(change.confirmCommand(run)), CONFIRM_FAILURES);
    }

    /**
     * Rolls back changes on a droplet that earlier, lost runs did not confirm.
     *
     * @return true if none of them remains
     */
    public static boolean settle(Shell shell) throws SshFailure {
        return shell.run(FirewallChange.settleCommand()).ok();
    }

    /** Stores the confirmed rules for the next boot. */
    public ChangeResult keep(Shell shell, FirewallChange change) throws SshFailure {
        return toResult(change, shell.run(change.keepCommand(run)), KEEP_FAILURES);
    }

    /**
     * Rolls the change back at once.
     *
     * @param all true if rules of other programs may block access to the droplet, so that they are rolled back too
     */
    public ChangeResult revert(Shell shell, FirewallChange change, boolean all) throws SshFailure {
        return toResult(change, shell.run(FirewallChange.revertCommand(run, all)), Map.of());
    }

    private static ChangeResult toResult(FirewallChange change, CommandResult result, Map<Integer, String> known) {
        if (result.ok()) {
            return new ChangeResult.Done(change);
        }
        String why = known.getOrDefault(result.exit(), "it exited " + result.exit());
        return new ChangeResult.Failed(change, why, Applier.output(result));
    }
}
