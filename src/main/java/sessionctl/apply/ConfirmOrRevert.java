package sessionctl.apply;

import java.util.Map;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.plan.FirewallChange;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;

/**
 * Changes a droplet's packet filter through the connection that it filters: armed over the old connection, confirmed over
 * a new one, taken back by the droplet itself when that never comes.
 */
public final class ConfirmOrRevert {
    private static final Map<Integer, String> ARMING = Map.of(
            11, "the connection ended before the rules were there; nothing was changed, run again",
            20, "iptables-restore refuses a rule; nothing was changed",
            21, "the rules could not be changed whole and were taken back",
            28, "its disk is full; free some space (df -h), then run again");

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

    /** Changes the rules; the droplet's timer runs from now on. */
    public Applied arm(Shell shell, FirewallChange change) throws SshFailure {
        return applied(change, shell.run(change.armed(run, seconds)), ARMING);
    }

    /** Confirms the change over a new connection, which the new rules must let in. */
    public Applied confirm(Shells shells, Droplet droplet, FirewallChange change) {
        try (Shell fresh = shells.open(droplet)) {
            CommandResult result = fresh.run(FirewallChange.confirmation(run));
            return applied(change, result, Map.of(6, "it was not confirmed in time and has taken the change back"));
        } catch (SshFailure e) {
            return new Applied.Failed(change, "with the new rules: " + e.sentence(), "");
        }
    }

    /** Keeps the confirmed change for the next boot. */
    public Applied keep(Shell shell, FirewallChange change) throws SshFailure {
        CommandResult result = shell.run(change.keeping());
        return applied(change, result, Map.of(28, "the rules hold, but not after a reboot: its disk is full"));
    }

    /** Takes the change back at once; where that cannot be said to the droplet, its timer does it. */
    public void revert(Shell shell) {
        try {
            shell.run(FirewallChange.reversal(run));
        } catch (SshFailure e) {
            // The timer on the droplet does it.
        }
    }

    private static Applied applied(FirewallChange change, CommandResult result, Map<Integer, String> known) {
        if (result.ok()) {
            return new Applied.Done(change);
        }
        String why = known.getOrDefault(result.exit(), "it exited " + result.exit());
        return new Applied.Failed(change, why, (result.stdout() + result.stderr()).strip());
    }
}
