package sessionctl.ssh;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Hands sshj the one socket that we keep a hand on. */
final class WireFactory extends SocketFactory {
    private final Wire wire;

    WireFactory(Wire wire) {
        this.wire = wire;
    }

    @Override
    public Socket createSocket() {
        return wire;
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException("sshj connects by itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException("sshj connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException("sshj connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException("sshj connects by itself");
    }
}
