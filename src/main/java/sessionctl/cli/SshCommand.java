package sessionctl.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.IoMessages;
import sessionctl.command.ShellQuote;
import sessionctl.inventory.Droplet;
import sessionctl.report.TerminalSafe;
import sessionctl.ssh.route.SshCommandLine;
import sessionctl.ssh.route.SshConfig;

/** The {@code ssh} command: runs the program ssh for a droplet of the inventory. */
@Command(
        name = "ssh",
        description = {
            "Log in to a droplet with ssh, or run a command there: with the user, port, key, jump hosts and known host"
                    + " keys of the inventory.",
            "",
            "ssh joins the words of the command with spaces, and a shell on the droplet reads them. A fingerprint that"
                    + " the inventory pins is not checked: ssh has no option for that.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {"  sessionctl ssh lamp01 inventory.yml", "  sessionctl ssh lamp01 -- systemctl status memcached"},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success; other codes are the command's, or 255 if ssh could not connect",
            "5:wrong usage or inventory; nothing was contacted"
        })
final class SshCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "The droplet's name in the inventory.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "[INVENTORY] [-- COMMAND]",
            hideParamSyntax = true,
            description = "The inventory, - for standard input (default: $SESSIONCTL_INVENTORY, otherwise"
                    + " inventory.yml), and after -- the command.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = {"-i", "--inventory"},
            paramLabel = "FILE",
            description = "The inventory, as the argument INVENTORY.")
    private @Nullable Path inventory;

    @Mixin
    private final KnownHostsOption knownHosts = new KnownHostsOption();

    @Option(names = "-v", description = "Print the command line of ssh.")
    private boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (name.startsWith("-")) {
            throw new ActionFailure(
                    ExitCode.USAGE, "ssh: " + name + " is not the name of a droplet; write the name before --");
        }
        List<String> command = command();
        InventoryOptions file = InventoryOptions.of(file(words.size() - command.size()), inventory);
        SshConfig config = ConnectionOptions.readConfig();
        Droplet droplet =
                DropletSelection.named("ssh", name, file.cluster(config).droplets());
        List<String> line = SshCommandLine.of(droplet, config, knownHosts.file(), command);
        if (verbose) {
            spec.commandLine().getErr().println(TerminalSafe.line(ShellQuote.join(line)));
            spec.commandLine().getErr().flush();
        }
        return run(line);
    }

    /** Returns the words after the first {@code --}. */
    private List<String> command() {
        List<String> given = spec.commandLine().getParseResult().originalArgs();
        int dashes = given.indexOf("--");
        int after = dashes < 0 ? 0 : given.size() - dashes - 1;
        return words.subList(Math.max(0, words.size() - after), words.size());
    }

    /** Returns the argument that names the inventory; null if there is none. */
    private @Nullable Path file(int before) {
        if (before > 1) {
            throw new ActionFailure(
                    ExitCode.USAGE, "ssh: unexpected argument \"" + words.get(1) + "\"; write -- before a command");
        }
        return before == 0 ? null : Path.of(words.get(0));
    }

    /**
     * Runs a program on the streams of this process, without a shell.
     *
     * @return its exit code
     */
    static int run(List<String> line) {
        ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
        builder.environment().remove(SudoOptions.VARIABLE);
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new ActionFailure(
                    ExitCode.FAILED, line.get(0) + " cannot be run (" + IoMessages.of(e) + "); install openssh-client");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ActionFailure(ExitCode.INTERRUPTED, "ssh: interrupted");
        }
    }
}
