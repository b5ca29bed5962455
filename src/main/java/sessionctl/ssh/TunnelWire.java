package sessionctl.ssh;

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

/**
 * A wire that leads through a jump host, which resolves the name and connects. Like any wire it can be cut at once: whoever
 * reads from it is interrupted, and the jump host is told in the background. The channel itself must not be ended from
 * here alone, since what still comes for it would end the connection that all share.
 */
final class TunnelWire extends Wire {
    private final SSHClient via;
    private final Target target;
    private volatile @Nullable DirectConnection channel;
    private @Nullable Thread reader;

    TunnelWire(Duration loginLimit, Duration patience, SSHClient via, Target target) throws IOException {
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
            if (Trouble.find(TimeoutException.class, e) != null) {
                throw (IOException) new SocketTimeoutException("the jump host did not connect in time").initCause(e);
            }
            throw e;
        }
        if (isClosed()) {
            close();
            throw new SocketException("closed meanwhile");
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
        return listening(new FilterInputStream(tunnel().getInputStream()) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                enter();
                try {
                    return super.read(into, offset, length);
                } finally {
                    leave();
                }
            }

            /** sshj would take the channel's own for its end, and what still comes for a fault of the shared connection. */
            @Override
            public void close() {
                // The channel is ended with the wire.
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

    private synchronized void enter() throws IOException {
        if (isClosed()) {
            throw new SocketException("closed from here");
        }
        reader = Thread.currentThread();
    }

    /** The interrupt of a closed wire is for the read alone. */
    private synchronized void leave() {
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
