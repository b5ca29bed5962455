package sessionctl.membership;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.guard.GuardProgram;
import sessionctl.ini.EffectiveSettings;
import sessionctl.state.Assignment;
import sessionctl.state.DropletFacts;
import sessionctl.state.PhpLayout;

/**
 * The memcached servers on which a droplet's PHP stores sessions.
 */
public final class ServerList {
    private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");

    /** A URL as php_url_parse() reads it. Without a scheme and slashes, a port makes the first part a host. */
    private static final Pattern URL = Pattern.compile(
            "((?:[A-Za-z0-9+.-]+:)?//(?:[^/?#@]*@)?)?+(\\[[^\\]\\[]*+]|[^:/?#@\\[]+)(?::(\\d{0,5}))?(?:[/?#].*)?");

    private static final Set<String> LOOPBACK = Set.of("localhost", "[::1]");
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern ADDRESS = Pattern.compile(BYTE + "([.]" + BYTE + "){3}:\\d{1,5}");
    private static final Pattern UNUSUAL = Pattern.compile("[^A-Za-z0-9_.:/\\[\\]-]");
    private static final String MASK = "?";
    private static final int USUAL_PORT = 11211;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /** The list that was read last. Most droplets of a large cluster have equal lists, and each is read several times. */
    private static volatile Servers last = new Servers("", Set.of());

    private record Servers(String savePath, Set<String> servers) {}

    private ServerList() {}

    /**
     * Returns the number of replicas of a session that PHP writes; 0 if no PHP is installed. Versions of the module
     * before 4.0 write one less than memcache.session_redundancy (memcache_session.c).
     */
    static int copies(DropletFacts facts) {
        PhpLayout php = facts.state().php();
        if (php == null) {
            return 0;
        }
        int redundancy = number(facts, "memcache.session_redundancy", 2);
        return php.hasModule4() ? redundancy : redundancy - 1;
    }

    /**
     * Returns the seconds that PHP waits for the lock of a session.
     *
     * @param otherwise the value to return if PHP's files do not set it
     */
    public static int lockTimeout(DropletFacts facts, int otherwise) {
        return number(facts, "memcache.lock_timeout", otherwise);
    }

    private static int number(DropletFacts facts, String directive, int otherwise) {
        String value = EffectiveSettings.of(facts).value(directive).strip();
        return NUMBER.matcher(value).matches() ? Integer.parseInt(value) : otherwise;
    }

    /**
     * Returns HOST:PORT of each server, in the list's order; empty if PHP does not store its sessions in memcached. The
     * host is 127.0.0.1 for the loopback addresses, {@code unix} for a socket. It may be a name: which address that is
     * there is not known here.
     *
     * <p>Where sessionctl has installed the guard, the list of its own files counts: a line that overrides it is a
     * finding, and changes no membership. Elsewhere PHP's own list counts, and that of a host, site or folder if PHP has
     * no other one. If none counts, because another file selects another storage, it is the list of the files that
     * sessionctl manages: their servers may still hold sessions.
     */
    static Set<String> of(DropletFacts facts) {
        EffectiveSettings settings = EffectiveSettings.of(facts);
        List<Map<String, Assignment>> own = List.of(settings.own());
        boolean managed = facts.state().files().containsKey(GuardProgram.PATH);
        return Stream.of(managed ? own : settings.sites(), settings.sites(), settings.places(), own)
                .map(ServerList::savePath)
                .filter(path -> !path.isEmpty())
                .findFirst()
                .map(ServerList::servers)
                .orElse(Set.of());
    }

    /** Returns the URLs of all servers in which some of these places store sessions. */
    private static String savePath(List<Map<String, Assignment>> places) {
        return places.stream()
                .filter(place -> value(place, "session.save_handler").equalsIgnoreCase("memcache"))
                .map(EffectiveSettings::savePath)
                .distinct()
                .collect(Collectors.joining(" "))
                .strip();
    }

    private static String value(Map<String, Assignment> place, String name) {
        Assignment line = place.get(name);
        return line == null ? "" : line.value();
    }

    private static Set<String> servers(String savePath) {
        Servers known = last;
        if (!known.savePath().equals(savePath)) {
            Set<String> servers = new LinkedHashSet<>();
            for (String url : SEPARATOR.split(savePath)) {
                server(url).ifPresent(servers::add);
            }
            known = new Servers(savePath, Collections.unmodifiableSet(servers));
            last = known;
        }
        return known.servers();
    }

    /** Parses one URL of session.save_path as the memcache module does (memcache_session.c). */
    private static Optional<String> server(String url) {
        if (url.startsWith("unix:") || url.startsWith("file:")) {
            return Optional.of(legible("unix" + url.split("[?#]", 2)[0].substring("unix".length())));
        }
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String written = Objects.requireNonNullElse(parts.group(3), "");
        if (parts.group(1) == null && written.isEmpty()) {
            return Optional.empty();
        }
        String host = LOOPBACK.contains(parts.group(2).toLowerCase(Locale.ROOT)) ? "127.0.0.1" : parts.group(2);
        int port = written.isEmpty() ? 0 : Integer.parseInt(written);
        return Optional.of(legible(host + ":" + (port == 0 ? USUAL_PORT : port)));
    }

    private static String legible(String server) {
        return UNUSUAL.matcher(server).replaceAll(MASK);
    }

    /** Returns true if the list of a droplet's PHP names the server at this private address. */
    public static boolean contains(DropletFacts facts, String address) {
        return of(facts).stream().anyMatch(server -> host(server).equals(address));
    }

    /** Returns true if the host of a server is an IPv4 address, not a name, a socket or an IPv6 address. */
    static boolean isAddress(String server) {
        return ADDRESS.matcher(server).matches();
    }

    /** Returns the host of a server. */
    static String host(String server) {
        return server.substring(0, server.indexOf(':'));
    }
}
