package sessionctl.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A fake memcached that speaks the part of the protocol that the guard uses and fails at moments that a test chooses.
 */
final class FakeMemcached implements AutoCloseable {
    /**
     * An item.
     *
     * @param expiry seconds since 1970
     */
    record Item(int flags, long expiry, String value, long cas) {}

    /** Bytes sent at once; short enough to split the END of an answer. */
    private static final int PIECE = 61;

    private final Map<String, Item> items = new LinkedHashMap<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final InetSocketAddress address;
    private ServerSocket socket;
    private long lastCas;
    private long limit = 64 << 20;
    private volatile Consumer<String> before = command -> {};
    private Supplier<String> refusal = () -> "";
    private volatile String listedToo = "";
    private boolean listsOnly;
    private boolean okFirst;
    private volatile boolean crawling;
    private int process = 1;
    private int evictions;
    private Function<String, String> answering = command -> "";
    private Supplier<Boolean> dripping = () -> false;
    private Function<String, String> storing = key -> "STORED";

    /**
     * Returns the key of a session that tests call by a short name, as long as PHP makes them. Returns names with
     * other characters, and names that begin with "sessionctl", unchanged.
     */
    static String key(String name) {
        if (name.startsWith("sessionctl") || !name.matches("[A-Za-z0-9,]+([.]lock)?")) {
            return name;
        }
        String id = name.replace(".lock", "");
        return id + "-".repeat(Math.max(0, 22 - id.length())) + (name.endsWith(".lock") ? ".lock" : "");
    }

