package sessionctl.ssh;

import sessionctl.command.Command;
import sessionctl.command.CommandResult;

/** One open connection to a droplet; runs commands as root, one after another. */
public interface Shell extends AutoCloseable {
    /**
     * Runs a command and waits for it, its limit and a few seconds at most.
     *
     * @throws SshFailure when the connection is lost or the droplet stays silent; what the command did is then unknown
     */
    CommandResult run(Command command) throws SshFailure;

    /** Ends the connection at once, also from another thread while a command runs; never blocks. */
    @Override
    void close();
}
