package sessionctl.ssh.net;

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
 * The socket of one connection, with a deadline. It records when the droplet was last heard from, and any thread can
 * cut it at any time. Closing the socket is the only action that frees every thread of sshj that waits or writes:
 * sshj's own {@code disconnect} waits for locks that a thread blocked in a write holds.
 */
public class DeadlineSocket extends Socket {
    private static final long NEVER = TimeUnit.DAYS.toNanos(365);
    private static final int HEAD = 255;
    private static final int TICKS_AFTER_END = 5;
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final Duration loginLimit;
    private final Duration keepAliveLimit;
    private volatile End end = End.OPEN;
    private volatile String head = "";
    private volatile boolean isEstablished;
    private volatile long deadline = System.nanoTime() + NEVER;
    private volatile long lastInputAt = System.nanoTime();
    private volatile long lastRequestAt = lastInputAt;
    private volatile @Nullable Runnable keepAlive;
    private @Nullable Thread waiter;
    private boolean waiterInterrupted;
    private int ticksAfterEnd;

    /** The reason why this program cut the connection. */
    public enum End {
        /** This program did not cut it. */
        OPEN,
        /** The connection was no longer wanted. */
        CLOSED,
        /** The deadline passed. */
        TOO_LATE,
        /** The droplet answered no keep-alive request in time. */
        SILENT
    }

    /**
     * Creates an unconnected socket.
     *
     * @param loginLimit the deadline for the login, from the connection on
     * @param keepAliveLimit the longest wait for the answer to a keep-alive request
     * @throws IOException if the system provides no socket
     */
    public DeadlineSocket(Duration loginLimit, Duration keepAliveLimit) throws IOException {
        this.loginLimit = loginLimit;
        this.keepAliveLimit = keepAliveLimit;
        setTcpNoDelay(true);
        setKeepAlive(true);
        // Routers drop connections that are idle while other droplets have their turn.
        setIfPossible(ExtendedSocketOptions.TCP_KEEPIDLE);
        setIfPossible(ExtendedSocketOptions.TCP_KEEPINTERVAL);
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        super.connect(address, timeout);
        connected();
    }

    /** Starts the login deadline after the connection was established. */
    final void connected() {
        isEstablished = true;
        endInLoginLimit();
    }

    /** Restarts the login deadline, for example after waiting for the ssh-agent. */
    public final void endInLoginLimit() {
        endIn(loginLimit);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return recording(super.getInputStream());
    }

    /** Returns the stream, recording the time and the first bytes of its input. */
    final InputStream recording(InputStream from) {
        return new FilterInputStream(from) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int read = super.read(into, offset, length);
                recordReceived(into, offset, read);
                return read;
            }
        };
    }

    /** Returns true if the connection was established; for a {@link JumpSocket}, by the jump host. */
    public boolean isEstablished() {
        return isEstablished;
    }

    /** Returns the first bytes that the server sent, at most 255, one character per byte (ISO 8859-1). */
    public String head() {
        return head;
    }

    /** Returns true if the server has sent the identification line of an SSH server (RFC 4253, 4.2). */
    public boolean speaksSsh() {
        return head.startsWith("SSH-") || head.contains("\nSSH-");
    }

    /** Returns why this program cut the connection, or {@link End#OPEN} if it did not. */
    public End end() {
        return end;
    }

    /** Sets the deadline: the connection is cut after this time unless the deadline is changed before. */
    public void endIn(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    /** Removes the deadline. */
    public void endNever() {
        deadline = System.nanoTime() + NEVER;
    }

    /**
     * Starts the keep-alive requests: without an answer in time the connection is cut.
     *
     * @param request sends a request that any server answers; null stops the requests
     */
    public void startKeepAlive(@Nullable Runnable request) {
        lastInputAt = System.nanoTime();
        lastRequestAt = lastInputAt;
        keepAlive = request;
    }

    /** Sends a keep-alive request if they are on. Blocks while the connection is stuck, until it is cut. */
    void sendKeepAlive() {
        Runnable request = keepAlive;
        if (request != null) {
            if (answered()) {
                lastRequestAt = System.nanoTime();
            }
            request.run();
        }
    }

    /**
     * Registers the calling thread as waiting for input. If the wait begins while sshj notifies its waiters that the
     * connection ended, the thread is not notified and would wait for sshj's own limit: the monitor interrupts it.
     */
    public synchronized void beginWait() {
        waiter = Thread.currentThread();
        waiterInterrupted = false;
        ticksAfterEnd = 0;
    }

    /** Ends the wait of {@link #beginWait}. Clears the monitor's interrupt, which is not meant for later code. */
    public synchronized void endWait() {
        waiter = null;
        if (waiterInterrupted) {
            boolean unused = Thread.interrupted();
        }
    }

    /** Returns true if a thread waits. */
    public synchronized boolean isAwaited() {
        return waiter != null;
    }

    /** Returns true if the monitor interrupted the last wait because the connection had ended already. */
    public synchronized boolean waiterInterrupted() {
        return waiterInterrupted;
    }

    /** Cuts the connection if its deadline passed or the droplet stopped responding; never blocks. */
    void check() {
        freeWaiter();
        long now = System.nanoTime();
        if (now - deadline > 0) {
            cut(End.TOO_LATE);
        } else if (keepAlive != null && !answered() && now - lastRequestAt > keepAliveLimit.toNanos()) {
            cut(End.SILENT);
        }
    }

    /** Closes the connection at once; only the first reason is kept. */
    public void cut(End reason) {
        setEnd(reason);
        try {
            close();
        } catch (IOException e) {
            // The socket is closed all the same.
        }
    }

    private synchronized void freeWaiter() {
        if (waiter != null && isClosed() && ++ticksAfterEnd > TICKS_AFTER_END) {
            waiterInterrupted = true;
            waiter.interrupt();
        }
    }

    private synchronized void setEnd(End reason) {
        if (end == End.OPEN) {
            end = reason;
        }
    }

    private boolean answered() {
        return lastInputAt - lastRequestAt >= 0;
    }

    private void recordReceived(byte[] bytes, int offset, int length) {
        lastInputAt = System.nanoTime();
        int wanted = Math.min(length, HEAD - head.length());
        if (wanted > 0) {
            head = head.concat(new String(bytes, offset, wanted, StandardCharsets.ISO_8859_1));
        }
    }

    private void setIfPossible(SocketOption<Integer> option) throws IOException {
        if (supportedOptions().contains(option)) {
            setOption(option, KEEP_ALIVE_SECONDS);
        }
    }
}
