package sessionctl.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The filter table of one address family, in the form of iptables-save(8) without counters and comments.
 *
 * @param policies the policies of all chains by name, in the table's order; {@code -} for chains that are not built in
 * @param rules all rules as printed, {@code -A CHAIN …}, in the table's order
 */
public record FilterTable(Map<String, String> policies, List<String> rules) {
    private static final String APPEND = "-A ";
    private static final String INPUT = "INPUT";
    private static final String FENCE = ManagedRules.jump(ManagedRules.FENCE);
    private static final String BLOCKS = "SESSIONCTL-SILENT";
    private static final List<String> BUILT_IN = List.of(INPUT, "FORWARD", "OUTPUT");

    /** Keeps the order of the policies. */
    public FilterTable {
        policies = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(policies));
        rules = List.copyOf(rules);
    }

    /** Parses the output of iptables-save -t filter; an empty text is an empty table. */
    public static FilterTable parse(String save) {
        return of(save.lines().toList());
    }

    /**
     * Parses the lines of that output. The blocks of the sentinel are left out: they come and go at any time, and a plan
     * must not differ for that.
     */
    public static FilterTable of(List<String> save) {
        Map<String, String> policies = new LinkedHashMap<>();
        BUILT_IN.forEach(chain -> policies.put(chain, "ACCEPT"));
        List<String> rules = new ArrayList<>();
        for (String line : save) {
            if (line.startsWith(":")) {
                String[] words = line.substring(1).split(" ", 3);
                if (words[0].equals(BLOCKS)) {
                    continue;
                }
                policies.put(words[0].intern(), words.length > 1 ? words[1].intern() : "-");
            } else if (line.startsWith(APPEND)
                    && !chain(line).equals(BLOCKS)
                    && !line.equals(APPEND + "OUTPUT -j " + BLOCKS)) {
                // Droplets of a large cluster have many rules, most of them equal.
                rules.add(line.intern());
            }
        }
        return new FilterTable(policies, rules);
    }

    /** Returns the rules of one chain. */
    private List<String> of(String chain) {
        return rules.stream().filter(r -> chain(r).equals(chain)).toList();
    }

    /** Returns the rules of sessionctl in this table. */
    public ManagedRules managedRules() {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        ManagedRules.CHAINS.stream().filter(policies::containsKey).forEach(c -> chains.put(c, of(c)));
        List<ManagedRules.Jump> jumps = new ArrayList<>();
        List<String> input = of(INPUT);
        for (int i = 0; i < input.size(); i++) {
            for (String chain : ManagedRules.CHAINS) {
                if (input.get(i).equals(ManagedRules.jump(chain))) {
                    jumps.add(new ManagedRules.Jump(i + 1, chain));
                }
            }
        }
        return new ManagedRules(chains, jumps, inputPolicy());
    }

    /** Returns the rules of INPUT, in their order. */
    public List<String> input() {
        return of(INPUT);
    }

    /** Returns the policy of INPUT. */
    public String inputPolicy() {
        return policies.getOrDefault(INPUT, "ACCEPT");
    }

    /** The hosts that may connect to a port. */
    public enum Access {
        /** A network of hosts may connect. */
        OPEN,
        /** No network of hosts may connect, at most single hosts. */
        CLOSED,
        /** The rules do not decide it: a rule for some hosts, or a chain that is not known here, does. */
        UNKNOWN
    }

    /** Returns which hosts may connect to a TCP port according to INPUT and the pairwise rules. */
    public Access access(int port) {
        List<PortRule> doubts = new ArrayList<>();
        for (PortRule rule : portRules(port)) {
            if (rule.decides()) {
                return access(rule.accepts(), doubts);
            }
            doubts.add(rule);
        }
        return access(inputPolicy().equals("ACCEPT"), doubts);
    }

    private static Access access(boolean accepted, List<PortRule> doubts) {
        if (doubts.stream().anyMatch(accepted ? PortRule::mayRefuse : PortRule::mayAccept)) {
            return Access.UNKNOWN;
        }
        return accepted ? Access.OPEN : Access.CLOSED;
    }

    /**
     * Returns the rules of INPUT for connections to a port. The pairwise rules stand in place of the jump to them; the
     * guard's fence is left out.
     */
    private List<PortRule> portRules(int port) {
        // A repeated rule decides nothing more. A droplet may have any number of jumps, and each adds all pairwise
        // rules.
        return of(INPUT).stream()
                .distinct()
                .filter(line -> !line.equals(FENCE))
                .flatMap(line -> line.equals(ManagedRules.jump(ManagedRules.PAIRWISE))
                        ? of(ManagedRules.PAIRWISE).stream()
                        : Stream.of(line))
                .map(line -> PortRule.of(line, port))
                .filter(rule -> !rule.passes())
                .toList();
    }

    /**
     * Returns the first position in INPUT that sessionctl's rules may have, from 1. The jump to the guard's chain, if
     * there is one, comes first.
     */
    public int firstPosition() {
        return of(INPUT).contains(FENCE) ? 2 : 1;
    }

    /** Returns true if a rule of another program precedes the jump to the guard's chain. */
    private boolean fenceIsLate() {
        List<String> foreign =
                of(INPUT).stream().filter(rule -> !isOurJump(rule)).toList();
        return foreign.indexOf(FENCE) > 0;
    }

    private static boolean isOurJump(String rule) {
        return ManagedRules.CHAINS.stream().anyMatch(c -> rule.equals(ManagedRules.jump(c)));
    }

    /** Returns the number of rules of INPUT that do not jump to one of {@link ManagedRules#CHAINS}. */
    public int foreignInputRules() {
        return of(INPUT).size() - managedRules().jumps().size();
    }

    /**
     * Returns this table with other rules of sessionctl in place of its own. Other rules are kept in their order; only
     * a late jump to the guard's chain moves to the first position.
     */
    public FilterTable with(ManagedRules own) {
        Map<String, String> chains = new LinkedHashMap<>();
        List<String> added = new ArrayList<>(own.chains().keySet());
        policies.forEach((chain, policy) -> {
            if (!BUILT_IN.contains(chain) && !ManagedRules.CHAINS.contains(chain)) {
                added.stream().filter(c -> c.compareTo(chain) < 0).toList().forEach(c -> chains.put(c, "-"));
                added.removeIf(c -> c.compareTo(chain) < 0);
            }
            if (!ManagedRules.CHAINS.contains(chain)) {
                chains.put(chain, policy);
            }
        });
        added.forEach(c -> chains.put(c, "-"));
        chains.put(INPUT, own.policy());
        List<String> input = new ArrayList<>(of(INPUT));
        input.removeIf(FilterTable::isOurJump);
        if (fenceIsLate() && !own.jumps().isEmpty()) {
            input.remove(FENCE);
            input.add(0, FENCE);
        }
        own.jumps().forEach(j -> input.add(Math.min(j.position() - 1, input.size()), ManagedRules.jump(j.chain())));
        List<String> all = new ArrayList<>(rules);
        all.removeIf(r -> chain(r).equals(INPUT) || ManagedRules.CHAINS.contains(chain(r)));
        Map<String, Integer> order = new HashMap<>();
        chains.keySet().forEach(chain -> order.put(chain, order.size()));
        insert(all, order, INPUT, input);
        own.chains().forEach((chain, ownRules) -> insert(all, order, chain, ownRules));
        return new FilterTable(chains, all);
    }

    /** Inserts the rules of a chain before those of later chains. */
    private static void insert(List<String> all, Map<String, Integer> order, String chain, List<String> inserted) {
        int own = order.getOrDefault(chain, -1);
        int at = 0;
        while (at < all.size() && order.getOrDefault(chain(all.get(at)), -1) <= own) {
            at++;
        }
        all.addAll(at, inserted);
    }

    private static String chain(String rule) {
        int end = rule.indexOf(' ', APPEND.length());
        return rule.substring(APPEND.length(), end < 0 ? rule.length() : end);
    }

    /** Returns the table as iptables-save prints it, without counters and comments. */
    public String text() {
        StringBuilder text = new StringBuilder("*filter\n");
        policies.forEach((chain, policy) ->
                text.append(':').append(chain).append(' ').append(policy).append('\n'));
        rules.forEach(rule -> text.append(rule).append('\n'));
        return text.append("COMMIT\n").toString();
    }

    /**
     * Returns the input for iptables-restore(8) --noflush that replaces the rules of sessionctl in one step.
     *
     * @param wanted the rules of sessionctl after that
     */
    public String program(ManagedRules wanted) {
        ManagedRules now = managedRules();
        List<String> lines = new ArrayList<>(List.of("*filter"));
        if (!wanted.policy().equals(now.policy())) {
            lines.add(":" + INPUT + " " + wanted.policy() + " [0:0]");
        }
        wanted.chains().keySet().forEach(c -> lines.add(":" + c + " - [0:0]"));
        wanted.chains().values().forEach(lines::addAll);
        now.jumps().forEach(j -> lines.add("-D " + INPUT + " -j " + j.chain()));
        if (fenceIsLate() && !wanted.jumps().isEmpty()) {
            lines.add(FENCE.replace("-A ", "-D "));
            lines.add(FENCE.replace("-A INPUT ", "-I INPUT 1 "));
        }
        int last = foreignInputRules() + wanted.jumps().size();
        // An appended last rule gets its place even if other programs add or remove rules at the same time.
        wanted.jumps()
                .forEach(j -> lines.add(
                        j.position() > 1 && j.position() >= last
                                ? "-A " + INPUT + " -j " + j.chain()
                                : "-I " + INPUT + " " + j.position() + " -j " + j.chain()));
        for (String gone : now.chains().keySet()) {
            if (!wanted.chains().containsKey(gone)) {
                lines.add("-F " + gone);
                lines.add("-X " + gone);
            }
        }
        lines.add("COMMIT");
        return String.join("\n", lines) + "\n";
    }
}
