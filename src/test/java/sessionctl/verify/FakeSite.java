package sessionctl.verify;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;

/**
 * A cluster in memory, at loopback addresses. Each droplet's PHP writes every session to every memcached that runs,
 * and reads it from the first that runs. It serves HTTP and answers the scripts of a verification.
 */
public final class FakeSite implements Shells, AutoCloseable {
    /** Requests and scripts in order, each as {@code lamp01: page-up}. */
    public final List<String> log = new CopyOnWriteArrayList<>();

    /** Droplets whose PHP uses another value, by name: directive, value. */
    public final Map<String, List<String>> settings = new HashMap<>();

    /** Exit codes of failing log entries. */
    final Map<String, Integer> failing = new HashMap<>();

    /** Log entries at which the connection breaks. */
    final Set<String> losing = new HashSet<>();

    /** Droplets whose PHP begins an empty session if its first memcached lacks the session. */
    final Set<String> forgetful = new HashSet<>();

    /** Droplets without a guard. */
    final Set<String> unguarded = new HashSet<>();

    final Set<String> withoutSystemd = new HashSet<>();

    /** States of the guards that keep PHP away, by droplet. */
    final Map<String, String> fenced = new HashMap<>();

    /** Droplets whose memcached loses its sessions after its drill. */
    final Set<String> leaky = new HashSet<>();

    /** True if a server that rejoins stays empty. */
    boolean returnsEmpty;

    public final Cluster cluster;
    public final int port;

    private final Map<String, HttpServer> servers = new TreeMap<>();
    private final Map<String, Map<String, int[]>> held = new TreeMap<>();
    private final Set<String> stopped = new HashSet<>();
    private final Set<String> back = new HashSet<>();
    private Consumer<String> watcher = entry -> {};
    private int sessions;

    public FakeSite(int droplets) throws IOException {
        StringBuilder inventory = new StringBuilder("droplets:\n");
        int found = 0;
        for (int i = 1; i <= droplets; i++) {
            String name = "lamp0" + i;
            inventory.append("  - {name: " + name + ", public_ip: 127.0.1." + i + ", private_ip: 10.98.0." + i + "}\n");
            HttpServer server = HttpServer.create(new InetSocketAddress("127.0.1." + i, found), 0);
            server.createContext("/", exchange -> answer(name, exchange));
            server.start();
            found = server.getAddress().getPort();
            servers.put(name, server);
            held.put(name, new TreeMap<>());
        }
        cluster = Samples.cluster(inventory.toString());
        port = found;
    }

    /** Sets a callback that gets every log entry before it is answered. */
    public void watched(Consumer<String> by) {
        watcher = by;
    }

    /** Stops a droplet's web server. */
    void stopWeb(String name) {
        HttpServer server = servers.get(name);
        if (server != null) {
            server.stop(0);
        }
    }

    /** Returns true if no server holds any session. */
    synchronized boolean empty() {
        return held.values().stream().allMatch(Map::isEmpty);
    }

