package sessionctl.ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

/**
 * Probes every memcached port from every droplet and from this machine. Every droplet must reach every memcached; a
 * host outside the cluster must reach none.
 */
public final class PortMatrix {
    private static final int SECONDS = 2;
    private static final int HTTP = 80;
    private static final int MAX_LINE_LENGTH = 100;

    private static final String OUTSIDE = "outside";

    private final List<Droplet> droplets;
    private final Set<Droplet> unreached;
    private final Set<Droplet> left;
    private final int port;
    private final OutsideHost outside;
    private final boolean runsOnDroplet;

    /** A matrix of these droplets, all of which are in the cluster and have a connection. */
    public PortMatrix(List<Droplet> droplets, int port) {
        this(droplets, Set.of(), Set.of(), port, OutsideHost.NETWORK);
    }

    /**
     * A matrix of these droplets.
     *
     * @param unreached the droplets without an SSH connection, from and to which no port is probed
     * @param left the droplets that have left the cluster; they need no connection to others
     */
    public PortMatrix(
            List<Droplet> droplets, Set<Droplet> unreached, Set<Droplet> left, int port, OutsideHost outside) {
        this(droplets, unreached, left, port, outside, PortMatrix::isLocalAddress);
    }

    PortMatrix(
            List<Droplet> droplets,
            Set<Droplet> unreached,
            Set<Droplet> left,
            int port,
            OutsideHost outside,
            Predicate<String> isLocalAddress) {
        this.droplets = List.copyOf(droplets);
        this.unreached = Set.copyOf(unreached);
        this.left = Set.copyOf(left);
        this.port = port;
        this.outside = outside;
        this.runsOnDroplet = droplets.stream()
                .anyMatch(d -> isLocalAddress.test(d.privateIp().text())
                        && isLocalAddress.test(d.publicIp().text()));
    }

    private static boolean isLocalAddress(String address) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByName(address)) != null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Probes all private addresses from one droplet, its own included. */
    public List<PortProbe> probeFrom(Droplet droplet, Shell shell) {
        List<String> words = droplets.stream()
                .filter(to -> isTested(droplet, to))
                .map(this::endpoint)
                .toList();
        Map<String, String> answers = new HashMap<>();
        String why = "";
        try {
            answers.putAll(words.isEmpty() ? Map.of() : runProbes(shell, SECONDS, words));
        } catch (SshFailure e) {
            why = e.sentence();
        }
        return row(droplet, answers, why);
    }

    /** Returns the row of a droplet without an SSH connection: all ports are untested. */
    public List<PortProbe> untested(Droplet droplet) {
        return row(droplet, Map.of(), "");
    }

    private List<PortProbe> row(Droplet probeFrom, Map<String, String> answers, String why) {
        List<PortState> states = droplets.stream()
                .map(to -> isTested(probeFrom, to)
                        ? parseState(answers.getOrDefault(endpoint(to), ""))
                        : left.contains(probeFrom) || left.contains(to) ? PortState.LEFT : PortState.NOT_TESTED)
                .toList();
        return new PortProbes.Row(probeFrom.name(), droplets, states, why);
    }

    /**
     * Returns the row of a droplet whose answer is unusable: one probe with an unknown state, which counts as wrong.
     */
    public static List<PortProbe> unknownRow(Droplet droplet, String why) {
        return new PortProbes.Row(droplet.name(), List.of(droplet), List.of(PortState.UNKNOWN), why);
    }

    private boolean isTested(Droplet probeFrom, Droplet to) {
        return !left.contains(probeFrom)
                && !left.contains(to)
                && !unreached.contains(probeFrom)
                && !unreached.contains(to);
    }

    private String endpoint(Droplet to) {
        return to.privateIp() + ":" + port;
    }

    /** Runs the probe script. Returns the answers by probed ADDRESS:PORT, and ignores other lines. */
    private static Map<String, String> runProbes(Shell shell, int seconds, List<String> words) throws SshFailure {
        CommandResult result = shell.run(Command.script(Scripts.text("verify/ports.sh"), Integer.toString(seconds))
                .withArguments(words));
        Set<String> asked = new HashSet<>(words);
        Map<String, String> answers = new HashMap<>();
        result.stdout()
                .lines()
                .filter(line -> line.length() <= MAX_LINE_LENGTH)
                .map(line -> line.split(" ", 2))
                .filter(w -> w.length == 2 && asked.contains(w[0]))
                .forEach(w -> answers.put(w[0], w[1]));
        return answers;
    }

    /**
     * Returns the addresses of the servers from which a droplet gets any answer, a refusal included.
     *
     * @param servers the servers as ADDRESS:PORT
     */
    public static Set<String> findAnswering(Shell shell, int seconds, List<String> servers) throws SshFailure {
        Map<String, String> answers = runProbes(shell, seconds, servers);
        return servers.stream()
                .filter(server -> Set.of("open", "refused").contains(answers.getOrDefault(server, "")))
                .map(server -> server.substring(0, server.indexOf(':')))
                .collect(Collectors.toSet());
    }

    private static PortState parseState(String word) {
        return switch (word) {
            case "open" -> PortState.OPEN;
            case "refused" -> PortState.REFUSED;
            // As in LocalPortProbes, an error such as a missing route reveals nothing about the port.
            case "silent", "unreachable" -> PortState.SILENT;
            default -> PortState.UNKNOWN;
        };
    }

    /**
     * Probes a droplet's public and private address from this machine. A machine that is itself a droplet of the
     * cluster is not outside, so its probes are skipped.
     */
    public List<PortProbe> probeFromOutside(Droplet droplet) {
        List<String> addresses =
                List.of(droplet.publicIp().text(), droplet.privateIp().text());
        if (runsOnDroplet || unreached.contains(droplet)) {
            String why = unreached.contains(droplet) ? PortProbe.UNREACHED : PortProbe.INSIDE;
            return addresses.stream()
                    .map(address -> new PortProbe(OUTSIDE, droplet, address, false, PortState.NOT_TESTED, why))
                    .toList();
        }
        // If no port at an address answers, this machine may have no route to it. Probes of other ports show that.
        List<Integer> ports = List.of(port, droplet.ssh().port(), HTTP);
        OutsideHost.Answers answers = outside.probe(addresses, ports, SECONDS);
        return addresses.stream()
                .map(address -> new PortProbe(OUTSIDE, droplet, address, false, answers.of(address, port)))
                .toList();
    }
}
