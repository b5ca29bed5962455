package sessionctl.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Our part of a filter table: chains of our own, and from where INPUT jumps to them. Compared whole, order included.
 *
 * @param chains rules by chain, each as iptables-save prints it
 * @param jumps in the order of their positions
 * @param policy of INPUT, which mode full sets
 */
public record OwnRules(Map<String, List<String>> chains, List<Jump> jumps, String policy) {
    /** Guards the memcached port; the first rule of INPUT, so that nothing before it can let a stranger in. */
    public static final String GUARD = "SESSIONCTL";

    /** The public ports of mode full; the last rule of INPUT, so that fail2ban and the like have their say before. */
    public static final String FULL = "SESSIONCTL-FULL";

    /** Keeps PHP away from a memcached that is not filled yet; the guard's own, which no firewall change touches. */
    static final String GATE = "SESSIONCTL-GATE";

    /** Every chain that may be ours. */
    public static final List<String> CHAINS = List.of(GUARD, FULL);

    /**
     * A rule of INPUT that jumps to a chain of ours.
     *
     * @param position in INPUT, from 1, ours counted
     */
    public record Jump(int position, String chain) {}

    /** Copies everything, order kept. */
    public OwnRules {
        chains = Collections.unmodifiableMap(new LinkedHashMap<>(chains));
        jumps = List.copyOf(jumps);
    }

    /** The rule that jumps to a chain. */
    static String jump(String chain) {
        return "-A INPUT -j " + chain;
    }

    /** Nothing of ours, INPUT with this policy. */
    public static OwnRules none(String policy) {
        return new OwnRules(Map.of(), List.of(), policy);
    }
}