    private synchronized void answer(String name, HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        String body = query.startsWith("do=settings") ? settings(name) : count(name, exchange, query);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String settings(String name) {
        List<String> other = settings.getOrDefault(name, List.of("session.name", "S"));
        return "{\"php\":\"8.2\",\"sapi\":\"apache2handler\",\"module\":\"4\",\"dir\":\"/var/www/html\",\"loaded\":\"/etc/php.ini\","
                + "\"values\":{\"" + other.get(0) + "\":[\"" + other.get(1) + "\",\"" + other.get(1) + "\"]}}";
    }

    private String count(String name, HttpExchange exchange, String query) {
        String cookie = exchange.getRequestHeaders().getFirst("Cookie");
        String id = cookie == null ? "s" + ++sessions : cookie.replaceAll(".*=", "");
        List<String> up =
                held.keySet().stream().filter(h -> !stopped.contains(h)).toList();
        if (cookie != null) {
            log.add(name + ": read " + id);
        }
        // The first server depends on the session, as with PHP's hash.
        int first = id.hashCode() % up.size();
        int[] before = held.getOrDefault(up.get(first), Map.of()).get(id);
        for (String server : up) {
            if (before == null && !forgetful.contains(name)) {
                before = held.getOrDefault(server, Map.of()).get(id);
            }
        }
        int[] now = {before == null ? 1 : before[0] + 1, Integer.parseInt(query.replaceAll(".*step=", ""))};
        up.forEach(server -> held.getOrDefault(server, new TreeMap<>()).put(id, now));
        return "{\"name\":\"S\",\"id\":\"" + id + "\",\"visits\":" + now[0] + ",\"before\":"
                + (before == null ? 0 : before[1]) + ",\"errors\":[]}";
    }

    @Override
    public Shell open(Droplet droplet) throws SshFailure {
        return new Shell() {
            @Override
            public CommandResult run(Command command) throws SshFailure {
                String entry = droplet.name() + ": " + kind(command);
                log.add(entry);
                watcher.accept(entry);
                if (losing.contains(entry)) {
                    throw new SshFailure(SshFailure.Kind.LOST, droplet + ": lost");
                }
                Integer exit = failing.get(entry);
                return exit == null ? done(droplet, command) : new CommandResult(exit, "", "");
            }

            @Override
            public void close() {}
        };
    }

    private static String kind(Command command) {
        String text = String.join(" ", command.words());
        return text.contains("# The probe page on this droplet")
                ? "page-" + command.words().get(3)
                : text.contains("Looks for sessions")
                        ? "copies " + command.words().get(4)
                        : text.contains("One step of a drill")
                                ? "drill " + command.words().get(4)
                                : text.contains("Tries TCP ports") ? "ports" : "facts";
    }

    private synchronized CommandResult done(Droplet droplet, Command command) {
        String name = droplet.name();
        return switch (kind(command)) {
            case "facts" -> facts(droplet);
            case "ports" -> new CommandResult(0, ports(command), "");
            case "copies get" -> new CommandResult(0, copies(name, command), "");
            case "copies delete", "page-down" -> {
                command.input().lines().forEach(held.getOrDefault(name, new TreeMap<>())::remove);
                yield new CommandResult(0, "", "");
            }
            case "drill cut" -> {
                stopped.add(name);
                yield new CommandResult(0, "", "");
            }
            case "drill stop" -> {
                held.put(name, new TreeMap<>());
                yield new CommandResult(0, "", "");
            }
            case "drill start", "drill back" -> {
                stopped.remove(name);
                back.add(name);
                if (!returnsEmpty) {
                    held.keySet().stream()
                            .filter(peer -> !peer.equals(name))
                            .findFirst()
                            .ifPresent(peer -> held.put(name, new TreeMap<>(held.getOrDefault(peer, Map.of()))));
                }
                yield new CommandResult(0, "", "");
            }
            default -> new CommandResult(0, "", "");
        };
    }

    private static String ports(Command command) {
        List<String> lines = new ArrayList<>();
        command.words().stream().filter(w -> w.matches("[0-9.]+:\\d+")).forEach(w -> lines.add(w + " open\n"));
        return String.join("", lines);
    }

    private String copies(String name, Command command) {
        StringBuilder lines = new StringBuilder();
        command.input().lines().forEach(id -> {
            int[] value = leaky.contains(name) && back.contains(name)
                    ? null
                    : held.getOrDefault(name, Map.of()).get(id);
            lines.append(id)
                    .append(value == null ? " -" : String.format(" %08x%08x", value[0], value[1]))
                    .append('\n');
        });
        return lines.toString();
    }

    private CommandResult facts(Droplet droplet) {
        try {
            Answer answer = Answer.named("debian-12-provisioned")
                    .replacing("10.98.0.1", droplet.privateIp().text());
            if (!unguarded.contains(droplet.name())) {
                answer = Samples.guarded(answer, cluster, droplet)
                        .with("guard", "open 1795502181 0 sessions from no other server");
            }
            if (fenced.containsKey(droplet.name())) {
                answer = answer.with("gate", "-A SESSIONCTL-GATE -j REJECT")
                        .with("guard", fenced.getOrDefault(droplet.name(), ""));
            }
            if (withoutSystemd.contains(droplet.name())) {
                answer = answer.with("init", "other");
            }
            return answer.result();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        servers.values().forEach(server -> server.stop(0));
    }
}
