package sessionctl.ssh.transport;

import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.transport.TransportException;
import sessionctl.ssh.net.DeadlineSocket;

/** A connection whose login succeeded. */
record Connection(SSHClient client, DeadlineSocket socket) {
    boolean isAlive() {
        return !socket.isClosed() && client.getTransport().isRunning();
    }

    /** Sends a keep-alive request, which costs one packet in each direction. */
    void sendKeepAlive() {
        try {
            client.getConnection().sendGlobalRequest("keepalive@openssh.com", true, new byte[0]);
        } catch (TransportException e) {
            // A thread that waits on the broken connection gets its exception there.
        }
    }
}
