package sessionctl.state;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The packet filter of a droplet, for IPv4 and IPv6. A large cluster has many of them with mostly equal rules, so equal
 * lines are shared in memory.
 *
 * @param v4 the table of iptables
 * @param v6 the table of ip6tables; null if the kernel has no IPv6
 * @param stored the rules that sessionctl's unit loads at boot; empty if there are none
 * @param loaders the other files needed to load them, by path; the text of a missing file is empty
 */
public record FirewallState(FilterTable v4, @Nullable FilterTable v6, SharedText stored, Map<String, String> loaders) {
    /** The path of the script that loads the rules. */
    public static final String LOADER = "/var/lib/sessionctl/firewall/load.sh";

    /** The path of the unit that calls the script. */
    public static final String UNIT = "/etc/systemd/system/sessionctl-firewall.service";

    /**
     * The path of the init script that calls it if the init is not systemd. Its mode comes as a line before its text.
     */
    public static final String SCRIPT = "/etc/init.d/sessionctl-firewall";

    /** Sorts the other files. Their texts are equal on most droplets. */
    public FirewallState {
        Map<String, String> sorted = new TreeMap<>();
        loaders.forEach((path, text) -> sorted.put(path, text.intern()));
        loaders = Collections.unmodifiableMap(sorted);
    }

    /** Creates a packet filter. Each droplet has a boot rule for every other droplet, so each line is shared. */
    public FirewallState(FilterTable v4, @Nullable FilterTable v6, String bootRules, Map<String, String> loaders) {
        this(v4, v6, SharedText.of(bootRules, 1), loaders);
    }

    /** Creates a packet filter of which only the rules are known or desired. */
    public FirewallState(FilterTable v4, @Nullable FilterTable v6, String bootRules) {
        this(v4, v6, bootRules, Map.of());
    }

    /** Returns the rules that sessionctl's unit loads at boot; empty if there are none. */
    public String bootRules() {
        return stored.toString();
    }

    /** Returns true if sessionctl's unit loads rules at boot. */
    public boolean hasBootRules() {
        return !stored.parts().isEmpty();
    }
}
