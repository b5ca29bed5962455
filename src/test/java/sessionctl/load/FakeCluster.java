package sessionctl.load;

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

/** Web servers with one common store of sessions, and a fault that tests inject. */
final class FakeCluster implements AutoCloseable {
    /** A fault that may affect a request. */
    interface Fault {
        Fault NONE = (cluster, request) -> false;

        /** Returns true if the fault has answered the request itself. */
        boolean apply(FakeCluster cluster, Request request) throws IOException;
    }

    /**
     * A request as the page gets it.
     *
     * @param http the HTTP exchange
     * @param session the visitor's session, empty for a new visitor
     * @param droplet the address of the server
     * @param end to be run before the answer can be read, because the next request may follow at once
     */
    record Request(HttpExchange http, String session, String droplet, Runnable end) {
        void answer(int status, String text) throws IOException {
            end.run();
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            // Chunked from one server, with a length from the next: Apache sends both kinds of answers.
            http.sendResponseHeaders(status, droplet.hashCode() % 2 == 0 ? 0 : body.length);
            http.getResponseBody().write(body);
            http.close();
        }
    }

    /** The counter of each session. */
    final Map<String, Integer> counters = new ConcurrentHashMap<>();

    /** The number of requests to each address, and of those in flight for each address and session. */
    final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

    final Map<String, AtomicInteger> underWay = new ConcurrentHashMap<>();
    final AtomicInteger mostInFlight = new AtomicInteger();
    final AtomicInteger mostInFlightOfOneSession = new AtomicInteger();

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger all = new AtomicInteger();
    private final Fault fault;

    FakeCluster(int servers, Fault fault) throws IOException {
        this.fault = fault;
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
        mostInFlight.accumulateAndGet(all.incrementAndGet(), Math::max);
        began(droplet);
        mostInFlightOfOneSession.accumulateAndGet(
                request.session().isEmpty() ? 1 : began(request.session()), Math::max);
        try {
            if (!fault.apply(this, request)) {
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

    /** Answers as the real page does: increments the session's counter. */
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
