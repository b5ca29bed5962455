package sessionctl.facts;

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
import sessionctl.state.Readiness;

/** What would stop a run on a droplet, asked before one is tried. */
public final class ReadinessProbe {
    /** A line of ss(8): state, two queues, the own address, the other's, and the programs. */
    private static final Pattern LISTENER =
            Pattern.compile("LISTEN\\s+\\d+\\s+\\d+\\s+\\S+:(\\d{1,5})\\s+\\S+\\s*(users:\\(\\(.*)?");

    /** One of its programs; Ubuntu 14.04 has the numbers without their names. */
    private static final Pattern PROGRAM = Pattern.compile("\\(\"([^\"]*)\",(?:pid=)?\\d");

    /** A port in what systemctl(1) shows of a socket unit, as in {@code Listen=[::]:80 (Stream)}. */
    private static final Pattern SOCKET = Pattern.compile("Listen=.*:(\\d{1,5}) \\(Stream\\)");

    private ReadinessProbe() {}

    /** The question: one command, which changes nothing on the droplet. */
    public static Command command() {
        return Command.script(SightingProbe.BEGIN + FactsProbe.script() + Scripts.text("facts/preflight.sh"));
    }

    /** The question whether packages can be had. */
    public static Command offer(Collection<String> packages) {
        return Command.script(
                Scripts.text("facts/offered.sh"),
                List.copyOf(new TreeSet<>(packages)).toArray(String[]::new));
    }

    /**
     * Reads the answer.
     *
     * @param sent when it was asked, in milliseconds since 1970
     * @param received when the answer was there
     * @throws UnreadableFact when it is not one
     */
    public static Readiness parse(CommandResult result, long sent, long received) throws UnreadableFact {
        Sections sections = Sections.of(result.stdout());
        return new Readiness(
                FactsProbe.parse(result),
                VitalFacts.clock(sections.text("clock"), sent, received),
                memory(sections, "MemTotal"),
                memory(sections, "MemAvailable"),
                megabytes(sections.text("disk")),
                listeners(sections.text("listening"), sockets(sections.text("sockets"))),
                sections.text("ufw").equals("yes"),
                sections.text("firewalld").equals("yes"),
                Map.of());
    }

    /** Reads the answer to {@link #offer}. */
    public static Map<String, String> offered(CommandResult result) {
        Map<String, String> offered = new TreeMap<>();
        result.stdout()
                .lines()
                .map(line -> line.split(" "))
                .filter(w -> w.length == 2)
                .forEach(w -> offered.put(w[0], w[1]));
        return offered;
    }

    private static OptionalLong memory(Sections sections, String name) throws UnreadableFact {
        return sections.text("memory")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .map(line -> megabytes(line.replaceAll("\\D", "")))
                .orElse(OptionalLong.empty());
    }

    /** A number of kilobytes, or nothing where the droplet says none. */
    private static OptionalLong megabytes(String kilobytes) {
        String number = kilobytes.strip();
        return number.matches("\\d{1,17}") ? OptionalLong.of(Long.parseLong(number) / 1024) : OptionalLong.empty();
    }

    private static List<Readiness.Listener> listeners(String text, Map<Integer, String> sockets) {
        List<Readiness.Listener> listeners = new ArrayList<>();
        for (String line : Sections.lines(text)) {
            Matcher matcher = LISTENER.matcher(line.strip());
            if (matcher.matches()) {
                int port = Integer.parseInt(matcher.group(1));
                Set<String> programs = new TreeSet<>();
                String users = matcher.group(2);
                PROGRAM.matcher(users == null ? "" : users).results().forEach(p -> programs.add(p.group(1)));
                if (sockets.containsKey(port) && programs.remove("systemd") && programs.isEmpty()) {
                    programs.add(sockets.getOrDefault(port, ""));
                }
                listeners.add(new Readiness.Listener(port, List.copyOf(programs)));
            }
        }
        return listeners;
    }

    /** The units for which systemd itself listens, by port. */
    private static Map<Integer, String> sockets(String text) {
        Map<Integer, String> sockets = new TreeMap<>();
        String id = "";
        Set<Integer> ports = new TreeSet<>();
        for (String line : Sections.lines(text + "\n\n")) {
            Matcher listen = SOCKET.matcher(line);
            if (line.startsWith("Id=") && id.isEmpty()) {
                id = Sections.cut(line.substring(3));
            } else if (listen.matches()) {
                ports.add(Integer.valueOf(listen.group(1)));
            } else if (line.isEmpty()) {
                String unit = id;
                ports.forEach(port -> sockets.put(port, unit));
                ports.clear();
                id = "";
            }
        }
        return sockets;
    }
}
