package sessionctl.state;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The meaning of one rule of the filter table for new TCP connections from other hosts to a port (iptables(8),
 * iptables-extensions(8)).
 *
 * @param matches the connections that it matches
 * @param most true if it matches, or may match, all but some hosts or interfaces
 * @param target ACCEPT, DROP, a chain or empty
 */
record PortRule(Matches matches, boolean most, String target) {
    /** The connections that a rule matches; SOME if the rule does not tell which. */
    enum Matches {
        NONE,
        SOME,
        ALL;

        /** Returns this, or which connections match instead if the option is negated. */
        private Matches negated(boolean not) {
            return !not || this == SOME ? this : this == ALL ? NONE : ALL;
        }
    }

    /** Targets after which the next rule is tried. */
    private static final Set<String> PASSING =
            Set.of("", "LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "SECMARK", "CONNSECMARK", "TRACE", "AUDIT", "SET");

    /** A port, or a range whose first or last port may be missing. */
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5}|(?=:))(?::(\\d{0,5}))?");

    private static final Pattern COMMENT = Pattern.compile("-m comment --comment (?:\"(?:[^\"\\\\]|\\\\.)*+\"|\\S++)");

    private static final PortRule FOR_ONE_HOST = new PortRule(Matches.NONE, false, "");

    /**
     * Parses a rule as iptables-save(8) prints it.
     *
     * @param rule one line, as in {@code -A INPUT -i lo -j ACCEPT}
     */
    static PortRule of(String rule, int port) {
        return beginsWithOneHost(rule) ? FOR_ONE_HOST : parse(rule, port);
    }

    private static PortRule parse(String rule, int port) {
        Matcher comment = COMMENT.matcher(rule);
        String[] words = comment.replaceAll("").split(" +");
        boolean none = false;
        boolean some = false;
        boolean most = false;
        String target = "";
        for (int i = 2; i < words.length; i++) {
            String option = words[i];
            String value = i + 1 < words.length ? words[i + 1] : "";
            boolean not = words[i - 1].equals("!");
            switch (option) {
                case "-j", "-g" -> target = value;
                case "-p", "--dport", "--dports", "--ctstate", "--state" -> {
                    Matches with = with(option, value, port).negated(not);
                    none |= with == Matches.NONE;
                    some |= with == Matches.SOME;
                    most |= with == Matches.SOME;
                }
                case "-m", "--reject-with" -> {}
                default -> {
                    boolean condition = option.startsWith("-");
                    some |= condition;
                    most |= condition && not;
                    none |= !not && fromHere(option, value);
                }
            }
        }
        return new PortRule(none ? Matches.NONE : some ? Matches.SOME : Matches.ALL, most, target);
    }

    /** Returns true if the first condition is one source address. A large cluster has many such rules. */
    private static boolean beginsWithOneHost(String rule) {
        int chainEnd = rule.indexOf(' ', "-A ".length());
        if (chainEnd < 0 || !rule.startsWith(" -s ", chainEnd)) {
            return false;
        }
        int end = rule.indexOf(' ', chainEnd + " -s ".length());
        return end > 0 && rule.startsWith("/32", end - 3);
    }

    /**
     * Returns whether new connections to the port match this value of an option, other options ignored. The result is
     * {@link Matches#SOME} if the value does not tell.
     */
    private static Matches with(String option, String value, int port) {
        List<String> values = List.of(value.split(","));
        return switch (option) {
            case "-p" -> matches(Set.of("tcp", "6", "all", "0").contains(value));
            case "--dport", "--dports" ->
                values.stream()
                        .map(range -> covers(range, port))
                        .max(Comparator.naturalOrder())
                        .orElse(Matches.NONE);
            default -> matches(values.contains("NEW"));
        };
    }

    private static Matches matches(boolean all) {
        return all ? Matches.ALL : Matches.NONE;
    }

    /** Returns whether a range covers the port. It is not known for a name of services(5). */
    private static Matches covers(String range, int port) {
        Matcher ends = RANGE.matcher(range);
        if (!ends.matches()) {
            return Matches.SOME;
        }
        int first = ends.group(1).isEmpty() ? 0 : Integer.parseInt(ends.group(1));
        String end = ends.group(2) == null ? ends.group(1) : ends.group(2);
        int last = end.isEmpty() ? 65535 : Integer.parseInt(end);
        return matches(first <= port && port <= last);
    }

    /** Returns true if the rule matches only the droplet itself or one host, and so no network of other hosts. */
    private static boolean fromHere(String option, String value) {
        return switch (option) {
            case "-i" -> value.equals("lo");
            case "-s" -> value.endsWith("/32") || value.endsWith("/128") || value.startsWith("127.");
            case "-d" -> value.startsWith("127.");
            default -> false;
        };
    }

    boolean accepts() {
        return target.equals("ACCEPT");
    }

    private boolean refuses() {
        return target.equals("DROP") || target.equals("REJECT");
    }

    /** Returns true if all such connections end at this rule. */
    boolean decides() {
        return matches == Matches.ALL && (accepts() || refuses());
    }

    /** Returns true if it may accept connections of some hosts, possibly in a chain that is not known here. */
    boolean mayAccept() {
        return !refuses();
    }

    /**
     * Returns true if it may refuse all but some hosts. A rule that refuses only some hosts leaves the port open to
     * others.
     */
    boolean mayRefuse() {
        return !accepts() && (!refuses() || most);
    }

    /** Returns true if the next rule decides, because this one matches no such connection or does not end it. */
    boolean passes() {
        return matches == Matches.NONE || PASSING.contains(target);
    }
}
