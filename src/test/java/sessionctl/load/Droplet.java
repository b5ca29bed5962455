package sessionctl.load;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/** A droplet's web server, with its state in the traffic and its kept-alive connections. */
final class Droplet {
    private static final int HTTP = 80;

    private final String name;
    private final InetSocketAddress address;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean out;
    private int inFlight;

    /** Creates a droplet from its address, as {@code 10.99.0.1} or {@code 127.0.0.1:8080}. */
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

    /** Returns its open connections without a request, the most recently used one first. */
    Deque<Connection> idle() {
        return idle;
    }

    boolean isOut() {
        return out;
    }

    void takeOut(boolean wanted) {
        out = wanted;
    }

    /** Closes its idle connections. */
    void disconnect() {
        idle.forEach(Connection::close);
        idle.clear();
    }

    int inFlight() {
        return inFlight;
    }

    void requestBegan() {
        inFlight++;
    }

    void requestEnded() {
        inFlight--;
    }
}
