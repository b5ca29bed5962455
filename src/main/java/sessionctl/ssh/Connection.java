package sessionctl.ssh;

import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.transport.TransportException;

/** A login that succeeded. */
record Connection(SSHClient client, Wire wire) {
    boolean alive() {
        return !wire.isClosed() && client.getTransport().isRunning();
    }

    /** Asks for a sign of life, which costs nothing but a packet each way. */
    void askForSignOfLife() {
        try {
            client.getConnection().sendGlobalRequest("keepalive@openssh.com", true, new byte[0]);
        } catch (TransportException e) {
            // Whoever waits for something learns of the broken connection.
        }
    }
}
