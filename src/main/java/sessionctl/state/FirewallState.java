package sessionctl.state;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A droplet's packet filter, both families as one. A large cluster has many of them, of many rules that are the same, so
 * that one copy of each line is kept.
 */
public final class FirewallState {
    /** The script that loads the rules. */
    public static final String LOADER = "/var/lib/sessionctl/firewall/load.sh";

    /** The unit that calls it. */
    public static final String UNIT = "/etc/systemd/system/sessionctl-firewall.service";

    /** What calls it where another init than systemd runs; a line with its mode comes before its text. */
    public static final String SCRIPT = "/etc/init.d/sessionctl-firewall";

    private final FilterTable v4;
    private final @Nullable FilterTable v6;
    private final SharedText kept;
    private final Map<String, String> loaders = new TreeMap<>();

    /**
     * A packet filter.
     *
     * @param v4 of iptables
     * @param v6 of ip6tables; null where the kernel has no IPv6
     * @param kept what our unit loads at boot, empty where there is none
     * @param loaders the other files that loading them takes, by path; empty texts for those that are missing
     */
    public FirewallState(FilterTable v4, @Nullable FilterTable v6, String kept, Map<String, String> loaders) {
        this.v4 = v4;
        this.v6 = v6;
        // Each droplet has a line for every other one.
        this.kept = SharedText.of(kept, 1);
        loaders.forEach((path, text) -> this.loaders.put(path, text.intern()));
    }

    /** A packet filter of which only the rules are known or wanted. */
    public FirewallState(FilterTable v4, @Nullable FilterTable v6, String kept) {
        this(v4, v6, kept, Map.of());
    }

    /** The table of iptables. */
    public FilterTable v4() {
        return v4;
    }

    /** The table of ip6tables; null where the kernel has no IPv6. */
    public @Nullable FilterTable v6() {
        return v6;
    }

    /** What our unit loads at boot, empty where there is none. */
    public String kept() {
        return kept.toString();
    }

    /** Whether our unit loads anything at boot. */
    public boolean keeps() {
        return !kept.isEmpty();
    }

    /** Whether the unit of another loads the same at boot. */
    public boolean keepsAs(FirewallState other) {
        return kept.equals(other.kept);
    }

    /** The other files that loading the rules takes, by path, sorted. */
    public Map<String, String> loaders() {
        return new TreeMap<>(loaders);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FirewallState state
                && v4.equals(state.v4)
                && Objects.equals(v6, state.v6)
                && kept.equals(state.kept)
                && loaders.equals(state.loaders);
    }

    @Override
    public int hashCode() {
        return Objects.hash(v4, v6, kept, loaders);
    }

    @Override
    public String toString() {
        return "FirewallState[v4=" + v4 + ", v6=" + v6 + ", kept=" + kept() + ", loaders=" + loaders + "]";
    }
}
