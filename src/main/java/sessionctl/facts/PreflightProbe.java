package sessionctl.facts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.state.PhpSelection;
import sessionctl.state.PreflightFacts;

/** Asks for the facts that may prevent a run on a droplet, in one command. */
public final class PreflightProbe {
    /** A line of ss(8): state, two queues, the local address, the peer's address, and the programs. */
    private static final Pattern LISTENER =
            Pattern.compile("LISTEN\\s+\\d+\\s+\\d+\\s+\\S+:(\\d{1,5})\\s+\\S+\\s*(users:\\(\\(.*)?");

    /** A program in such a line. Ubuntu 14.04 prints the numbers without names. */
    private static final Pattern PROGRAM = Pattern.compile("\\(\"([^\"]*)\",(?:pid=)?\\d");

    /** A port of a socket unit as systemctl(1) shows it, as in {@code Listen=[::]:80 (Stream)}. */
    private static final Pattern SOCKET = Pattern.compile("Listen=.*:(\\d{1,5}) \\(Stream\\)");

    /** A package's name as apt-get(8) prints it, with its architecture if that is foreign; or a dash and a word. */
    private static final Pattern PACKAGE =
            Pattern.compile("-(?:busy|needs|stale)?|[a-z0-9][a-z0-9+.-]{0,200}(?::[a-z0-9-]{1,40})?");

    /** No installation of these packages comes near as many. */
    private static final int MAX_PACKAGES = 2000;

    private static final Set<String> WORDS_OF_PLAN = Set.of("added", "upgraded");

    private PreflightProbe() {}

    /**
     * Returns the command, which changes nothing on the droplet.
     *
     * @param own the droplet's private address
     * @param port the port of memcached
     */
    public static Command command(String own, int port) {
        return Command.script(
                StatusProbe.BEGIN + FactsProbe.script() + StatusProbe.cache() + Scripts.text("facts/preflight.sh"),
                own,
                Integer.toString(port));
    }

    /**
     * Returns the command that asks apt about the installation of packages; it changes nothing on the droplet.
     *
     * @param patience the time to wait while another process uses apt
     */
    public static Command offer(Collection<String> packages, Duration patience) {
        return Command.script(Scripts.text("facts/offered.sh"), Long.toString(patience.toSeconds()))
                .withArguments(new TreeSet<>(packages))
                .within(patience.plusMinutes(1));
    }

    /**
     * Parses the answer.
     *
     * @param sent the time before the command was sent, in milliseconds since 1970
     * @param received the time after the answer was received, in milliseconds since 1970
     * @param php the PHPs that the inventory permits
     * @throws InvalidAnswerException if it is not an answer to this probe
     */
    public static PreflightFacts parse(CommandResult result, long sent, long received, PhpSelection php)
            throws InvalidAnswerException {
        AnswerSections sections = FactsProbe.sections(result);
        return new PreflightFacts(
                FactsProbe.parse(sections, php),
                HealthMetricsParser.clock(sections.text("clock"), sent, received),
                memory(sections, "MemTotal"),
                memory(sections, "MemAvailable"),
                megabytes(sections.text("disk")),
                listeners(sections.text("listening"), sockets(sections.text("sockets"))),
                sections.text("ufw").equals("yes"),
                sections.text("firewalld").equals("yes"),
                HealthMetricsParser.cache(sections.texts().getOrDefault("cache", "")),
                Map.of());
    }

    /**
     * Parses the answer to {@link #offer}: a word for each package, some with a text. What apt-get would add does not
     * replace an earlier word.
     */
    public static Map<String, String> offered(CommandResult result) {
        Map<String, String> offered = new TreeMap<>();
        result.stdout()
                .lines()
                .map(line -> line.split(" ", 2))
                .filter(w -> w.length == 2 && PACKAGE.matcher(w[0]).matches())
                .limit(MAX_PACKAGES)
                .forEach(w -> offered.merge(
                        w[0],
                        AnswerSections.cut(w[1].strip()),
                        (old, word) -> WORDS_OF_PLAN.contains(word) ? old : word));
        return offered;
    }

    private static OptionalLong memory(AnswerSections sections, String name) throws InvalidAnswerException {
        return sections.text("memory")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .map(line -> megabytes(line.replaceAll("\\D", "")))
                .orElse(OptionalLong.empty());
    }

    /** Converts kilobytes to megabytes; empty if the text is no number. */
    private static OptionalLong megabytes(String kilobytes) {
        String number = kilobytes.strip();
        return number.matches("\\d{1,17}") ? OptionalLong.of(Long.parseLong(number) / 1024) : OptionalLong.empty();
    }

    private static List<PreflightFacts.Listener> listeners(String text, Map<Integer, String> sockets) {
        List<PreflightFacts.Listener> listeners = new ArrayList<>();
        for (String line : AnswerSections.lines(text)) {
            Matcher matcher = LISTENER.matcher(line.strip());
            if (matcher.matches()) {
                int port = Integer.parseInt(matcher.group(1));
                Set<String> programs = new TreeSet<>();
                String users = matcher.group(2);
                PROGRAM.matcher(users == null ? "" : users).results().forEach(p -> programs.add(p.group(1)));
                if (sockets.containsKey(port) && programs.remove("systemd") && programs.isEmpty()) {
                    programs.add(sockets.getOrDefault(port, ""));
                }
                listeners.add(new PreflightFacts.Listener(port, List.copyOf(programs)));
            }
        }
        return listeners;
    }

    /** Returns the units for which systemd itself listens, by port. */
    private static Map<Integer, String> sockets(String text) {
        Map<Integer, String> sockets = new TreeMap<>();
        for (String unit : text.split("\n\n+")) {
            String id = AnswerSections.cut(AnswerSections.properties(unit).getOrDefault("Id", ""));
            AnswerSections.lines(unit).stream()
                    .map(SOCKET::matcher)
                    .filter(Matcher::matches)
                    .forEach(socket -> sockets.put(Integer.valueOf(socket.group(1)), id));
        }
        return sockets;
    }
}
