package sessionctl.apply;

import java.time.Duration;
import java.util.Map;
import sessionctl.command.CommandResult;
import sessionctl.plan.FirewallChange;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

/**
 * Changes a droplet's packet filter through the connection that it filters: armed over the old connection, confirmed over
 * a new one, taken back by the droplet itself when that never comes.
 */
public final class ConfirmOrRevert {
    private static final Map<Integer, String> ARMING = Map.of(
            11, "the connection ended before the rules were there; nothing was changed, run again",
            7, "another run is at work there; nothing was changed, run again when it is done",
            12,
                    "another change of its rules waits to be confirmed or taken back; nothing was changed, run again in a minute",
            13, "iptables-save cannot read its rules; nothing was changed",
            20, "iptables-restore refuses a rule; nothing was changed",
            21, "the rules could not be changed whole and were taken back",
            28, "its disk is full; free some space (df -h), then run again");

    private static final Map<Integer, String> CONFIRMING = Map.of(
            6, "it was not confirmed in time, or restarted meanwhile, and has the old rules",
            28, "its disk is full; free some space (df -h), then run again");

    /** What a confirmation itself may take. */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private static final Map<Integer, String> KEEPING = Map.of(
            11, "the rules hold, but not after a reboot: the connection ended before they were stored; run again",
            28, "the rules hold, but not after a reboot: its disk is full");

    private final String run;
    private final int seconds;

    /**
     * A change of this run.
     *
     * @param run names what the droplets keep of it
     * @param seconds after which they take it back
     */
    public ConfirmOrRevert(String run, int seconds) {
        this.run = run;
        this.seconds = seconds;
    }

    /** How long after arming a change may still be confirmed with certainty. */
    public Duration time() {
        return Duration.ofSeconds(seconds).minus(MARGIN);
    }

    /** Changes the rules; the droplet's timer runs from now on. */
    public Applied arm(Shell shell, FirewallChange change) throws SshFailure {
        return applied(change, shell.run(change.armed(run, seconds)), ARMING);
    }

    /**
     * Confirms the change.
     *
     * @param fresh a connection that the new rules let in
     */
    public Applied confirm(Shell fresh, FirewallChange change) throws SshFailure {
        return applied(change, fresh.run(change.confirmation(run)), CONFIRMING);
    }

    /**
     * Takes back what runs that were lost have left unconfirmed on a droplet.
     *
     * @return whether none of it is left
     */
    public static boolean settle(Shell shell) throws SshFailure {
        return shell.run(FirewallChange.settling()).ok();
    }

    /** Keeps the confirmed change for the next boot. */
    public Applied keep(Shell shell, FirewallChange change) throws SshFailure {
        CommandResult result = shell.run(change.keeping(run));
        return applied(change, result, KEEPING);
    }

    /**
     * Takes the change back at once.
     *
     * @param all whether the droplet may be locked out by somebody else's rule, so that these go back, too
     */
    public Applied revert(Shell shell, FirewallChange change, boolean all) throws SshFailure {
        CommandResult result = shell.run(FirewallChange.reversal(run, all));
        return applied(change, result, Map.of());
    }

    private static Applied applied(FirewallChange change, CommandResult result, Map<Integer, String> known) {
        if (result.ok()) {
            return new Applied.Done(change);
        }
        String why = known.getOrDefault(result.exit(), "it exited " + result.exit());
        return new Applied.Failed(change, why, Applier.output(result));
    }
}
