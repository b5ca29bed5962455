package sessionctl.state;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one look at a droplet found.
 *
 * @param addresses in the order of the interfaces
 * @param versions of the packages that are installed whole, by name
 * @param offers what apt would bring: the version of memcached, and what PHP's packages depend on, by their names; empty
 *     where it was not asked or does not know
 * @param legacyTables whether iptables is the legacy one, which this kernel cannot serve, while that for nftables works
 * @param memcachedFlags the running memcached's arguments without the program; empty when none runs
 * @param stored what the running memcached holds
 * @param gate who may reach it
 * @param settings of PHP's sessions in other files than ours
 * @param input the packet filter's INPUT and the pairwise rules; null where they are not known
 */
public record Actual(
        Platform platform,
        List<HeldAddress> addresses,
        Map<String, String> versions,
        Map<String, String> offers,
        boolean legacyTables,
        MemcachedFlags memcachedFlags,
        Stored stored,
        Gate gate,
        List<Elsewhere> settings,
        @Nullable FilterTable input,
        DropletState state) {
    private static final Pattern LOOPBACK =
            Pattern.compile("(?:inet6?:)?(?:127[.][0-9.]+|\\[?::1]?|localhost)(?::\\d+)?");

    private static final Pattern VERSION = Pattern.compile("(?:\\d{1,9}:)?(\\d{1,9})[.](\\d{1,9})[.].*");

    /** Copies the lists. */
    public Actual {
        addresses = List.copyOf(addresses);
        versions = Map.copyOf(versions);
        settings = List.copyOf(settings);
        offers = Map.copyOf(offers);
    }

    /** Whether its memcached has been stopped for good, as that of a droplet that has left: it is not started at boot either. */
    public boolean decommissioned() {
        ServiceState memcached = state.service("memcached");
        return !memcached.running() && !memcached.starting() && !memcached.enabled();
    }

    /** Whether its memcached runs and listens for other hosts, too. */
    public boolean servesOthers() {
        List<String> addresses = memcachedFlags.values("-l").stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .map(String::strip)
                .toList();
        boolean local = !addresses.isEmpty() && addresses.stream().allMatch(LOOPBACK.asMatchPredicate());
        return state.service("memcached").running()
                && !local
                && memcachedFlags.values("-s").isEmpty();
    }

    /** Who may connect to a port, as far as the packet filter decides it. */
    public FilterTable.Access access(int port) {
        return input == null ? FilterTable.Access.UNKNOWN : input.access(port);
    }

    /**
     * Whether its memcached can have a guard: from 231 on systemd starts programs with all privileges (systemd.service(5),
     * the sign +), from 1.5 on memcached says what it holds without being prepared for it (its doc/protocol.txt,
     * lru_crawler metadump).
     */
    public boolean guardable() {
        if (!platform.systemd()) {
            return false;
        }
        String version = versions.getOrDefault("memcached", offers.get("memcached"));
        if (version == null) {
            return newEnough();
        }
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches() && (Integer.parseInt(matcher.group(1)) > 1 || Integer.parseInt(matcher.group(2)) >= 5);
    }

    /** The releases that bring both. */
    private boolean newEnough() {
        String major = platform.version().replaceAll("[.].*", "");
        if (!major.matches("\\d{1,3}")) {
            // Debian's testing and unstable have no version.
            return platform.id().equals("debian") && major.isEmpty();
        }
        return Integer.parseInt(major) >= (platform.id().equals("ubuntu") ? 18 : 10);
    }
}
