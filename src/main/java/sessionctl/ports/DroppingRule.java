package sessionctl.ports;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rule or policy of a packet filter with a verdict against packets, and how many it counted during a test.
 *
 * @param program {@code iptables}, {@code iptables-nft}, {@code iptables-legacy}, or {@code nft}
 * @param table the table; for nft its family and name
 * @param hook for nft the hook of its base chain; empty for iptables
 * @param base for nft the base chain that leads to the rule; empty for iptables
 * @param position the number in the chain, for nft the handle; 0 for the chain's policy
 * @param packets the number of packets; -1 if the rule counts none
 * @param text the rule as iptables-save(8) or nft(8) prints it
 */
record DroppingRule(
        String program, String table, String hook, String base, String chain, int position, long packets, String text) {
    private static final int MAX_SHOWN = 160;
    private static final int MAX_WORDS = 80;
    private static final Set<String> IN = Set.of("PREROUTING", "INPUT", "prerouting", "input", "ingress");
    private static final Set<String> OUT = Set.of("OUTPUT", "POSTROUTING", "output", "postrouting", "egress");
    private static final Pattern NUMBERS = Pattern.compile("\\d{1,5}");

    /**
     * The packets of one direction of a connection, at the droplet that drops them.
     *
     * @param incoming true if they arrive there
     * @param request true for those to memcached, false for its answers
     * @param source the address that sends them
     * @param device the interface; empty if it is unknown
     * @param port memcached's port
     */
    record Packets(boolean incoming, boolean request, String source, String target, String device, int port) {}

    private boolean isNft() {
        return program.equals("nft");
    }

    boolean isPolicy() {
        return position == 0;
    }

    /** Returns true if the rule counts packets, and may have dropped this many such packets. */
    boolean mayHaveDropped(Packets packets, long number) {
        return this.packets >= number && mayApply(packets);
    }

    /** Returns true if the rule counts no packets, and may apply to such packets. */
    boolean isUncounted(Packets packets) {
        return this.packets < 0 && mayApply(packets);
    }

    private boolean mayApply(Packets packets) {
        String where = isNft() ? hook : chain;
        return !(packets.incoming() ? OUT : IN).contains(where)
                && !where.equalsIgnoreCase("forward")
                && (isNft() || matches(packets));
    }

    /** Returns false if an option of the rule excludes such packets. Options that are not known here exclude none. */
    private boolean matches(Packets packets) {
        List<String> words = words(text);
        for (int i = 0; i + 1 < words.size(); i++) {
            boolean negated = i > 0 && words.get(i - 1).equals("!");
            @Nullable Boolean fits = fits(words.get(i), words.get(i + 1), packets);
            if (fits != null && fits == negated) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether packets match an option; null if that is not known here. */
    private static @Nullable Boolean fits(String option, String value, Packets packets) {
        return switch (option) {
            case "-p" -> Set.of("tcp", "6", "all").contains(value);
            case "-s" -> contains(value, packets.source());
            case "-d" -> contains(value, packets.target());
            case "-i", "-o" ->
                option.equals("-i") == packets.incoming() ? isDevice(value, packets.device()) : Boolean.FALSE;
            case "--dport", "--dports", "--sport", "--sports" ->
                option.startsWith("--d") == packets.request() ? hasPort(value, packets.port()) : null;
            case "--ctstate", "--state" -> mayBeNew(value, packets);
            default -> null;
        };
    }

    /** Returns false for a request and a rule about established connections. */
    private static @Nullable Boolean mayBeNew(String states, Packets packets) {
        boolean established = Set.of("RELATED", "ESTABLISHED").containsAll(List.of(states.split(",")));
        return (packets.request() && established) ? Boolean.FALSE : null;
    }

    private static @Nullable Boolean isDevice(String value, String device) {
        return device.isEmpty()
                ? null
                : value.endsWith("+")
                        ? device.startsWith(value.substring(0, value.length() - 1))
                        : Boolean.valueOf(device.equals(value));
    }

    private static boolean contains(String network, String address) {
        String[] parts = network.split("/", 2);
        int bits = parts.length > 1 && NUMBERS.matcher(parts[1]).matches() ? Integer.parseInt(parts[1]) : 32;
        long mask = bits <= 0 ? 0 : (0xffffffffL << (32 - Math.min(bits, 32))) & 0xffffffffL;
        return (number(parts[0]) & mask) == (number(address) & mask);
    }

    private static long number(String address) {
        long all = 0;
        for (String part : address.split("[.]")) {
            all = (all << 8) | (NUMBERS.matcher(part).matches() ? Long.parseLong(part) : 0);
        }
        return all;
    }

    private static boolean hasPort(String list, int wanted) {
        return Arrays.stream(list.split(",")).anyMatch(one -> {
            String[] ends = one.split(":", 2);
            String last = ends[ends.length - 1];
            return !NUMBERS.matcher(ends[0]).matches()
                    || !NUMBERS.matcher(last).matches()
                    || (Integer.parseInt(ends[0]) <= wanted && wanted <= Integer.parseInt(last));
        });
    }

    /** Returns true if the chain is one of sessionctl's own. */
    boolean isOurs() {
        return program.equals("iptables") && chain.startsWith("SESSIONCTL");
    }

    /** Returns true if the chain belongs to the guard, which closes memcached's port or keeps PHP away from a server. */
    boolean isOfGuard() {
        return Set.of("SESSIONCTL-GATE", "SESSIONCTL-SILENT", "SESSIONCTL-AWAY").contains(chain);
    }

    /** Returns true if sessionctl's own rules, which come first in INPUT, decide before this one. */
    boolean isAfterOurs(Packets packets) {
        return program.equals("iptables") && table.equals("filter") && packets.incoming() && packets.request();
    }

    /** Returns the words that name the rule in a sentence. */
    String describe() {
        String in = isNft()
                ? " in the table " + table + " of nftables"
                : " of " + program + (table.equals("filter") ? "" : " in its table " + table);
        return isPolicy()
                ? "the policy DROP of the chain " + chain + in
                : "the rule \"" + (text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text) + "\"" + in;
    }

    /** Returns the words that name the base chain in a sentence. */
    String describeBase() {
        return "the chain " + base + " in the table " + table + " of nftables";
    }

    /**
     * Returns the commands after which such packets pass. A rule that is about this port or these droplets is deleted.
     * Any other is kept, and a rule before it accepts these packets.
     *
     * @param tools other programs that made rules there: ufw or firewalld
     */
    List<List<String>> remedy(Packets packets, Set<String> tools) {
        if (chain.startsWith("f2b-") || chain.startsWith("fail2ban-")) {
            return List.of(List.of("fail2ban-client", "unban", packets.source()));
        }
        if (isNft() && table.endsWith(" firewalld") && packets.incoming()) {
            return List.of(
                    List.of("firewall-cmd", "--permanent", "--zone=trusted", "--add-source=" + packets.source()),
                    List.of("firewall-cmd", "--reload"));
        }
        String port = Integer.toString(packets.port());
        return List.of(isNft() ? nftRemedy(packets, port) : iptablesRemedy(packets, port, tools.contains("ufw")));
    }

    private List<String> ufwRemedy(Packets packets, String port) {
        List<String> allow = new ArrayList<>(List.of("ufw"));
        if (!isPolicy()) {
            // The first rule of ufw that matches decides.
            allow.addAll(List.of("insert", "1"));
        }
        allow.add("allow");
        if (!packets.incoming()) {
            allow.add("out");
        }
        allow.addAll(List.of("proto", "tcp", "from", packets.source(), "to", packets.target(), "port", port));
        return allow;
    }

    private List<String> iptablesRemedy(Packets packets, String port, boolean hasUfw) {
        if (packets.request() && (chain.startsWith("ufw-user-") || (isPolicy() && hasUfw))) {
            return ufwRemedy(packets, port);
        }
        List<String> command = new ArrayList<>(List.of(program));
        if (!table.equals("filter")) {
            command.addAll(List.of("-t", table));
        }
        if (isSpecific(packets)) {
            List<String> words = words(text);
            command.add("-D");
            command.addAll(words.subList(1, words.size()));
            return command;
        }
        command.addAll(isPolicy() ? List.of("-A", chain) : List.of("-I", chain, Integer.toString(position)));
        command.addAll(List.of("-s", packets.source(), "-d", packets.target(), "-p", "tcp"));
        command.addAll(List.of(packets.request() ? "--dport" : "--sport", port, "-j", "ACCEPT"));
        return command;
    }

    private List<String> nftRemedy(Packets packets, String port) {
        List<String> command = new ArrayList<>(List.of("nft", "insert", "rule"));
        command.addAll(List.of(table.split(" ", 2)));
        command.addAll(List.of(base, "ip", "saddr", packets.source(), "ip", "daddr", packets.target()));
        command.addAll(List.of("tcp", packets.request() ? "dport" : "sport", port, "accept"));
        return command;
    }

    /** Returns true if the rule is about this port, or about one of these droplets alone. */
    private boolean isSpecific(Packets packets) {
        List<String> words = words(text);
        for (int i = 2; i + 1 < words.size() && !isPolicy(); i++) {
            if (!words.get(i - 1).equals("!") && isSpecific(words.get(i), words.get(i + 1), packets)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSpecific(String option, String value, Packets packets) {
        return switch (option) {
            case "--dport", "--dports", "--sport", "--sports" -> value.equals(Integer.toString(packets.port()));
            case "-s" -> value.equals(packets.source() + "/32");
            case "-d" -> value.equals(packets.target() + "/32");
            default -> false;
        };
    }

    /** Splits a rule into words. iptables-save puts some into double quotes, with a backslash before special characters. */
    static List<String> words(String rule) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean begun = false;
        for (int i = 0; i < rule.length() && words.size() < MAX_WORDS; i++) {
            char c = rule.charAt(i);
            if (quoted && c == '\\' && i + 1 < rule.length()) {
                word.append(rule.charAt(++i));
            } else if (c == '"') {
                quoted = !quoted;
                begun = true;
            } else if (c == ' ' && !quoted) {
                addWord(words, word, begun);
                begun = false;
            } else {
                word.append(c);
                begun = true;
            }
        }
        addWord(words, word, begun);
        return words;
    }

    private static void addWord(List<String> words, StringBuilder word, boolean begun) {
        if (begun) {
            words.add(word.toString());
            word.setLength(0);
        }
    }
}
