package sessionctl.ssh;

import sessionctl.command.Command;
import sessionctl.command.CommandResult;

/** An open connection to a droplet. It runs commands as root, one after another. */
public interface Shell extends AutoCloseable {
    /**
     * Runs a command and waits for its end, at most for the command's limit plus a few seconds.
     *
     * @throws SshFailure if the connection is lost or the droplet stops responding; the effect of the command is then
     *     unknown
     */
    CommandResult run(Command command) throws SshFailure;

    /** Closes the connection at once and never blocks. It can be called from another thread while a command runs. */
    @Override
    void close();
}
