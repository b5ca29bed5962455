package sessionctl.verify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
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

/** Who reaches whose memcached port: every droplet must reach every other one, nobody outside may reach any. */
public final class PortMatrix {
    private static final int SECONDS = 2;
    private static final int HTTP = 80;
    private static final int LONGEST_LINE = 100;

    private static final String OUTSIDE = "outside";

    private final List<Droplet> droplets;
    private final Set<Droplet> unreached;
    private final Set<Droplet> left;
    private final int port;
    private final Outside outside;
    private final boolean inside;

    /**
     * The matrix of these droplets.
     *
     * @param left those of them that have left the cluster: between them and others no connection is needed
     */
    public PortMatrix(List<Droplet> droplets, Set<Droplet> left, int port) {
        this(droplets, Set.of(), left, port, Outside.NETWORK);
    }

    /**
     * The matrix of these droplets.
     *
     * @param unreached those of them that there is no connection to, so that nothing is tested
     * @param left those of them that have left the cluster: between them and others no connection is needed
     */
    public PortMatrix(List<Droplet> droplets, Set<Droplet> unreached, Set<Droplet> left, int port, Outside outside) {
        this(droplets, unreached, left, port, outside, PortMatrix::isOurs);
    }

    PortMatrix(
            List<Droplet> droplets,
            Set<Droplet> unreached,
            Set<Droplet> left,
            int port,
            Outside outside,
            Predicate<String> isOurs) {
        this.droplets = List.copyOf(droplets);
        this.unreached = Set.copyOf(unreached);
        this.left = Set.copyOf(left);
        this.port = port;
        this.outside = outside;
        this.inside = droplets.stream()
                .anyMatch(d -> isOurs.test(d.privateIp().text())
                        && isOurs.test(d.publicIp().text()));
    }

    private static boolean isOurs(String address) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByName(address)) != null;
        } catch (IOException e) {
            return false;
        }
    }

    /** One droplet tries all private addresses, its own too. */
    public List<Cell> from(Droplet droplet, Shell shell) {
        List<String> words = droplets.stream()
                .filter(to -> isTried(droplet, to))
                .map(this::word)
                .toList();
        Map<String, String> answers = new HashMap<>();
        String why = "";
        try {
            answers.putAll(words.isEmpty() ? Map.of() : ask(shell, SECONDS, words));
        } catch (SshFailure e) {
            why = e.sentence();
        }
        return row(droplet, answers, why);
    }

    /** What a droplet would have tried that there is no connection to. */
    public List<Cell> untried(Droplet droplet) {
        return row(droplet, Map.of(), "");
    }

    private List<Cell> row(Droplet from, Map<String, String> said, String why) {
        List<Answer> answers = droplets.stream()
                .map(to -> isTried(from, to)
                        ? answer(said.getOrDefault(word(to), ""))
                        : left.contains(from) || left.contains(to) ? Answer.LEFT : Answer.NOT_TESTED)
                .toList();
        return new Cells.Row(from.name(), droplets, answers, why);
    }

    /** What there is to be said of a droplet whose answer is none: one cell, which is wrong. */
    public static List<Cell> unknown(Droplet droplet, String why) {
        return new Cells.Row(droplet.name(), List.of(droplet), List.of(Answer.UNKNOWN), why);
    }

    private boolean isTried(Droplet from, Droplet to) {
        return !left.contains(from) && !left.contains(to) && !unreached.contains(from) && !unreached.contains(to);
    }

    private String word(Droplet to) {
        return to.privateIp() + ":" + port;
    }

    /** The answers by the words that were asked, whatever else is said. */
    private static Map<String, String> ask(Shell shell, int seconds, List<String> words) throws SshFailure {
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(seconds)));
        arguments.addAll(words);
        CommandResult result =
                shell.run(Command.script(Scripts.text("verify/ports.sh"), arguments.toArray(String[]::new)));
        Set<String> asked = new HashSet<>(words);
        Map<String, String> answers = new HashMap<>();
        result.stdout()
                .lines()
                .filter(line -> line.length() <= LONGEST_LINE)
                .map(line -> line.split(" ", 2))
                .filter(w -> w.length == 2 && asked.contains(w[0]))
                .forEach(w -> answers.put(w[0], w[1]));
        return answers;
    }

    /**
     * The addresses of those servers at which anything answers a droplet, a refusal included.
     *
     * @param servers ADDRESS:PORT
     */
    public static Set<String> answering(Shell shell, int seconds, List<String> servers) throws SshFailure {
        Map<String, String> answers = ask(shell, seconds, servers);
        return servers.stream()
                .filter(server -> Set.of("open", "refused").contains(answers.getOrDefault(server, "")))
                .map(server -> server.substring(0, server.indexOf(':')))
                .collect(Collectors.toSet());
    }

    private static Answer answer(String word) {
        return switch (word) {
            case "open" -> Answer.OPEN;
            case "refused", "unreachable" -> Answer.REFUSED;
            case "silent" -> Answer.SILENT;
            default -> Answer.UNKNOWN;
        };
    }

    /** This machine tries a droplet's public and private address; one that is a droplet itself is not outside. */
    public List<Cell> outside(Droplet droplet) {
        List<String> addresses =
                List.of(droplet.publicIp().text(), droplet.privateIp().text());
        if (inside || unreached.contains(droplet)) {
            String why = unreached.contains(droplet) ? Cell.UNREACHED : Cell.INSIDE;
            return addresses.stream()
                    .map(address -> Cell.untested(OUTSIDE, droplet, address, false, why))
                    .toList();
        }
        // An address at which no port answers may be one that this machine has no way to.
        List<Integer> ports = List.of(port, droplet.ssh().port(), HTTP);
        Outside.Answers answers = outside.at(addresses, ports, SECONDS);
        return addresses.stream()
                .map(address -> new Cell(OUTSIDE, droplet, address, false, answers.of(address, port)))
                .toList();
    }
}
