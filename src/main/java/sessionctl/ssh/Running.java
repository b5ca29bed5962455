package sessionctl.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.direct.Signal;
import org.jspecify.annotations.Nullable;
import sessionctl.command.CommandResult;

/** A command that has been started: its streams drained side by side, its input written, its end awaited. */
final class Running {
    static final int CAP_MEBIBYTES = 16;

    private static final int CHUNK = 32 * 1024;
    private static final int POLL_MILLIS = 20;
    private static final int CLOSE_MILLIS = 5000;
    /** How long a command that has ended may leave its output open and empty: a daemon it started may hold it for ever. */
    private static final Duration LINGER = Duration.ofSeconds(3);

    private static final Map<Signal, Integer> NUMBERS = Map.ofEntries(
            Map.entry(Signal.HUP, 1),
            Map.entry(Signal.INT, 2),
            Map.entry(Signal.QUIT, 3),
            Map.entry(Signal.ILL, 4),
            Map.entry(Signal.ABRT, 6),
            Map.entry(Signal.FPE, 8),
            Map.entry(Signal.KILL, 9),
            Map.entry(Signal.USR1, 10),
            Map.entry(Signal.SEGV, 11),
            Map.entry(Signal.USR2, 12),
            Map.entry(Signal.PIPE, 13),
            Map.entry(Signal.ALRM, 14),
            Map.entry(Signal.TERM, 15));

    private final Session session;
    private final Session.Command remote;
    private final CountDownLatch drained = new CountDownLatch(2);
    private final AtomicInteger room = new AtomicInteger(CAP_MEBIBYTES << 20);
    private volatile long lastOutput = System.nanoTime();

    /** It printed more than we are ready to hold. */
    static final class TooMuch extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** Its channel was closed, and nobody said how it ended. */
    static final class NoStatus extends IOException {
        private static final long serialVersionUID = 1;
    }

    Running(Session session, Session.Command remote) {
        this.session = session;
        this.remote = remote;
    }

    /**
     * Waits for the end; broken connections end every wait with an exception.
     *
     * @param before what is written in front of the input, and wiped then
     */
    CommandResult finish(byte[] before, String input) throws IOException, InterruptedException {
        Drain stdout = new Drain(remote.getInputStream());
        Drain stderr = new Drain(remote.getErrorStream());
        Thread writer = feed(before, input);
        try {
            boolean abandoned = !awaitOutput(stdout, stderr);
            while (!ended() && !closedWithin(POLL_MILLIS)) {
                stdout.check();
                stderr.check();
            }
            // A writer that waits for room in the window holds a lock that the channel needs to close.
            writer.interrupt();
            close(abandoned);
            return new CommandResult(exit(), stdout.text(), stderr.text());
        } finally {
            writer.interrupt();
        }
    }

    /** Whether both streams came to their end; they need not if the command left something running. */
    private boolean awaitOutput(Drain stdout, Drain stderr) throws IOException, InterruptedException {
        boolean all;
        do {
            all = drained.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
            stdout.check();
            stderr.check();
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
            // The command has ended; what it left behind may keep the channel.
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
            if (Trouble.find(TimeoutException.class, e) != null) {
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
            throw new NoStatus();
        }
        return 128 + NUMBERS.getOrDefault(signal, 127);
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

    /** A command need not read its input; its exit status tells how it went. */
    private void write(byte[] before, String input) {
        try (OutputStream out = remote.getOutputStream()) {
            out.write(before);
            for (int from = 0; from < input.length(); from += CHUNK) {
                String chunk = input.substring(from, Math.min(input.length(), from + CHUNK));
                out.write(chunk.getBytes(StandardCharsets.ISO_8859_1));
            }
            // Without it, closing drops what does not fit into the window.
            if (before.length > 0 || !input.isEmpty()) {
                out.flush();
            }
        } catch (IOException | RuntimeException e) {
            // As above.
        } finally {
            Arrays.fill(before, (byte) 0);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "sessionctl-ssh-stream");
        thread.setDaemon(true);
        return thread;
    }

    /** Reads one of the two streams to its end. */
    private final class Drain {
        private final InputStream from;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile @Nullable IOException failure;

        private Drain(InputStream from) {
            this.from = from;
            daemon(this::drain).start();
        }

        private void drain() {
            byte[] chunk = new byte[CHUNK];
            try {
                for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
                    if (room.addAndGet(-read) < 0) {
                        throw new TooMuch();
                    }
                    append(chunk, read);
                    lastOutput = System.nanoTime();
                }
            } catch (IOException e) {
                failure = e;
            } finally {
                drained.countDown();
            }
        }

        private synchronized void append(byte[] chunk, int length) {
            bytes.write(chunk, 0, length);
        }

        private void check() throws IOException {
            IOException problem = failure;
            if (problem != null) {
                throw problem;
            }
        }

        private synchronized String text() {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
