package sessionctl.ssh;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The socket of one connection. It notes when the droplet was last heard, has a deadline, and can be cut from any thread
 * at any time: closing the socket is the one thing that frees every thread of sshj that waits or writes, whereas its own
 * {@code disconnect} waits for locks that a thread stuck in a write holds.
 */
class Wire extends Socket {
    private static final long NEVER = TimeUnit.DAYS.toNanos(365);
    private static final int HEAD = 255;
    private static final int TICKS_AFTER_END = 5;
    private static final int QUIET_SECONDS = 30;

    private final Duration loginLimit;
    private final Duration patience;
    private volatile End end = End.OPEN;
    private volatile String head = "";
    private volatile boolean reached;
    private volatile long deadline = System.nanoTime() + NEVER;
    private volatile long heardAt = System.nanoTime();
    private volatile long askedAt = heardAt;
    private volatile @Nullable SignOfLife signOfLife;
    private @Nullable Thread waiter;
    private boolean givenUp;
    private int ticksAfterEnd;

    /** Why we cut the connection. */
    enum End {
        /** We did not. */
        OPEN,
        /** We wanted it closed. */
        CLOSED,
        /** The deadline passed. */
        TOO_LATE,
        /** The droplet gave no sign of life. */
        SILENT
    }

    /** Asks the droplet for any answer at all. */
    @FunctionalInterface
    interface SignOfLife {
        void ask();
    }

    Wire(Duration loginLimit, Duration patience) throws IOException {
        this.loginLimit = loginLimit;
        this.patience = patience;
        setTcpNoDelay(true);
        setKeepAlive(true);
        // Routers forget connections that are quiet while other droplets have their turn.
        setIfPossible(ExtendedSocketOptions.TCP_KEEPIDLE);
        setIfPossible(ExtendedSocketOptions.TCP_KEEPINTERVAL);
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        super.connect(address, timeout);
        connected();
    }

    /** From now on the login counts. */
    final void connected() {
        reached = true;
        endInLoginLimit();
    }

    /** Gives the login its time, anew after somebody else took his. */
    final void endInLoginLimit() {
        endIn(loginLimit);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return listening(super.getInputStream());
    }

    /** The same stream, of which is noted what comes and when. */
    final InputStream listening(InputStream from) {
        return new FilterInputStream(from) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int read = super.read(into, offset, length);
                heard(into, offset, read);
                return read;
            }
        };
    }

    /** Whether the TCP connection came about. */
    boolean reached() {
        return reached;
    }

    /** The first that the other side said, byte by byte. */
    String head() {
        return head;
    }

    /** Whether it has introduced itself as a server of SSH. */
    boolean speaksSsh() {
        return head.startsWith("SSH-") || head.contains("\nSSH-");
    }

    /** Why we cut it, or {@link End#OPEN}. */
    End end() {
        return end;
    }

    /** Cuts it this much later, unless told otherwise before. */
    void endIn(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /** Lets it live. */
    void endNever() {
        deadline = System.nanoTime() + NEVER;
    }

    /** From now on the droplet is asked for signs of life, and given up without; null to stop that. */
    void listenFor(@Nullable SignOfLife sign) {
        heardAt = System.nanoTime();
        askedAt = heardAt;
        signOfLife = sign;
    }

    /** Asks for a sign of life, if one is wanted; blocks while the wire is stuck, until it is cut. */
    void askForSignOfLife() {
        SignOfLife sign = signOfLife;
        if (sign != null) {
            if (answered()) {
                askedAt = System.nanoTime();
            }
            sign.ask();
        }
    }

    /**
     * From now on this thread waits for something to come over the wire. A wait that begins while sshj tells its waiters of
     * the end hears nothing of it, and would last for sshj's own limit: such a thread is interrupted.
     */
    synchronized void await() {
        waiter = Thread.currentThread();
        givenUp = false;
        ticksAfterEnd = 0;
    }

    /** The wait is over; an interrupt of ours is not for anybody else. */
    synchronized void awaited() {
        waiter = null;
        if (givenUp) {
            boolean unused = Thread.interrupted();
        }
    }

    /** Whether a thread waits. */
    synchronized boolean isAwaited() {
        return waiter != null;
    }

    /** Whether the last wait was ended by an interrupt of ours, because the wire was dead already. */
    synchronized boolean givenUp() {
        return givenUp;
    }

    /** Cuts it if its time is over; never blocks. */
    void check() {
        freeWaiter();
        long now = System.nanoTime();
        if (now - deadline > 0) {
            cut(End.TOO_LATE);
        } else if (signOfLife != null && !answered() && now - askedAt > patience.toNanos()) {
            cut(End.SILENT);
        }
    }

    /** Ends the connection at once; the first reason counts. */
    void cut(End reason) {
        setEnd(reason);
        try {
            close();
        } catch (IOException e) {
            // Closed is closed.
        }
    }

    private synchronized void freeWaiter() {
        if (waiter != null && isClosed() && ++ticksAfterEnd > TICKS_AFTER_END) {
            givenUp = true;
            waiter.interrupt();
        }
    }

    private synchronized void setEnd(End reason) {
        if (end == End.OPEN) {
            end = reason;
        }
    }

    private boolean answered() {
        return heardAt - askedAt >= 0;
    }

    private void heard(byte[] bytes, int offset, int length) {
        heardAt = System.nanoTime();
        int wanted = Math.min(length, HEAD - head.length());
        if (wanted > 0) {
            head = head.concat(new String(bytes, offset, wanted, StandardCharsets.ISO_8859_1));
        }
    }

    private void setIfPossible(SocketOption<Integer> option) throws IOException {
        if (supportedOptions().contains(option)) {
            setOption(option, QUIET_SECONDS);
        }
    }
}
