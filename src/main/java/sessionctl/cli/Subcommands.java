package sessionctl.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The subcommands of sessionctl, in the order of its help. */
final class Subcommands {
    /** Subcommands that need the descriptions of all others. */
    private static final Set<String> INSPECTS_ALL = Set.of("completion", "help", "manual", "warm-up");

    private static final Set<String> CONNECT = Set.of(
            "check",
            "provision",
            "firewall",
            "add",
            "remove",
            "replace",
            "status",
            "history",
            "logs",
            "restart",
            "uninstall",
            "verify",
            "warm-up");

    private static final Map<String, Class<?>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("init", InitCommand.class);
        ALL.put("render", RenderCommand.class);
        ALL.put("check", CheckCommand.class);
        ALL.put("provision", ProvisionCommand.class);
        ALL.put("firewall", FirewallCommand.class);
        ALL.put("add", AddCommand.class);
        ALL.put("remove", RemoveCommand.class);
        ALL.put("replace", ReplaceCommand.class);
        ALL.put("status", StatusCommand.class);
        ALL.put("history", HistoryCommand.class);
        ALL.put("logs", LogsCommand.class);
        ALL.put("ssh", SshCommand.class);
        ALL.put("restart", RestartCommand.class);
        ALL.put("uninstall", UninstallCommand.class);
        ALL.put("verify", VerifyCommand.class);
        ALL.put("lab", LabCommand.class);
        ALL.put("demo", DemoCommand.class);
        ALL.put("help", HelpCommand.class);
        ALL.put("version", VersionCommand.class);
        ALL.put("completion", CompletionCommand.class);
        ALL.put("manual", ManualCommand.class);
        ALL.put("warm-up", WarmUpCommand.class);
    }

    private Subcommands() {}

    /**
     * Adds the subcommands to the program, or fewer if no more are needed, since reading the options of all of them
     * takes longer than reading the inventory. If the first word names one that does not need the others, only that
     * one is added. If the only word is an option, no subcommand runs, and all of them are added without options.
     */
    static void addTo(CommandLine program, String... args) {
        String first = args.length > 0 ? args[0] : "";
        boolean alone = ALL.containsKey(first) && !INSPECTS_ALL.contains(first);
        boolean listed = args.length == 1 && first.startsWith("-");
        ALL.forEach((name, command) -> {
            if (listed) {
                program.addSubcommand(name, described(name, command));
            } else if (!alone || name.equals(first)) {
                program.addSubcommand(name, command);
            }
        });
    }

    /** Returns a command that has only what the list of commands shows. */
    private static CommandSpec described(String name, Class<?> command) {
        CommandSpec spec = CommandSpec.create().name(name);
        Command written = Objects.requireNonNull(command.getAnnotation(Command.class));
        spec.usageMessage().description(written.description()).hidden(written.hidden());
        return spec;
    }

    /** Returns true if a subcommand was added without options. */
    static boolean isOnlyDescribed(CommandLine subcommand) {
        return subcommand.getCommandSpec().userObject() == null;
    }

    /**
     * Returns whether the first word is a command that usually connects to droplets, or that needs the same classes.
     */
    static boolean connects(String... args) {
        return args.length > 0 && CONNECT.contains(args[0]);
    }
}
