package sessionctl.verify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    private final List<Droplet> droplets;
    private final Set<Droplet> left;
    private final int port;
    private final boolean inside;

    /**
     * The matrix of these droplets.
     *
     * @param left those of them that have left the cluster: between them and others no connection is needed
     */
    public PortMatrix(List<Droplet> droplets, Set<Droplet> left, int port) {
        this.droplets = List.copyOf(droplets);
        this.left = Set.copyOf(left);
        this.port = port;
        this.inside = droplets.stream()
                .anyMatch(
                        d -> isOurs(d.privateIp().text()) && isOurs(d.publicIp().text()));
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
                .filter(to -> isNeeded(droplet, to))
                .map(this::word)
                .toList();
        Map<String, String> answers = new TreeMap<>();
        try {
            answers.putAll(words.isEmpty() ? Map.of() : ask(shell, SECONDS, words));
        } catch (SshFailure e) {
            // What it would have answered is not known.
        }
        return droplets.stream()
                .map(to -> new Cell(
                        droplet.name(),
                        to,
                        to.privateIp().text(),
                        true,
                        isNeeded(droplet, to) ? answer(answers.getOrDefault(word(to), "")) : Answer.LEFT))
                .toList();
    }

    private boolean isNeeded(Droplet from, Droplet to) {
        return !left.contains(from) && !left.contains(to);
    }

    private String word(Droplet to) {
        return to.privateIp() + ":" + port;
    }

    private static Map<String, String> ask(Shell shell, int seconds, List<String> words) throws SshFailure {
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(seconds)));
        arguments.addAll(words);
        CommandResult result =
                shell.run(Command.script(Scripts.text("verify/ports.sh"), arguments.toArray(String[]::new)));
        Map<String, String> answers = new TreeMap<>();
        result.stdout()
                .lines()
                .map(line -> line.split(" ", 2))
                .filter(w -> w.length == 2)
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
        if (inside) {
            return List.of();
        }
        List<String> addresses =
                List.of(droplet.publicIp().text(), droplet.privateIp().text());
        // An address at which no port answers may be one that this machine has no way to.
        List<Integer> ports = List.of(port, droplet.ssh().port(), HTTP);
        Knocks knocks = Knocks.at(addresses, ports, SECONDS);
        return addresses.stream()
                .map(address -> new Cell("outside", droplet, address, false, knocks.answer(address, port)))
                .toList();
    }
}
