package sessionctl.ports;

import java.util.Locale;

/** The result of a connection attempt to a TCP port. */
public enum PortState {
    /** The connection was established. */
    OPEN,
    /** A reset, or an ICMP error for the port: no program listens, or a rule rejects the connection. */
    REFUSED,
    /** No answer within the time limit, or the host is unreachable: a rule drops packets, or there is no route. */
    SILENT,
    /** The source droplet could not run the probe. */
    UNKNOWN,
    /** No attempt was made, or nothing answers at the address, so that a closed port would look the same. */
    NOT_TESTED,
    /** One of both droplets has left the cluster, so no connection is needed and no attempt was made. */
    LEFT;

    /** The state in words, for people. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
