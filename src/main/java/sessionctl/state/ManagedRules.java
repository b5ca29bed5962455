package sessionctl.state;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of sessionctl in a filter table: its chains, and the jumps of INPUT to them. Comparison includes the order
 * of rules.
 *
 * @param chains rules by chain, each as iptables-save prints it
 * @param jumps in the order of their positions
 * @param policy the policy of INPUT, which mode full sets
 */
public record ManagedRules(Map<String, List<String>> chains, List<Jump> jumps, String policy) {
    /**
     * The chain of pairwise rules, which protect the memcached port. INPUT jumps to it first, so that no earlier rule
     * can allow other hosts.
     */
    public static final String PAIRWISE = "SESSIONCTL";

    /**
     * The chain of public ports in mode full. INPUT jumps to it last, so that fail2ban and similar programs decide
     * before it.
     */
    public static final String FULL = "SESSIONCTL-FULL";

    /** The guard's chain, which fences a memcached that is not filled yet. No firewall change touches it. */
    static final String FENCE = "SESSIONCTL-GATE";

    /** Every chain that a firewall change may create or remove. */
    public static final List<String> CHAINS = List.of(PAIRWISE, FULL);

    /**
     * A rule of INPUT that jumps to one of these chains.
     *
     * @param position in INPUT, from 1, other jumps of sessionctl included
     */
    public record Jump(int position, String chain) {}

    /** Keeps the order of the chains. */
    public ManagedRules {
        chains = Collections.unmodifiableMap(new LinkedHashMap<>(chains));
        jumps = List.copyOf(jumps);
    }

    /** Returns the rule that jumps to a chain. */
    static String jump(String chain) {
        return "-A INPUT -j " + chain;
    }

    /** Returns the absence of all rules, with this policy of INPUT. */
    public static ManagedRules none(String policy) {
        return new ManagedRules(Map.of(), List.of(), policy);
    }
}
