package sessionctl.state;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The facts that one probe of a droplet found.
 *
 * @param addresses in the order of the interfaces
 * @param versions the versions of completely installed packages, by name
 * @param offers the packages that apt would install, by name: the version of memcached, and the dependencies of PHP's
 *     packages; empty if apt was not asked or knows none
 * @param legacyTables true if iptables is the legacy variant, which this kernel does not support, while iptables-nft
 *     works
 * @param memcachedFlags the arguments of the running memcached, without the program; empty if it does not run
 * @param stats the amount of data in the running memcached
 * @param guardState the fence of its port and the peers that it blocks
 * @param settings settings of PHP's sessions in files that sessionctl does not manage, and what serves the sites
 * @param input INPUT of the packet filter and the pairwise rules; null if they are unknown
 * @param firewall the complete packet filter; empty tables if iptables is not installed, null if they are unknown
 * @param installation what the droplet has of sessionctl; null if it was not asked
 * @param conditions what may keep services from starting or files from being written
 */
public record DropletFacts(
        Platform platform,
        List<InterfaceAddress> addresses,
        Map<String, String> versions,
        Map<String, String> offers,
        boolean legacyTables,
        MemcachedFlags memcachedFlags,
        MemcachedStats stats,
        GuardState guardState,
        List<Assignment> settings,
        @Nullable FilterTable input,
        @Nullable FirewallFacts firewall,
        @Nullable Installation installation,
        RunConditions conditions,
        DropletState state) {
    private static final Pattern VERSION = Pattern.compile("(?:\\d{1,9}:)?(\\d{1,9})[.](\\d{1,9})[.].*");

    public DropletFacts {
        addresses = List.copyOf(addresses);
        versions = Map.copyOf(versions);
        settings = List.copyOf(settings);
        offers = Map.copyOf(offers);
    }

    /** Returns the PHPs that serve the droplet's sites; empty if the web servers do not show it. */
    public Set<PhpLayout> sitePhps() {
        return SitePhps.of(
                settings, state.features().stream().map(Feature::link).toList());
    }

    /** Returns true if memcached has been stopped permanently: it does not run and is not enabled at boot. */
    public boolean isDecommissioned() {
        ServiceState memcached = state.service("memcached");
        return !memcached.running() && !memcached.starting() && !memcached.enabled();
    }

    /** Returns true if iptables is installed. */
    public boolean hasIptables() {
        return state.packages().contains("iptables");
    }

    /** Returns true if memcached runs and listens for other hosts. */
    public boolean servesOthers() {
        return state.service("memcached").running() && !memcachedFlags.isLocal();
    }

    /** Returns which hosts may connect to a port according to the packet filter. */
    public FilterTable.Access access(int port) {
        return input == null ? FilterTable.Access.UNKNOWN : input.access(port);
    }

    /**
     * Returns true if memcached can have a guard. systemd 231 and newer can start a program with full privileges
     * (systemd.service(5), the + prefix). memcached 1.5 and newer lists its keys without preparation (its
     * doc/protocol.txt, lru_crawler metadump).
     */
    public boolean canHaveGuard() {
        if (!platform.systemd()) {
            return false;
        }
        String version = versions.getOrDefault("memcached", offers.get("memcached"));
        if (version == null) {
            return releaseIsNewEnough();
        }
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches() && (Integer.parseInt(matcher.group(1)) > 1 || Integer.parseInt(matcher.group(2)) >= 5);
    }

    /** Returns true for a release that ships both versions. */
    private boolean releaseIsNewEnough() {
        String major = platform.version().replaceAll("[.].*", "");
        if (!major.matches("\\d{1,3}")) {
            // Debian testing and unstable have no version.
            return platform.id().equals("debian") && major.isEmpty();
        }
        return Integer.parseInt(major) >= (platform.id().equals("ubuntu") ? 18 : 10);
    }
}
