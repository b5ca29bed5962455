package sessionctl.health;

import java.util.List;
import java.util.stream.Collectors;
import sessionctl.command.Invocation;
import sessionctl.command.ShellQuote;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.SshAccess;

/**
 * Makes commands that fix something, to be copied from the screen.
 *
 * @param invocation how sessionctl was called
 */
public record Remedies(Invocation invocation) {
    /** For an inventory of this name; empty for the usual one. */
    public Remedies(String inventory) {
        this(new Invocation(inventory));
    }

    private String sessionctl(String command) {
        return invocation.command(command);
    }

    /** The inventory's name in a sentence. */
    String file() {
        return invocation.file();
    }

    /** Makes the droplets what the inventory says. */
    public String provision() {
        return sessionctl("provision");
    }

    /** Makes the rules what the inventory says. */
    public String firewall() {
        return sessionctl("firewall");
    }

    /** Makes the droplets what the inventory says, then their rules. */
    public String both() {
        return provision() + " && " + firewall();
    }

    /** The rules first, without which memcached stays closed. */
    String firewallFirst() {
        return firewall() + " && " + provision();
    }

    /** memcached forgets its locks, and comes back with every session that its peers hold. */
    String refill(Droplet droplet) {
        return invocation.command("restart", "--limit", droplet.name());
    }

    /** Something to do on the droplet itself. */
    String on(Droplet droplet, List<String> words) {
        return onAll(droplet, List.of(words));
    }

    /** Commands for the droplet itself, each run only when the one before has succeeded. */
    String onAll(Droplet droplet, List<List<String>> commands) {
        String user = droplet.ssh().user();
        String port = droplet.ssh().port() == 22 ? "" : "-p " + droplet.ssh().port() + " ";
        String line = commands.stream()
                .map(words -> (user.equals("root") ? "" : "sudo ") + ShellQuote.join(words))
                .collect(Collectors.joining(" && "));
        String jump = droplet.ssh().jump().isEmpty()
                ? ""
                : "-J "
                        + ShellQuote.quote(String.join(
                                ",",
                                droplet.ssh().jump().stream()
                                        .map(JumpHost::toString)
                                        .toList()))
                        + " ";
        String address = droplet.ssh().address() == SshAccess.Address.PRIVATE
                ? droplet.privateIp().text()
                : droplet.publicIp().text();
        return "ssh " + jump + port + ShellQuote.quote(user) + "@" + address + " " + ShellQuote.quote(line);
    }
}
