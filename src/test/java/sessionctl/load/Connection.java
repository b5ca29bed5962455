package sessionctl.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A connection to a droplet's web server, with at most one request at a time. */
final class Connection {
    private final Droplet droplet;
    private final SocketChannel channel;
    private final SelectionKey key;
    private Reply reply = new Reply();
    private Visit visit;
    private String request = "";
    private boolean reused;
    private long idleSince;

    /** Starts to connect, without waiting. */
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

    /** Returns the current request, or null if there is none. */
    Visit visit() {
        return visit;
    }

    Reply reply() {
        return reply;
    }

    /** Returns true if requests were answered on this connection before. */
    boolean isReused() {
        return reused;
    }

    /** Returns the time of the last answer, by {@link System#nanoTime}. */
    long idleSince() {
        return idleSince;
    }

    /** Sends a request as soon as the connection is established. */
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

    /** Connects or reads without waiting. Returns false if the droplet has closed the connection. */
    boolean advance(ByteBuffer buffer) throws IOException {
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

    /** Marks the current request as answered; another may follow. */
    void finish(long now) {
        visit = null;
        reused = true;
        idleSince = now;
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // The connection is not used again.
        }
    }
}
