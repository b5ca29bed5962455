package sessionctl.keeper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A connection to a droplet's web server, with at most one request on it. */
final class Connection {
    private final Droplet droplet;
    private final SocketChannel channel;
    private final SelectionKey key;
    private Reply reply = new Reply();
    private Visit visit;
    private String request = "";
    private boolean kept;
    private long idleSince;

    /** Begins to connect. */
    Connection(Selector selector, Droplet droplet) throws IOException {
        this.droplet = droplet;
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        try {
            channel.connect(droplet.address());
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    Droplet droplet() {
        return droplet;
    }

    /** The request that is under way, null when there is none. */
    Visit visit() {
        return visit;
    }

    Reply reply() {
        return reply;
    }

    /** Whether requests were answered on it before. */
    boolean isKept() {
        return kept;
    }

    /** By {@link System#nanoTime}. */
    long idleSince() {
        return idleSince;
    }

    /** Sends a request, as soon as the connection is there. */
    void send(Visit wanted, String path, boolean keepAlive) throws IOException {
        visit = wanted;
        reply = new Reply();
        String id = wanted.session().id();
        request = "GET " + path + " HTTP/1.1\r\nHost: " + droplet.name() + "\r\nUser-Agent: sessionctl-keeper\r\n"
                + (id.isEmpty() ? "" : "Cookie: PHPSESSID=" + id + "\r\n")
                + (keepAlive ? "" : "Connection: close\r\n") + "\r\n";
        if (channel.isConnected()) {
            write();
        }
    }

    private void write() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        key.interestOps(SelectionKey.OP_READ);
    }

    /** Does what can be done without waiting; false when the droplet has closed the connection. */
    boolean proceed(ByteBuffer buffer) throws IOException {
        if (key.isConnectable()) {
            channel.finishConnect();
            write();
            return true;
        }
        buffer.clear();
        int length = channel.read(buffer);
        reply.add(buffer.flip());
        return length >= 0;
    }

    /** The request has its answer; another may follow. */
    void rest(long now) {
        visit = null;
        kept = true;
        idleSince = now;
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // It is as closed as it can be.
        }
    }
}
