package sessionctl.apply;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.facts.RunLogParser;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;
import sessionctl.state.RunInfo;
import sessionctl.state.RunLogEntry;

/**
 * A lease on a droplet, which only one run can hold. The droplet records its owner. The lease is valid while the
 * owner's connection lives and heartbeats arrive; after that, another run can take it over. The droplet logs the result
 * of every run.
 */
public record DropletLease(LeaseOwner owner) {
    private static final int HELD = 7;
    private static final int NOT_OURS = 9;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Acquires the lease unless another run holds it. */
    public LeaseResult acquire(Shell shell, String login) throws SshFailure {
        CommandResult result = shell.run(command("take", login));
        Optional<RunInfo> other = RunLogParser.stamp(result.stdout());
        if (result.exit() == HELD && other.isPresent()) {
            return new LeaseResult.Held(other.get());
        }
        return result.ok()
                ? new LeaseResult.Taken(other.orElse(null))
                : new LeaseResult.Refused("its lock could not be taken (exit " + result.exit()
                        + "); see there whether /run is full or read-only (df -h /run), then run again");
    }

    /** Sends a heartbeat. Returns false if another run has taken the lease over. */
    public boolean refresh(Shell shell, String login) throws SshFailure {
        return shell.run(command("refresh", login)).exit() != NOT_OURS;
    }

    /** Releases the lease and logs the run's result. Returns false if it could not be logged. */
    public boolean release(Shell shell, String login, RunResult result) throws SshFailure {
        return shell.run(command("release", login, result.outcome(), Integer.toString(result.changes())))
                .ok();
    }

    /** Returns the last runs in a droplet's log, and the run that holds its lease. */
    public static List<RunLogEntry> history(Shell shell, int lines) throws SshFailure {
        Command question = Command.script(Scripts.locking("apply/lock.sh"), "history", Integer.toString(lines));
        return RunLogParser.runs(shell.run(question).stdout());
    }

    private Command command(String name, String login, String... more) {
        String script = Scripts.locking("apply/lock.sh");
        return Command.script(script, name, owner.id(), owner.login(), login, owner.command(), owner.version())
                .withArguments(List.of(more))
                .within(LIMIT);
    }
}