    /** Listens on this address; port 0 takes a free port. */
    FakeMemcached(String address, int port) {
        try {
            socket = new ServerSocket();
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.address = (InetSocketAddress) socket.getLocalSocketAddress();
        serve(socket);
    }

    int port() {
        return address.getPort();
    }

    /** Sets a callback that runs with every command, before the command is carried out. */
    FakeMemcached before(Consumer<String> command) {
        before = command;
        return this;
    }

    /** Sets the answer to a dump of keys; with an empty text the dump is sent. */
    FakeMemcached answersDumps(Supplier<String> words) {
        refusal = words;
        return this;
    }

    /** Answers a dump with OK before its keys, as memcached from 1.6.43 on. */
    FakeMemcached okFirst() {
        okFirst = true;
        return this;
    }

    /** Reports from now on whether a dump for another client, which does not read, is running. */
    void setDumpRunning(boolean yes) {
        crawling = yes;
    }

    /** Sets the answer to a command that stores this key. */
    FakeMemcached stores(Function<String, String> answer) {
        storing = answer;
        return this;
    }

    /** Adds to the number of evictions that it reports. */
    synchronized void addEvictions(int more) {
        evictions += more;
    }

    /** Stores an item under this key, unchanged. */
    synchronized FakeMemcached put(String key, long expiry, String value) {
        items.put(key, new Item(0, expiry, value, ++lastCas));
        return this;
    }

    synchronized @Nullable Item item(String key) {
        return items.get(key);
    }

    synchronized void forget(String key) {
        items.remove(key);
    }

    /** Sets the complete answer to a command; for an empty text it answers as memcached does. */
    FakeMemcached answers(Function<String, String> answer) {
        answering = answer;
        return this;
    }

    /** Sends the answers that a test sets byte by byte while this is true. */
    FakeMemcached sendsByteByByte(Supplier<Boolean> yes) {
        dripping = yes;
        return this;
    }

    synchronized int items() {
        return items.size();
    }

    /** Dumps only the LRU lists, as old versions do. */
    FakeMemcached listsOnly() {
        listsOnly = true;
        return this;
    }

    /** Lists this session twice in every dump from now on: as it is now, and as it is then. */
    synchronized void dumpsTwice(String key) {
        listedToo = line(key(key), Objects.requireNonNull(items.get(key(key)), key));
    }

    FakeMemcached limit(long bytes) {
        limit = bytes;
        return this;
    }

    synchronized FakeMemcached set(String key, long expiry, String value) {
        return set(key, 0, expiry, value);
    }

    synchronized FakeMemcached set(String key, int flags, long expiry, String value) {
        items.put(key(key), new Item(flags, expiry, value, ++lastCas));
        return this;
    }

    synchronized @Nullable Item get(String key) {
        return items.get(key(key));
    }

    synchronized String value(String key) {
        Item item = items.get(key(key));
        return item == null ? "" : item.value();
    }

    synchronized void remove(String key) {
        items.remove(key(key));
    }

    /** Closes all client connections. */
    void hangUp() {
        connections.forEach(FakeMemcached::close);
    }

    /** Restarts at once with no items. */
    void crash() {
        synchronized (this) {
            items.clear();
            lastCas = 0;
            process++;
        }
        hangUp();
    }

    private void serve(ServerSocket listening) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    Socket connection = listening.accept();
                    connections.add(connection);
                    Thread talk = new Thread(() -> talk(connection));
                    talk.setDaemon(true);
                    talk.start();
                }
            } catch (IOException e) {
                // The listening socket was closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void talk(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = connection.getOutputStream();
            for (String line = line(in); line != null; line = line(in)) {
                before.accept(line);
                String other = answering.apply(line);
                if (!other.isEmpty()) {
                    give(out, other);
                    continue;
                }
                String answer = answer(line.split(" "), in);
                if (!line.endsWith(" noreply")) {
                    send(out, answer.getBytes(ISO_8859_1), line.startsWith("lru_crawler") ? PIECE : answer.length());
                }
            }
        } catch (IOException e) {
            // The guard reports the broken connection.
        }
    }

    private void give(OutputStream out, String answer) throws IOException {
        if (!dripping.get()) {
            send(out, answer.getBytes(ISO_8859_1), PIECE << 8);
            return;
        }
        for (byte one : answer.getBytes(ISO_8859_1)) {
            ThreeServers.pause(50);
            send(out, new byte[] {one}, 1);
        }
    }

    /** Sends a long answer in pieces that end anywhere. */
    private static void send(OutputStream out, byte[] answer, int piece) throws IOException {
        for (int from = 0; from < answer.length; from += piece) {
            out.write(answer, from, Math.min(piece, answer.length - from));
            out.flush();
        }
    }

    private synchronized String answer(String[] words, InputStream in) throws IOException {
        return switch (words[0]) {
            case "version" -> "VERSION 1.6.18\r\n";
            case "stats" ->
                "STAT version 1.6.18\r\nSTAT get_hits 7\r\nSTAT pid " + process
                        + "\r\nSTAT uptime 5\r\nSTAT time 1005\r\nSTAT limit_maxbytes " + limit
                        + "\r\nSTAT bytes "
                        + items.values().stream().mapToInt(FakeMemcached::size).sum()
                        + "\r\nSTAT evictions " + evictions + "\r\nSTAT lru_crawler_running "
                        + (crawling ? 1 : 0) + "\r\nEND\r\n";
            case "gets" -> found(words) + "END\r\n";
            case "get" -> found(words).replaceAll("(?m)^(VALUE \\S+ \\d+ \\d+) \\d+$", "$1") + "END\r\n";
            case "lru_crawler" -> dump(words[2]);
            case "delete" -> items.remove(words[1]) == null ? "NOT_FOUND\r\n" : "DELETED\r\n";
            default -> stored(words, value(in, Integer.parseInt(words[4]))) + "\r\n";
        };
    }

    private String found(String[] words) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < words.length; i++) {
            Item item = items.get(words[i]);
            if (item != null) {
                text.append("VALUE %s %d %d %d\r\n%s\r\n"
                        .formatted(words[i], item.flags(), item.value().length(), item.cas(), item.value()));
            }
        }
        return text.toString();
    }

    private String dump(String how) {
        String words = listsOnly && how.equals("hash") ? "ERROR no hash" : refusal.get();
        if (!words.isEmpty()) {
            return words + "\r\n";
        }
        StringBuilder text = new StringBuilder(okFirst ? "OK\r\n" : "").append(listedToo);
        items.forEach((key, item) -> text.append(line(key, item)));
        return text + "END\r\n";
    }

    private static String line(String key, Item item) {
        return "key=%s exp=%d la=1 cas=%d fetch=no cls=1 size=%d\n"
                .formatted(encoded(key), item.expiry(), item.cas(), size(item));
    }

    private static String encoded(String key) {
        return URLEncoder.encode(key, ISO_8859_1).replace("+", "%20");
    }

    private static int size(Item item) {
        return item.value().length() + 100;
    }

    private String stored(String[] words, String value) {
        Item old = items.get(words[1]);
        if (words[0].equals("add") && old != null) {
            return "NOT_STORED";
        }
        if (words[0].equals("cas")) {
            if (old == null) {
                return "NOT_FOUND";
            }
            if (old.cas() != Long.parseLong(words[5])) {
                return "EXISTS";
            }
        }
        String answer = storing.apply(words[1]);
        if (answer.equals("STORED")) {
            set(words[1], Integer.parseInt(words[2]), Long.parseLong(words[3]), value);
        }
        if (Long.parseLong(words[3]) < 0) {
            items.remove(words[1]);
        }
        return answer;
    }

    private static String value(InputStream in, int length) throws IOException {
        String value = new String(in.readNBytes(length), ISO_8859_1);
        in.readNBytes(2);
        return value;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return line.toString(ISO_8859_1).strip();
            }
            line.write(c);
        }
        return null;
    }

    private static void close(Socket connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.forEach(FakeMemcached::close);
    }
}
