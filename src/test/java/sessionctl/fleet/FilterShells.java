package sessionctl.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;

/** Connections to fake droplets, which record the commands of each droplet. */
final class FilterShells implements Shells {
    private final Map<String, List<Command>> asked = new ConcurrentHashMap<>();
    private final Map<String, Integer> opened = new ConcurrentHashMap<>();
    private final Answers answers;

    /** The answers of the droplets. */
    @FunctionalInterface
    interface Answers {
        CommandResult to(String droplet, Command command) throws SshFailure;
    }

    FilterShells(Answers answers) {
        this.answers = answers;
    }

    /** Returns the kind of the script that a command runs: revert, apply, confirm, keep, probe, facts or other. */
    static String kind(Command command) {
        String text = String.join(" ", command.words());
        return text.endsWith("/revert all") || text.endsWith("/revert own")
                ? "revert"
                : text.contains("# Changes both families")
                        ? "apply"
                        : text.contains("# Confirms a change")
                                ? "confirm"
                                : text.contains("# Keeps a confirmed")
                                        ? "keep"
                                        : text.contains("# Tries TCP ports")
                                                ? "probe"
                                                : text.contains("# Says what this droplet's packet filter is")
                                                        ? "facts"
                                                        : "other";
    }

    List<String> asked(String droplet) {
        return asked.getOrDefault(droplet, List.of()).stream()
                .map(FilterShells::kind)
                .toList();
    }

    int opened(String droplet) {
        return opened.getOrDefault(droplet, 0);
    }

    @Override
    public Shell open(Droplet droplet) throws SshFailure {
        int count = opened.merge(droplet.name(), 1, Integer::sum);
        answers.to(droplet.name(), Command.of("open", Integer.toString(count)));
        return new Shell() {
            @Override
            public CommandResult run(Command command) throws SshFailure {
                asked.computeIfAbsent(droplet.name(), name -> new ArrayList<>()).add(command);
                return answers.to(droplet.name(), command);
            }

            @Override
            public void close() {}
        };
    }
}
