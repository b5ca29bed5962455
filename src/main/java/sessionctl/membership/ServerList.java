package sessionctl.membership;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sessionctl.ini.IniParser;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;
import sessionctl.state.PhpLayout;

/**
 * The memcached servers on which a droplet's PHP stores sessions. They are read from its php.ini and from the memcache
 * module's own file, which PHP reads later.
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
        String value = value(files(facts), directive).strip();
        return NUMBER.matcher(value).matches() ? Integer.parseInt(value) : otherwise;
    }

    /**
     * Returns HOST:PORT of each server, in the list's order; empty if PHP does not store its sessions in memcached. The
     * host is 127.0.0.1 for the loopback addresses, {@code unix} for a socket. It may be a name: which address that is
     * there is not known here.
     */
    static Set<String> of(DropletFacts facts) {
        List<IniParser> files = files(facts);
        if (!value(files, "session.save_handler").equalsIgnoreCase("memcache")) {
            return Set.of();
        }
        String savePath = value(files, "session.save_path");
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

    /** Returns the files that exist. The module's file comes first, because its values override those of php.ini. */
    private static List<IniParser> files(DropletFacts facts) {
        PhpLayout php = facts.state().php();
        List<IniParser> files = new ArrayList<>();
        for (String path : php == null ? List.<String>of() : List.of(php.memcacheIni(), php.phpIni())) {
            if (facts.state().file(path) instanceof FileState.Present ini) {
                files.add(IniParser.of(ini.content()));
            }
        }
        return files;
    }

    /** Returns the value that PHP reads for every host and path; empty if no file sets it. */
    private static String value(List<IniParser> files, String directive) {
        return files.stream()
                .flatMap(file -> Stream.ofNullable(file.value(directive)))
                .findFirst()
                .orElse("");
    }
}
