package sessionctl.keeper;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Web servers with one store of sessions, and a trick that they play on the visitor. */
final class FakeCluster implements AutoCloseable {
    /** What is done to one request. */
    interface Trick {
        Trick NONE = (cluster, request) -> false;

        /** True when it has dealt with the request itself. */
        boolean play(FakeCluster cluster, Request request) throws IOException;
    }

    /**
     * A request as the page sees it.
     *
     * @param session the visitor's session, empty for a new visitor
     * @param droplet the address of the server
     * @param end to be run before the answer can be read, for the next request may come at once
     */
    record Request(HttpExchange http, String session, String droplet, Runnable end) {
        void answer(int status, String text) throws IOException {
            end.run();
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            // Chunks from one, a length from the next: Apache's answers have either.
            http.sendResponseHeaders(status, droplet.hashCode() % 2 == 0 ? 0 : body.length);
            http.getResponseBody().write(body);
            http.close();
        }
    }

    /** Session to counter. */
    final Map<String, Integer> counters = new ConcurrentHashMap<>();

    /** Address to requests, and to those that are under way. */
    final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

    final Map<String, AtomicInteger> underWay = new ConcurrentHashMap<>();
    final AtomicInteger most = new AtomicInteger();
    final AtomicInteger mostOfOneSession = new AtomicInteger();

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger all = new AtomicInteger();
    private final Trick trick;

    FakeCluster(int servers, Trick trick) throws IOException {
        this.trick = trick;
        for (int i = 0; i < servers; i++) {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
            server.setExecutor(threads);
            server.createContext("/page.php", this::handle);
            server.start();
            this.servers.add(server);
        }
    }

    List<String> addresses() {
        return servers.stream().map(FakeCluster::address).toList();
    }

    private static String address(HttpServer server) {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange http) throws IOException {
        String cookie = http.getRequestHeaders().getFirst("Cookie");
        String droplet = "127.0.0.1:" + http.getLocalAddress().getPort();
        String session = cookie == null ? "" : cookie.replace("PHPSESSID=", "");
        AtomicBoolean ended = new AtomicBoolean();
        Request request = new Request(http, session, droplet, () -> {
            if (ended.compareAndSet(false, true)) {
                ended(session, droplet);
            }
        });
        asked.computeIfAbsent(droplet, d -> new AtomicInteger()).incrementAndGet();
        most.accumulateAndGet(all.incrementAndGet(), Math::max);
        began(droplet);
        mostOfOneSession.accumulateAndGet(request.session().isEmpty() ? 1 : began(request.session()), Math::max);
        try {
            if (!trick.play(this, request)) {
                count(request);
            }
        } finally {
            request.end().run();
        }
    }

    private void ended(String session, String droplet) {
        all.decrementAndGet();
        underWay.get(droplet).decrementAndGet();
        if (!session.isEmpty()) {
            underWay.get(session).decrementAndGet();
        }
    }

    private int began(String what) {
        return underWay.computeIfAbsent(what, d -> new AtomicInteger()).incrementAndGet();
    }

    /** What the page does. */
    void count(Request request) throws IOException {
        String session = request.session();
        if (session.isEmpty()) {
            session = "s" + ids.incrementAndGet();
            request.http().getResponseHeaders().set("Set-Cookie", "PHPSESSID=" + session + "; path=/");
        }
        request.answer(200, counters.merge(session, 1, Integer::sum) + "\n");
    }

    int requests() {
        return asked.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
    }
}
