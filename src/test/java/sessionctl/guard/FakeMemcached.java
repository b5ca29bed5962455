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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** As much of memcached's protocol as the guard speaks, and faults at a moment that a real one cannot be made to have. */
final class FakeMemcached implements AutoCloseable {
    /**
     * One item.
     *
     * @param expiry seconds since 1970
     */
    record Item(int flags, long expiry, String value, long cas) {}

    /** Bytes; the END of a short answer is torn apart. */
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
    private boolean saysOk;
    private volatile boolean crawling;
    private int process = 1;
    private int evictions;
    private Function<String, String> answering = command -> "";
    private Supplier<Boolean> dripping = () -> false;
    private Function<String, String> storing = key -> "STORED";

    /**
     * The key of a session that tests call by a short name: it is as long as PHP makes them. Names with other characters, and
     * those that begin with "sessionctl", are keys as they are.
     */
    static String key(String name) {
        if (name.startsWith("sessionctl") || !name.matches("[A-Za-z0-9,]+([.]lock)?")) {
            return name;
        }
        String id = name.replace(".lock", "");
        return id + "-".repeat(Math.max(0, 22 - id.length())) + (name.endsWith(".lock") ? ".lock" : "");
    }

    /** Listens; port 0 takes a free one. */
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

    /** Is called with every command, before it is carried out. */
    FakeMemcached before(Consumer<String> command) {
        before = command;
        return this;
    }

    /** What it says instead of what it holds; nothing: it does say that. */
    FakeMemcached refuses(Supplier<String> words) {
        refusal = words;
        return this;
    }

    /** As versions from 1.6.43 on, it says OK before it says what it holds. */
    FakeMemcached saysOk() {
        saysOk = true;
        return this;
    }

    /** From now on a dump is running at it, for another that does not read. */
    void crawls(boolean yes) {
        crawling = yes;
    }

    /** What it answers to a command that would store this key. */
    FakeMemcached stores(Function<String, String> answer) {
        storing = answer;
        return this;
    }

    /** It has pushed out as many items as that. */
    synchronized void evicts(int more) {
        evictions += more;
    }

    /** The same for a key as it is. */
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

    /** What it answers to a command, whole; empty: what memcached answers. */
    FakeMemcached answers(Function<String, String> answer) {
        answering = answer;
        return this;
    }

    /** Whether the answers that a test gives it come byte by byte. */
    FakeMemcached drips(Supplier<Boolean> yes) {
        dripping = yes;
        return this;
    }

    synchronized int items() {
        return items.size();
    }

    /** As old versions, it walks lists only. */
    FakeMemcached listsOnly() {
        listsOnly = true;
        return this;
    }

    /** From now on each walk meets this session twice, as it is and as it will have been. */
    synchronized void listsTwice(String key) {
        listedToo = line(key(key), items.get(key(key)));
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

    /** Closes all connections. */
    void hangUp() {
        connections.forEach(FakeMemcached::close);
    }

    /** Dies, and is there again at once with nothing in it. */
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
                // It was closed.
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
            // The guard will say what it makes of that.
        }
    }

    private void give(OutputStream out, String answer) throws IOException {
        if (!dripping.get()) {
            send(out, answer.getBytes(ISO_8859_1), PIECE << 8);
            return;
        }
        for (byte one : answer.getBytes(ISO_8859_1)) {
            Trio.pause(50);
            send(out, new byte[] {one}, 1);
        }
    }

    /** A long answer comes in pieces, and they end anywhere. */
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
        StringBuilder text = new StringBuilder(saysOk ? "OK\r\n" : "").append(listedToo);
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
