package sessionctl.ssh.net;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/**
 * A connection through a jump host, which resolves the name and connects. Like every {@link DeadlineSocket} it can be
 * cut at once: the reading thread is interrupted, and the channel is closed on the jump host in the background. The
 * channel must not be closed on this side alone: packets that still arrive for it would end the connection that all
 * droplets behind the jump host share.
 */
public final class JumpSocket extends DeadlineSocket {
    private final SSHClient via;
    private final Target target;
    private volatile @Nullable DirectConnection channel;
    private @Nullable Thread reader;

    /**
     * Creates an unconnected socket.
     *
     * @param via the connection to the jump host, which is shared
     * @param target the server that the jump host connects to
     * @throws IOException if the system provides no socket
     */
    public JumpSocket(Duration loginLimit, Duration patience, SSHClient via, Target target) throws IOException {
        super(loginLimit, patience);
        this.via = via;
        this.target = target;
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        via.getConnection().setTimeoutMs(timeout);
        try {
            channel = via.newDirectConnection(target.host(), target.port());
        } catch (ConnectionException e) {
            if (SshErrorMessages.find(TimeoutException.class, e) != null) {
                throw (IOException) new SocketTimeoutException("the jump host did not connect in time").initCause(e);
            }
            throw e;
        }
        if (isClosed()) {
            close();
            throw new SocketException("closed while it connected");
        }
        connected();
    }

    @Override
    public boolean isConnected() {
        return channel != null;
    }

    @Override
    public int getPort() {
        return target.port();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return recording(new FilterInputStream(tunnel().getInputStream()) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                beginRead();
                try {
                    return super.read(into, offset, length);
                } finally {
                    endRead();
                }
            }

            /**
             * Leaves the channel open: if its input were closed, sshj would take the channel for ended and packets that
             * still arrive for an error of the shared connection.
             */
            @Override
            public void close() {
                // The socket's close() ends the channel.
            }
        });
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return tunnel().getOutputStream();
    }

    @Override
    public synchronized void close() throws IOException {
        super.close();
        interruptReader();
        DirectConnection open = channel;
        if (open != null) {
            Thread farewell = new Thread(() -> end(open), "sessionctl-ssh-tunnel-end");
            farewell.setDaemon(true);
            farewell.start();
        }
    }

    private DirectConnection tunnel() throws IOException {
        DirectConnection open = channel;
        if (open == null) {
            throw new SocketException("not connected");
        }
        return open;
    }

    private synchronized void beginRead() throws IOException {
        if (isClosed()) {
            throw new SocketException("closed by this program");
        }
        reader = Thread.currentThread();
    }

    /** Ends a read. Clears the interrupt of {@link #close}, which is meant for the read alone. */
    private synchronized void endRead() {
        reader = null;
        if (isClosed()) {
            boolean unused = Thread.interrupted();
        }
    }

    private synchronized void interruptReader() {
        if (reader != null) {
            reader.interrupt();
        }
    }

    private static void end(DirectConnection open) {
        try {
            open.close();
        } catch (IOException | RuntimeException e) {
            // The jump host is gone, and the tunnel with it.
        }
    }
}
