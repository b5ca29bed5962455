package sessionctl.verify;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

/** Who reaches whose memcached port: every droplet must reach every other one, nobody outside may reach any. */
public final class PortMatrix {
    private static final int SECONDS = 2;

    private final List<Droplet> droplets;
    private final int port;
    private final boolean inside;

    /** The matrix of these droplets. */
    public PortMatrix(List<Droplet> droplets, int port) {
        this.droplets = List.copyOf(droplets);
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

    /** One droplet knocks at all private addresses, its own too. */
    public List<Cell> from(Droplet droplet, Shell shell) {
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(SECONDS)));
        droplets.forEach(d -> arguments.add(d.privateIp() + ":" + port));
        Map<String, Answer> answers = new TreeMap<>();
        try {
            CommandResult result =
                    shell.run(Command.script(Scripts.text("verify/ports.sh"), arguments.toArray(String[]::new)));
            result.stdout().lines().map(line -> line.split(" ", 2)).forEach(w -> answers.put(w[0], answer(w[1])));
        } catch (SshFailure e) {
            answers.clear();
        }
        return droplets.stream()
                .map(to -> new Cell(
                        droplet.name(),
                        to,
                        to.privateIp().text(),
                        true,
                        answers.getOrDefault(to.privateIp() + ":" + port, Answer.UNKNOWN)))
                .toList();
    }

    private static Answer answer(String word) {
        return switch (word) {
            case "open" -> Answer.OPEN;
            case "refused" -> Answer.REFUSED;
            case "silent" -> Answer.SILENT;
            default -> Answer.UNKNOWN;
        };
    }

    /** This machine knocks at a droplet's public and private address; one that is a droplet itself is not outside. */
    public List<Cell> outside(Droplet droplet) {
        if (inside) {
            return List.of();
        }
        return List.of(
                new Cell(
                        "outside",
                        droplet,
                        droplet.publicIp().text(),
                        false,
                        knock(droplet.publicIp().text())),
                new Cell(
                        "outside",
                        droplet,
                        droplet.privateIp().text(),
                        false,
                        knock(droplet.privateIp().text())));
    }

    /** Both are literals, so no name is ever looked up. */
    private Answer knock(String address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), SECONDS * 1000);
            return Answer.OPEN;
        } catch (SocketTimeoutException e) {
            return Answer.SILENT;
        } catch (ConnectException e) {
            return Answer.REFUSED;
        } catch (IOException e) {
            return Answer.SILENT;
        }
    }
}
