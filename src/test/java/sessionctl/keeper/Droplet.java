package sessionctl.keeper;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** A web server, whether the traffic goes to it, and the connections to it that are kept open. */
final class Droplet {
    private static final int HTTP = 80;

    private final String name;
    private final InetSocketAddress address;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean out;
    private int inFlight;

    /** By its address, as {@code 10.99.0.1} or {@code 127.0.0.1:8080}. */
    Droplet(String name) {
        int colon = name.indexOf(':');
        this.name = name;
        this.address = colon < 0
                ? new InetSocketAddress(name, HTTP)
                : new InetSocketAddress(name.substring(0, colon), Integer.parseInt(name.substring(colon + 1)));
    }

    String name() {
        return name;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Its open connections without a request, the one that was used last in front. */
    Deque<Connection> idle() {
        return idle;
    }

    boolean isOut() {
        return out;
    }

    void takeOut(boolean wanted) {
        out = wanted;
    }

    /** Closes the connections that are kept. */
    void disconnect() {
        idle.forEach(Connection::close);
        idle.clear();
    }

    int inFlight() {
        return inFlight;
    }

    void began() {
        inFlight++;
    }

    void ended() {
        inFlight--;
    }
}
