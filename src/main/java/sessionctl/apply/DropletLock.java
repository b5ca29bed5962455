package sessionctl.apply;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.facts.RunLog;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;
import sessionctl.state.LoggedRun;
import sessionctl.state.RunStamp;

/**
 * One run at a time on a droplet. The droplet itself knows who holds it, for as long as the connection lives and a sign of
 * life comes now and then; it logs what became of every run.
 */
public final class DropletLock {
    private static final int HELD = 7;
    private static final int NOT_OURS = 9;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Claim claim;

    /** The lock of one run. */
    public DropletLock(Claim claim) {
        this.claim = claim;
    }

    /** Takes a droplet, unless another run holds it. */
    public Grip take(Shell shell, String login) throws SshFailure {
        CommandResult result = shell.run(step("take", login));
        Optional<RunStamp> other = RunLog.stamp(result.stdout());
        if (result.exit() == HELD && other.isPresent()) {
            return new Grip.Held(other.get());
        }
        return result.ok()
                ? new Grip.Taken(other.orElse(null))
                : new Grip.Refused("its lock could not be taken (exit " + result.exit()
                        + "); see there whether /run is full or read-only (df -h /run), then run again");
    }

    /** Gives a sign of life; false when another run has taken the droplet over. */
    public boolean refresh(Shell shell, String login) throws SshFailure {
        return shell.run(step("refresh", login)).exit() != NOT_OURS;
    }

    /** Lets go, and has the ending logged; false when it could not be. */
    public boolean release(Shell shell, String login, Ending ending) throws SshFailure {
        return shell.run(step("release", login, ending.outcome(), Integer.toString(ending.changes())))
                .ok();
    }

    /** The runs that a droplet logged last, and the one that holds it. */
    public static List<LoggedRun> history(Shell shell, int lines) throws SshFailure {
        Command question = Command.script(Scripts.locking("apply/lock.sh"), "history", Integer.toString(lines));
        return RunLog.runs(shell.run(question).stdout());
    }

    private Command step(String name, String login, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of(name, claim.id(), claim.who(), login, claim.command(), claim.version()));
        arguments.addAll(List.of(more));
        return Command.script(Scripts.locking("apply/lock.sh"), arguments.toArray(String[]::new))
                .within(LIMIT);
    }
}
