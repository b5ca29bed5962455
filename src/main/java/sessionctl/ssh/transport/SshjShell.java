package sessionctl.ssh.transport;

import java.io.IOException;
import java.time.Duration;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.Session;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.ShellQuote;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshFailure.Kind;
import sessionctl.ssh.net.ConnectionMonitor;
import sessionctl.ssh.net.DeadlineSocket;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/**
 * A shell on a connection of sshj. The {@link ConnectionMonitor} cuts the socket in time, which ends every wait in this
 * class.
 */
final class SshjShell implements Shell {
    private static final int KILL_AFTER_SECONDS = 5;

    /** The exit status of timeout(1) for a command that exceeded its limit. */
    private static final int LIMIT = 124;

    /** The status of uutils' timeout before 0.3.0 for such a command, if it ended in time after the signal. */
    private static final int LIMIT_BY_UUTILS = 125;

    private static final Duration GRACE = Duration.ofSeconds(KILL_AFTER_SECONDS + 5);
    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long MAX_PAUSE_MILLIS = 320;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final Duration MAX_LENGTH = Duration.ofDays(7);

    private static final String UNKNOWN =
            "; the effect of its last command is unknown, check the droplet before you" + " run again";

    /** The input that a harmless command must print. */
    private static final String ECHO = "sessionctl: the input arrives\n";

    private static final String REQUEST_REFUSED = "Request failed";

    private final Target target;
    private final Connection connection;
    private final SSHClient client;
    private final DeadlineSocket socket;
    private final ConnectionMonitor monitor;
    private final Sudo sudo;
    private final Object commandLock = new Object();

    SshjShell(Target target, Connection connection, ConnectionMonitor monitor, Sudo sudo) {
        this.target = target;
        this.connection = connection;
        this.client = connection.client();
        this.socket = connection.socket();
        this.monitor = monitor;
        this.sudo = sudo;
    }

    /**
     * Checks that commands run as root and get their input. For a user other than root it runs a harmless command
     * through sudo: a script without its input would write empty files.
     *
     * @throws SshFailure if sudo refuses or loses the input
     */
    void proveRoot() throws SshFailure {
        if (sudo.isUsed()
                && !run(Command.of("cat").withInput(ECHO).within(GRACE))
                        .stdout()
                        .equals(ECHO)) {
            throw sudo.describeSwallowedInput();
        }
    }

    @Override
    public CommandResult run(Command command) throws SshFailure {
        synchronized (commandLock) {
            socket.beginWait();
            try {
                return exec(command);
            } finally {
                socket.startKeepAlive(null);
                socket.endNever();
                socket.endWait();
                if (socket.isClosed()) {
                    monitor.remove(socket);
                }
            }
        }
    }

    @Override
    public void close() {
        if (socket.isAwaited()) {
            socket.cut(DeadlineSocket.End.CLOSED);
            return;
        }
        // Disconnect an idle connection properly, so that sshd does not log a broken one.
        socket.endIn(CLOSE_LIMIT);
        try {
            client.disconnect();
        } catch (IOException | RuntimeException e) {
            // The socket is cut below in any case.
        } finally {
            socket.cut(DeadlineSocket.End.CLOSED);
            monitor.remove(socket);
        }
    }

    private CommandResult exec(Command command) throws SshFailure {
        Duration limit = command.limit().compareTo(MAX_LENGTH) < 0 ? command.limit() : MAX_LENGTH;
        socket.endIn(limit.plus(GRACE));
        socket.startKeepAlive(connection::sendKeepAlive);
        // The monitor alone enforces the limit: sshj's own limits must not expire before it.
        client.getConnection().setTimeoutMs((int) limit.plus(GRACE).plus(GRACE).toMillis());
        byte[] before = sudo.beforeInput(command.input().isEmpty());
        long start = System.nanoTime();
        SessionOutput stdout = SessionOutput.stdout(sudo.isUsed());
        SessionOutput stderr = SessionOutput.stderr();
        try {
            Session session = startSession();
            RemoteProcess process = new RemoteProcess(session, session.exec(line(command, limit)), stdout, stderr);
            int exit = process.finish(before, command.input());
            boolean late = exit == LIMIT_BY_UUTILS && System.nanoTime() - start >= limit.toNanos();
            return result(late ? LIMIT : exit, stdout, stderr);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(limit, e);
        } catch (RemoteProcess.OutputTooLong e) {
            socket.cut(DeadlineSocket.End.CLOSED);
            throw describeTooLong(stdout, stderr, e);
        } catch (IOException | IllegalStateException | SSHRuntimeException e) {
            if (socket.end() == DeadlineSocket.End.TOO_LATE && !stdout.hasBegun()) {
                throw unanswered(stdout, stderr)
                        .endless("ran no command within " + SshErrorMessages.seconds(limit.plus(GRACE)), e);
            }
            throw failure(limit, e);
        }
    }

