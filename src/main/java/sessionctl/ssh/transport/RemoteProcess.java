package sessionctl.ssh.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.direct.Signal;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.route.SshErrorMessages;

/** A started command: reads both output streams in parallel, writes the input, and waits for the end. */
final class RemoteProcess {
    static final int CAP_MEBIBYTES = 16;

    private static final int CHUNK = 32 * 1024;
    private static final int POLL_MILLIS = 20;
    private static final int CLOSE_MILLIS = 5000;
    /**
     * The longest wait for output after the command ended: a daemon that it started may keep the stream open forever.
     */
    private static final Duration LINGER = Duration.ofSeconds(3);

    /** The names of the signals from 1 on, as Linux numbers them (signal(7)). */
    private static final List<String> SIGNALS = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM");

    private final Session session;
    private final Session.Command remote;
    private final SessionOutput stdout;
    private final SessionOutput stderr;
    private final CountDownLatch drained = new CountDownLatch(2);
    private final AtomicInteger capacity = new AtomicInteger(CAP_MEBIBYTES << 20);
    private volatile long lastOutput = System.nanoTime();

    /** A command printed more than this program keeps. */
    static final class OutputTooLong extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** The channel was closed without an exit status or signal. */
    static final class NoExitStatus extends IOException {
        private static final long serialVersionUID = 1;
    }

    RemoteProcess(Session session, Session.Command remote, SessionOutput stdout, SessionOutput stderr) {
        this.session = session;
        this.remote = remote;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /**
     * Writes the input, waits for the end and returns the exit status. A broken connection ends every wait with an
     * exception.
     *
     * @param before bytes to write before the input; wiped afterwards
     * @throws OutputTooLong if both streams together exceed {@link #CAP_MEBIBYTES}
     * @throws NoExitStatus if the command ended without exit status and signal
     */
    int finish(byte[] before, String input) throws IOException, InterruptedException {
        Drain out = new Drain(remote.getInputStream(), stdout);
        Drain err = new Drain(remote.getErrorStream(), stderr);
        Thread writer = feed(before, input);
        try {
            boolean abandoned = !awaitOutput(out, err);
            while (!ended() && !closedWithin(POLL_MILLIS)) {
                out.check();
                err.check();
            }
            // A writer that waits for window space holds a lock that is needed to close the channel.
            writer.interrupt();
            close(abandoned);
            return exit();
        } finally {
            writer.interrupt();
        }
    }

    /** Waits for the end of both streams. Returns false if the command ended but left a process that keeps one open. */
    private boolean awaitOutput(Drain out, Drain err) throws IOException, InterruptedException {
        boolean all;
        do {
            all = drained.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
            out.check();
            err.check();
        } while (!all && !(ended() && System.nanoTime() - lastOutput > LINGER.toNanos()));
        return all;
    }

    private void close(boolean abandoned) throws IOException {
        if (!abandoned) {
            closedWithin(CLOSE_MILLIS);
            return;
        }
        try {
            session.close();
        } catch (IOException e) {
            // The command has ended; a process that it left may keep the channel.
        }
    }

    private boolean ended() {
        return remote.getExitStatus() != null || remote.getExitSignal() != null;
    }

    private boolean closedWithin(int millis) throws IOException {
        try {
            session.join(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (ConnectionException e) {
            if (SshErrorMessages.find(TimeoutException.class, e) != null) {
                return false;
            }
            throw e;
        }
    }

    private int exit() throws IOException {
        Integer status = remote.getExitStatus();
        if (status != null) {
            return status;
        }
        Signal signal = remote.getExitSignal();
        if (signal == null) {
            throw new NoExitStatus();
        }
        int number = SIGNALS.indexOf(signal.name()) + 1;
        return 128 + (number == 0 ? 127 : number);
    }

    private Thread feed(byte[] before, String input) {
        boolean nothing = before.length == 0 && input.isEmpty();
        if (nothing) {
            write(before, input);
        }
        Thread writer = daemon(() -> write(before, input));
        if (!nothing) {
            writer.start();
        }
        return writer;
    }

    /** Writes the input. A command need not read it, so errors are ignored: the exit status shows the result. */
    private void write(byte[] before, String input) {
        try (OutputStream out = remote.getOutputStream()) {
            out.write(before);
            for (int from = 0; from < input.length(); from += CHUNK) {
                String chunk = input.substring(from, Math.min(input.length(), from + CHUNK));
                out.write(chunk.getBytes(StandardCharsets.ISO_8859_1));
            }
            // Without this flush, closing drops the bytes that do not fit into the window.
            if (before.length > 0 || !input.isEmpty()) {
                out.flush();
            }
        } catch (IOException | RuntimeException e) {
            // The command did not read all of its input.
        } finally {
            Arrays.fill(before, (byte) 0);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "sessionctl-ssh-stream");
        thread.setDaemon(true);
        return thread;
    }

    /** A reader of one output stream, with a thread of its own. */
    private final class Drain {
        private final InputStream from;
        private final SessionOutput into;
        private volatile @Nullable IOException failure;

        private Drain(InputStream from, SessionOutput into) {
            this.from = from;
            this.into = into;
            daemon(this::drain).start();
        }

        private void drain() {
            byte[] chunk = new byte[CHUNK];
            try {
                for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
                    int own = into.add(chunk, read);
                    if (own < 0 || capacity.addAndGet(-own) < 0) {
                        throw new OutputTooLong();
                    }
                    lastOutput = System.nanoTime();
                }
            } catch (IOException e) {
                failure = e;
            } finally {
                drained.countDown();
            }
        }

        private void check() throws IOException {
            IOException problem = failure;
            if (problem != null) {
                throw problem;
            }
        }
    }
}
