package sessionctl.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The filter table of one address family in the form of iptables-save(8), without counters and comments.
 *
 * @param policies of the built-in chains by name, {@code -} for the others, in the table's order
 * @param rules in the table's order, each as it stands, {@code -A CHAIN …}
 */
public record FilterTable(Map<String, String> policies, List<String> rules) {
    private static final String APPEND = "-A ";
    private static final String INPUT = "INPUT";
    private static final String GATE = OwnRules.jump(OwnRules.GATE);
    private static final List<String> BUILT_IN = List.of(INPUT, "FORWARD", "OUTPUT");

    /** Copies everything, order kept. */
    public FilterTable {
        policies = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(policies));
        rules = List.copyOf(rules);
    }

    /** Reads what iptables-save -t filter prints; an empty text is an empty table. */
    public static FilterTable parse(String save) {
        return of(save.lines().toList());
    }

    /** Reads its lines. */
    public static FilterTable of(List<String> save) {
        Map<String, String> policies = new LinkedHashMap<>();
        BUILT_IN.forEach(chain -> policies.put(chain, "ACCEPT"));
        List<String> rules = new ArrayList<>();
        for (String line : save) {
            if (line.startsWith(":")) {
                String[] words = line.substring(1).split(" ", 3);
                policies.put(words[0].intern(), words.length > 1 ? words[1].intern() : "-");
            } else if (line.startsWith(APPEND)) {
                // All droplets of a large cluster have many rules, and nearly the same ones.
                rules.add(line.intern());
            }
        }
        return new FilterTable(policies, rules);
    }

    /** The rules of one chain. */
    private List<String> of(String chain) {
        return rules.stream().filter(r -> chain(r).equals(chain)).toList();
    }

    /** What of it is ours. */
    public OwnRules own() {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        OwnRules.CHAINS.stream().filter(policies::containsKey).forEach(c -> chains.put(c, of(c)));
        List<OwnRules.Jump> jumps = new ArrayList<>();
        List<String> input = of(INPUT);
        for (int i = 0; i < input.size(); i++) {
            for (String chain : OwnRules.CHAINS) {
                if (input.get(i).equals(OwnRules.jump(chain))) {
                    jumps.add(new OwnRules.Jump(i + 1, chain));
                }
            }
        }
        return new OwnRules(chains, jumps, inputPolicy());
    }

    /** The rules of INPUT, in their order. */
    public List<String> input() {
        return of(INPUT);
    }

    /** The policy of INPUT. */
    public String inputPolicy() {
        return policies.getOrDefault(INPUT, "ACCEPT");
    }

    /** Who may connect to a port. */
    public enum Access {
        /** Hosts of a network to which the port is not to be open. */
        OPEN,
        /** Single hosts only, as far as the rules decide it. */
        CLOSED,
        /** A rule for some hosts, or a chain that is not known here, decides it. */
        UNKNOWN
    }

    /** Who may connect to a TCP port, as far as INPUT and the pairwise rules decide it. */
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

    /** What INPUT does with connections to a port, the pairwise rules in their place, the guard's gate left out. */
    private List<PortRule> portRules(int port) {
        // A rule that stands there again decides nothing more, and each jump takes as many rules along as a droplet
        // likes.
        return of(INPUT).stream()
                .distinct()
                .filter(line -> !line.equals(GATE))
                .flatMap(line ->
                        line.equals(OwnRules.jump(OwnRules.GUARD)) ? of(OwnRules.GUARD).stream() : Stream.of(line))
                .map(line -> PortRule.of(line, port))
                .filter(rule -> !rule.passes())
                .toList();
    }

    /** The first place in INPUT, from 1, that may be ours: the guard's gate, if there is one, comes before all others. */
    public int first() {
        return of(INPUT).contains(GATE) ? 2 : 1;
    }

    /** Whether somebody's rule has come before the guard's gate, our own left out. */
    private boolean gateIsLate() {
        List<String> foreign =
                of(INPUT).stream().filter(rule -> !isOurJump(rule)).toList();
        return foreign.indexOf(GATE) > 0;
    }

    private static boolean isOurJump(String rule) {
        return OwnRules.CHAINS.stream().anyMatch(c -> rule.equals(OwnRules.jump(c)));
    }

    /** How many rules of INPUT are not our jumps. */
    public int foreignInputRules() {
        return of(INPUT).size() - own().jumps().size();
    }

    /** The table with these rules of ours in the place of those that it has; nobody else's rule moves. */
    public FilterTable with(OwnRules own) {
        Map<String, String> chains = new LinkedHashMap<>();
        List<String> added = new ArrayList<>(own.chains().keySet());
        policies.forEach((chain, policy) -> {
            if (!BUILT_IN.contains(chain) && !OwnRules.CHAINS.contains(chain)) {
                added.stream().filter(c -> c.compareTo(chain) < 0).toList().forEach(c -> chains.put(c, "-"));
                added.removeIf(c -> c.compareTo(chain) < 0);
            }
            if (!OwnRules.CHAINS.contains(chain)) {
                chains.put(chain, policy);
            }
        });
        added.forEach(c -> chains.put(c, "-"));
        chains.put(INPUT, own.policy());
        List<String> input = new ArrayList<>(of(INPUT));
        input.removeIf(FilterTable::isOurJump);
        if (gateIsLate() && !own.jumps().isEmpty()) {
            input.remove(GATE);
            input.add(0, GATE);
        }
        own.jumps().forEach(j -> input.add(Math.min(j.position() - 1, input.size()), OwnRules.jump(j.chain())));
        List<String> all = new ArrayList<>(rules);
        all.removeIf(r -> chain(r).equals(INPUT) || OwnRules.CHAINS.contains(chain(r)));
        Map<String, Integer> order = new HashMap<>();
        chains.keySet().forEach(chain -> order.put(chain, order.size()));
        insert(all, order, INPUT, input);
        own.chains().forEach((chain, ownRules) -> insert(all, order, chain, ownRules));
        return new FilterTable(chains, all);
    }

    /** Puts a chain's rules before those of the chains that come after it. */
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

    /** The table as iptables-save prints it, but for counters and comments. */
    public String text() {
        StringBuilder text = new StringBuilder("*filter\n");
        policies.forEach((chain, policy) ->
                text.append(':').append(chain).append(' ').append(policy).append('\n'));
        rules.forEach(rule -> text.append(rule).append('\n'));
        return text.append("COMMIT\n").toString();
    }

    /**
     * What iptables-restore(8) --noflush reads to turn our part of this table into that one, in one step.
     *
     * @param wanted what shall be ours afterwards
     */
    public String program(OwnRules wanted) {
        OwnRules now = own();
        List<String> lines = new ArrayList<>(List.of("*filter"));
        if (!wanted.policy().equals(now.policy())) {
            lines.add(":" + INPUT + " " + wanted.policy() + " [0:0]");
        }
        wanted.chains().keySet().forEach(c -> lines.add(":" + c + " - [0:0]"));
        wanted.chains().values().forEach(lines::addAll);
        now.jumps().forEach(j -> lines.add("-D " + INPUT + " -j " + j.chain()));
        if (gateIsLate() && !wanted.jumps().isEmpty()) {
            lines.add(GATE.replace("-A ", "-D "));
            lines.add(GATE.replace("-A INPUT ", "-I INPUT 1 "));
        }
        int last = foreignInputRules() + wanted.jumps().size();
        // Appended, the last one gets its place also where somebody else's rules come or go meanwhile.
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
