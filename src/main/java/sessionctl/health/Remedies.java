package sessionctl.health;

import java.util.List;
import java.util.stream.Collectors;
import sessionctl.command.Invocation;
import sessionctl.command.ShellQuote;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.SshAccess;

/**
 * Builds the commands that fix findings, so that they can be pasted into a shell.
 *
 * @param invocation the call of sessionctl, whose inventory the commands repeat
 */
public record Remedies(Invocation invocation) {
    /** Remedies for an inventory file of this name; empty for the default file. */
    public Remedies(String inventory) {
        this(new Invocation(inventory));
    }

    /** The inventory's name, for use in a sentence. */
    String file() {
        return invocation.file();
    }

    /** The command that applies the inventory to the droplets. */
    public String provision() {
        return invocation.command("provision");
    }

    /** The command that removes a droplet which does not answer from the cluster and from the inventory. */
    String removeDead(String droplet) {
        return invocation.command(List.of("remove", droplet), "--dead");
    }

    /** Returns true if there is no file of the inventory that a command could edit. */
    boolean readsStandardInput() {
        return invocation.inventory().equals("-");
    }

    /** The command that tests whether the droplets share their sessions. */
    public String verify() {
        return invocation.command("verify");
    }

    /** The command that closes the memcached port; empty if the inventory leaves the rules to another tool. */
    public String closePort(Cluster cluster) {
        return cluster.firewall().mode() == Firewall.Mode.NONE ? "" : provision();
    }

    /** The command that applies the firewall rules, and nothing else. */
    public String firewall() {
        return invocation.command("firewall");
    }

    /**
     * The command that restarts a droplet's memcached. This drops its locks, and memcached rejoins with every session
     * that its peers hold.
     */
    String restart(Droplet droplet) {
        return invocation.command("restart", "--limit", droplet.name());
    }

    /** The command that runs one command on the droplet over ssh. */
    public String onDroplet(Droplet droplet, List<String> words) {
        return allOnDroplet(droplet, List.of(words));
    }

    /**
     * The command that runs several commands on the droplet over ssh. Each runs only if the one before it succeeded.
     */
    String allOnDroplet(Droplet droplet, List<List<String>> commands) {
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
