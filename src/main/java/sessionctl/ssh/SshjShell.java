package sessionctl.ssh;

import java.io.IOException;
import java.time.Duration;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.Session;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.ssh.SshFailure.Kind;

/** A connection by sshj. Whatever happens there, the watch cuts the wire in time, and with it every wait in here. */
final class SshjShell implements Shell {
    private static final int KILL_AFTER_SECONDS = 5;

    /** The exit status of timeout(1) for a command that it ended. */
    private static final int LIMIT = 124;

    /** The same from uutils before 0.3.0, where the command ended in time after it was told to. */
    private static final int LIMIT_BY_UUTILS = 125;

    private static final Duration GRACE = Duration.ofSeconds(KILL_AFTER_SECONDS + 5);
    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long LONGEST_PAUSE_MILLIS = 320;
    private static final Duration GOODBYE = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    private static final String UNKNOWN = "; what its last command did is unknown, look there before you run again";

    /** What a harmless command must send back. */
    private static final String ECHO = "sessionctl: the input arrives\n";

    private static final String REQUEST_REFUSED = "Request failed";

    private final Target target;
    private final Connection connection;
    private final SSHClient client;
    private final Wire wire;
    private final Watch watch;
    private final Sudo sudo;
    private final Object oneAfterAnother = new Object();

    SshjShell(Target target, Connection connection, Watch watch, Sudo sudo) {
        this.target = target;
        this.connection = connection;
        this.client = connection.client();
        this.wire = connection.wire();
        this.watch = watch;
        this.sudo = sudo;
    }

    /**
     * Makes sure that commands run as root and get their input: root's do, another user's through sudo, which runs a
     * harmless command first. Later a failing sudo could not be told from a failing command without reading its messages,
     * and a script whose input is gone would write empty files.
     */
    void proveRoot() throws SshFailure {
        if (sudo.prefix().isEmpty()) {
            return;
        }
        CommandResult result = run(Command.of("cat").withInput(ECHO).within(GRACE));
        if (!result.ok()) {
            throw sudo.refused(result);
        }
        if (!result.stdout().equals(ECHO)) {
            throw sudo.swallowed();
        }
    }

    @Override
    public CommandResult run(Command command) throws SshFailure {
        synchronized (oneAfterAnother) {
            wire.await();
            try {
                return exec(command);
            } finally {
                wire.listenFor(null);
                wire.endNever();
                wire.awaited();
                if (wire.isClosed()) {
                    watch.remove(wire);
                }
            }
        }
    }

    @Override
    public void close() {
        if (wire.isAwaited()) {
            wire.cut(Wire.End.CLOSED);
            return;
        }
        // An idle connection is told goodbye, so that sshd does not log a broken one.
        wire.endIn(GOODBYE);
        try {
            client.disconnect();
        } catch (IOException | RuntimeException e) {
            // Closed is what was wanted.
        } finally {
            wire.cut(Wire.End.CLOSED);
            watch.remove(wire);
        }
    }

    private CommandResult exec(Command command) throws SshFailure {
        Duration limit = command.limit().compareTo(LONGEST) < 0 ? command.limit() : LONGEST;
        wire.endIn(limit.plus(GRACE));
        wire.listenFor(connection::askForSignOfLife);
        // The watch is the one clock: sshj's own limits must not strike before it.
        client.getConnection().setTimeoutMs((int) limit.plus(GRACE).plus(GRACE).toMillis());
        byte[] before = sudo.beforeInput(command.input().isEmpty());
        long start = System.nanoTime();
        try {
            Session session = startSession();
            CommandResult result =
                    new Running(session, session.exec(line(command, limit))).finish(before, command.input());
            return result.exit() == LIMIT_BY_UUTILS && System.nanoTime() - start >= limit.toNanos()
                    ? new CommandResult(LIMIT, result.stdout(), result.stderr())
                    : result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(limit, e);
        } catch (Running.TooMuch e) {
            wire.cut(Wire.End.CLOSED);
            throw Trouble.at(
                    target,
                    Kind.LOST,
                    "a command printed more than " + Running.CAP_MEBIBYTES
                            + " MiB and was given up; what it did is unknown",
                    e);
        } catch (IOException | IllegalStateException | SSHRuntimeException e) {
            throw failure(limit, e);
        }
    }

    /** With MaxSessions 1, sshd may still be clearing away the session before when it reads of the next. */
    private Session startSession() throws IOException, InterruptedException {
        for (long pause = FIRST_PAUSE_MILLIS; ; pause *= 2) {
            try {
                return client.startSession();
            } catch (OpenFailException e) {
                if (pause > LONGEST_PAUSE_MILLIS) {
                    throw e;
                }
                Thread.sleep(pause);
            }
        }
    }

    private String line(Command command, Duration limit) {
        long seconds = Math.max(1, (limit.toMillis() + 999) / 1000);
        return sudo.prefix() + "timeout -k " + KILL_AFTER_SECONDS + " " + seconds + " " + command.line();
    }

    private SshFailure failure(Duration limit, Exception e) {
        if (Trouble.find(InterruptedException.class, e) != null && !wire.givenUp()) {
            wire.cut(Wire.End.CLOSED);
        }
        if (wire.end() == Wire.End.OPEN && Trouble.find(OpenFailException.class, e) != null) {
            return Trouble.at(
                    target,
                    Kind.LOST,
                    "sshd refuses to run another command on this connection (" + Trouble.root(e)
                            + "); look at MaxSessions in its sshd_config, which must be 1 or more",
                    e);
        }
        if (wire.end() == Wire.End.OPEN && REQUEST_REFUSED.equals(e.getMessage())) {
            return Trouble.at(
                    target,
                    Kind.PRIVILEGE,
                    "sshd lets " + target.user() + " in, but run no commands;"
                            + " look at ForceCommand in its sshd_config and at command= in authorized_keys",
                    e);
        }
        SshFailure lost = lost(limit, e);
        wire.cut(Wire.End.CLOSED);
        if (e instanceof Running.NoStatus) {
            return Trouble.at(target, Kind.LOST, "a command ended without an exit status" + UNKNOWN, e);
        }
        return lost;
    }

    private SshFailure lost(Duration limit, Exception e) {
        String what = switch (wire.end()) {
            case SILENT -> "it stopped answering while a command ran";
            case TOO_LATE -> "a command outlived its limit of " + Trouble.seconds(limit) + " and could not be stopped";
            case CLOSED -> "the connection was closed from here while a command ran, or before";
            case OPEN -> "the connection broke (" + Trouble.root(e) + ")";
        };
        return Trouble.at(target, Kind.LOST, what + UNKNOWN, e);
    }
}