    private CommandResult result(int exit, SessionOutput stdout, SessionOutput stderr) throws SshFailure {
        String text = stdout.text();
        if (text != null) {
            return new CommandResult(exit, text, stderr.textOrNoise());
        }
        throw stdout.hasBegun()
                ? sudo.describeRefusal(exit, stderr.textOrNoise(), stdout.textOrNoise())
                : unanswered(stdout, stderr).ended(exit);
    }

    private UnansweredSession unanswered(SessionOutput stdout, SessionOutput stderr) {
        return new UnansweredSession(target, client, stdout, stderr);
    }

    private SshFailure describeTooLong(SessionOutput stdout, SessionOutput stderr, Exception e) {
        return stdout.hasBegun()
                ? SshErrorMessages.failure(
                        target,
                        Kind.LOST,
                        "a command printed more than " + RemoteProcess.CAP_MEBIBYTES
                                + " MiB and was stopped; its effect is unknown",
                        e)
                : unanswered(stdout, stderr).endless("does not stop printing", e);
    }

    /**
     * Opens a session. With MaxSessions 1, sshd may still be closing the previous session when it reads the request, so
     * a refusal is retried for a moment.
     */
    private Session startSession() throws IOException, InterruptedException {
        for (long pause = FIRST_PAUSE_MILLIS; ; pause *= 2) {
            try {
                return client.startSession();
            } catch (OpenFailException e) {
                if (pause > MAX_PAUSE_MILLIS) {
                    throw e;
                }
                Thread.sleep(pause);
            }
        }
    }

    private String line(Command command, Duration limit) {
        long seconds = Math.max(1, (limit.toMillis() + 999) / 1000);
        return sudo.prefix() + ShellQuote.join(SessionOutput.BEFORE_COMMAND) + " timeout -k " + KILL_AFTER_SECONDS + " "
                + seconds + " " + command.line();
    }

    private SshFailure failure(Duration limit, Exception e) {
        if (SshErrorMessages.find(InterruptedException.class, e) != null && !socket.waiterInterrupted()) {
            socket.cut(DeadlineSocket.End.CLOSED);
        }
        if (socket.end() == DeadlineSocket.End.OPEN && SshErrorMessages.find(OpenFailException.class, e) != null) {
            return SshErrorMessages.failure(
                    target,
                    Kind.LOST,
                    "sshd refuses to run another command on this connection (" + SshErrorMessages.root(e)
                            + "); check MaxSessions in its sshd_config, which must be 1 or more",
                    e);
        }
        if (socket.end() == DeadlineSocket.End.OPEN && REQUEST_REFUSED.equals(e.getMessage())) {
            return SshErrorMessages.failure(
                    target,
                    Kind.PRIVILEGE,
                    "sshd lets " + target.user() + " log in, but not run commands; check ForceCommand in its"
                            + " sshd_config and command= in authorized_keys",
                    e);
        }
        SshFailure lost = lost(limit, e);
        socket.cut(DeadlineSocket.End.CLOSED);
        if (e instanceof RemoteProcess.NoExitStatus) {
            return SshErrorMessages.failure(target, Kind.LOST, "a command ended without an exit status" + UNKNOWN, e);
        }
        return lost;
    }

    private SshFailure lost(Duration limit, Exception e) {
        String what = switch (socket.end()) {
            case SILENT -> "it stopped answering while a command ran";
            case TOO_LATE ->
                "a command exceeded its limit of " + SshErrorMessages.seconds(limit) + " and could not be stopped";
            case CLOSED -> "sessionctl closed the connection while a command ran, or before";
            case OPEN -> "the connection broke (" + SshErrorMessages.root(e) + ")";
        };
        return SshErrorMessages.failure(target, Kind.LOST, what + UNKNOWN, e);
    }
}
