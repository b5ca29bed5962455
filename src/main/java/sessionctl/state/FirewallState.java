package sessionctl.state;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A droplet's packet filter, both families as one.
 *
 * @param v4 of iptables
 * @param v6 of ip6tables; null where the kernel has no IPv6
 * @param kept what our unit loads at boot, empty where there is none
 * @param loaders the other files that loading them takes, by path; empty texts for those that are missing
 */
public record FirewallState(FilterTable v4, @Nullable FilterTable v6, String kept, Map<String, String> loaders) {
    /** The script that loads the rules. */
    public static final String LOADER = "/var/lib/sessionctl/firewall/load.sh";

    /** The unit that calls it. */
    public static final String UNIT = "/etc/systemd/system/sessionctl-firewall.service";

    /** What calls it where another init than systemd runs; a line with its mode comes before its text. */
    public static final String SCRIPT = "/etc/init.d/sessionctl-firewall";

    /** Sorts the files. */
    public FirewallState {
        loaders = new TreeMap<>(loaders);
    }

    /** A packet filter of which only the rules are known or wanted. */
    public FirewallState(FilterTable v4, @Nullable FilterTable v6, String kept) {
        this(v4, v6, kept, Map.of());
    }
}
