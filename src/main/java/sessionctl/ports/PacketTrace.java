package sessionctl.ports;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;

/**
 * What one droplet saw of test connections: packets at its interfaces, and rules that counted packets.
 *
 * @param packets the number of packets, by {@link #key}
 * @param devices the interface of the packets to or from an address
 * @param attempts by client and address
 * @param routes by address
 * @param counters the growth of some counters of the kernel
 * @param tools other programs that made rules: ufw or firewalld
 * @param captures true if the packets could be captured
 */
record PacketTrace(
        Map<String, Long> packets,
        Map<String, String> devices,
        Map<String, Attempts> attempts,
        Map<String, Route> routes,
        Map<String, Long> counters,
        List<DroppingRule> rules,
        Set<String> tools,
        boolean captures) {
    /** The client whose connections a fence and a block refuse. */
    static final String PHP = "php";

    /** The client whose connections pass fences and blocks. */
    static final String GUARD = "guard";

    private static final int SECONDS = 5;
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int MAX_LINES = 5000;
    private static final int MAX_LENGTH = 600;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern UNUSUAL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");
    private static final Set<String> PROGRAMS = Set.of("iptables", "iptables-nft", "iptables-legacy");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:+-]{1,64}");

    /**
     * Connection attempts to one address.
     *
     * @param error the last error as in errno(3), or {@code none}
     */
    record Attempts(long count, String error, long opened) {}

    /**
     * The route to an address.
     *
     * @param device the interface, or {@code none}
     * @param source the own address that packets get, or {@code none}
     * @param neighbor the state of the neighbor (ip-neighbour(8)), or {@code none}
     */
    record Route(String device, String source, String neighbor) {}

    /**
     * Returns the command for one droplet. All droplets of a test run it at the same time.
     *
     * @param targets the addresses to connect to
     * @param sources the addresses whose connections arrive here
     */
    static Command command(int port, List<String> targets, List<String> sources) {
        List<String> words = new ArrayList<>();
        targets.forEach(target -> words.add(">" + target));
        sources.forEach(source -> words.add("<" + source));
        return Command.of("perl", "-", Integer.toString(port), Integer.toString(SECONDS))
                .withArguments(words)
                .withInput(Scripts.text("verify/trace.pl"))
                .within(LIMIT);
    }

    /** Parses the answer, and ignores lines of another form; null if it is incomplete. */
    static @Nullable PacketTrace parse(CommandResult result) {
        Parser parser = new Parser();
        result.stdout()
                .lines()
                .limit(MAX_LINES)
                .filter(line -> line.length() <= MAX_LENGTH
                        && UNUSUAL.matcher(line).results().findAny().isEmpty())
                .forEach(line -> parser.read(line.split("\t", -1)));
        return parser.ended ? parser.trace() : null;
    }

    private static String key(String client, String way, String kind, String address) {
        return String.join(" ", client, way, kind, address);
    }

    /**
     * Returns the number of packets.
     *
     * @param way {@code in} or {@code out}
     * @param kind {@code syn}, {@code answer}, {@code reset} or {@code unreachable}
     */
    long count(String client, String way, String kind, String address) {
        return packets.getOrDefault(key(client, way, kind, address), 0L);
    }

    private static final class Parser {
        private final Map<String, Long> packets = new HashMap<>();
        private final Map<String, String> devices = new HashMap<>();
        private final Map<String, Attempts> attempts = new HashMap<>();
        private final Map<String, Route> routes = new HashMap<>();
        private final Map<String, Long> counters = new HashMap<>();
        private final List<DroppingRule> rules = new ArrayList<>();
        private final Set<String> tools = new TreeSet<>();
        private boolean captures = true;
        private boolean ended;

        void read(String[] words) {
            switch (words[0] + words.length) {
                case "packets7" -> readPackets(words);
                case "attempts6" ->
                    attempts.put(
                            words[1] + " " + words[2],
                            new Attempts(number(words[3]), name(words[4]), number(words[5])));
                case "route5" -> routes.put(words[1], new Route(name(words[2]), name(words[3]), name(words[4])));
                case "counter3" -> counters.put(words[1], number(words[2]));
                case "rule7", "nft8" -> readRule(words);
                case "tool2" -> tools.add(words[1]);
                case "capture2" -> captures = false;
                case "end1" -> ended = true;
                default -> {
                    // Printed by something else, such as a profile of the login's shell.
                }
            }
        }

        private void readPackets(String[] words) {
            if (!words[5].equals("lo")) {
                packets.merge(key(words[1], words[2], words[3], words[4]), number(words[6]), Math::max);
                devices.put(words[4], name(words[5]));
            }
        }

        private void readRule(String[] words) {
            int position = (int) number(words[words.length == 8 ? 5 : 4]);
            if (words.length == 8) {
                long counted = words[6].equals("-") ? -1 : number(words[6]);
                rules.add(new DroppingRule("nft", words[1], words[2], words[3], words[4], position, counted, words[7]));
            } else if (PROGRAMS.contains(words[1])) {
                rules.add(new DroppingRule(
                        words[1], name(words[2]), "", "", words[3], position, number(words[5]), words[6]));
            }
        }

        private static long number(String word) {
            return NUMBER.matcher(word).matches() ? Long.parseLong(word) : 0;
        }

        private static String name(String word) {
            return NAME.matcher(word).matches() ? word : "none";
        }

        PacketTrace trace() {
            return new PacketTrace(packets, devices, attempts, routes, counters, rules, tools, captures);
        }
    }
}
