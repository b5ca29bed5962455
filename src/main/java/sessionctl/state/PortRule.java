package sessionctl.state;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one rule of the filter table means for new TCP connections from other hosts to a port: iptables(8),
 * iptables-extensions(8).
 *
 * @param matches which of these connections it concerns
 * @param negated whether it concerns all but some hosts or interfaces
 * @param target what becomes of them: ACCEPT, DROP, a chain or empty
 */
record PortRule(Matches matches, boolean negated, String target) {
    /** Which connections a rule concerns. */
    enum Matches {
        NONE,
        SOME,
        ALL
    }

    /** Targets after which the next rule is tried. */
    private static final Set<String> PASSING =
            Set.of("", "LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "SECMARK", "CONNSECMARK", "TRACE", "AUDIT", "SET");

    private static final Pattern COMMENT = Pattern.compile("-m comment --comment (?:\"(?:[^\"\\\\]|\\\\.)*+\"|\\S++)");

    /**
     * Reads a rule as iptables-save(8) prints it.
     *
     * @param rule one line, as in {@code -A INPUT -i lo -j ACCEPT}
     */
    static PortRule of(String rule, int port) {
        Matcher comment = COMMENT.matcher(rule);
        String[] words = comment.replaceAll("").split(" +");
        boolean none = false;
        boolean some = false;
        boolean negated = false;
        String target = "";
        for (int i = 2; i < words.length; i++) {
            String option = words[i];
            String value = i + 1 < words.length ? words[i + 1] : "";
            boolean not = words[i - 1].equals("!");
            switch (option) {
                case "-j", "-g" -> target = value;
                case "-p", "--dport", "--dports", "--ctstate", "--state" -> none |= with(option, value, port) == not;
                case "-m", "--reject-with" -> {}
                default -> {
                    boolean condition = option.startsWith("-");
                    some |= condition;
                    negated |= condition && not;
                    none |= !not && fromHere(option, value);
                }
            }
        }
        return new PortRule(none ? Matches.NONE : some ? Matches.SOME : Matches.ALL, negated, target);
    }

    /** Whether a new connection to the port has this value, all else left out. */
    private static boolean with(String option, String value, int port) {
        return switch (option) {
            case "-p" -> Set.of("tcp", "6", "all", "0").contains(value);
            case "--dport", "--dports" -> List.of(value.split(",")).stream().anyMatch(range -> covers(range, port));
            default -> List.of(value.split(",")).contains("NEW");
        };
    }

    private static boolean covers(String range, int port) {
        String[] ends = range.split(":", 2);
        try {
            return Integer.parseInt(ends[0]) <= port && port <= Integer.parseInt(ends[ends.length - 1]);
        } catch (NumberFormatException e) {
            // A name of /etc/services, or an open end: it may be this port.
            return true;
        }
    }

    /** Whether it concerns the droplet itself or one host: neither is a network that anyone is on. */
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

    /** Whether all such connections end here. */
    boolean decides() {
        return matches == Matches.ALL && (accepts() || refuses());
    }

    /** Whether some hosts may be allowed, perhaps by a chain that is not known here. */
    boolean mayAccept() {
        return !refuses();
    }

    /** Whether all but some hosts may be kept out. A rule against some leaves the port open to others. */
    boolean mayRefuse() {
        return !accepts() && (!refuses() || negated);
    }

    /** Whether the next rule decides, for it concerns no such connection, or only notes it. */
    boolean passes() {
        return matches == Matches.NONE || PASSING.contains(target);
    }
}
