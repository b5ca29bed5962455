package sessionctl.state;

import java.util.List;
import java.util.Map;
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
}
