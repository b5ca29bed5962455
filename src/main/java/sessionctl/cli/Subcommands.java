package sessionctl.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;

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
     * Adds the subcommands to the program. If the first word names one that does not need the others, only that one is
     * added: reading the options of all of them takes longer than reading the inventory.
     */
    static void addTo(CommandLine program, String... args) {
        String first = args.length > 0 ? args[0] : "";
        boolean alone = ALL.containsKey(first) && !INSPECTS_ALL.contains(first);
        ALL.forEach((name, command) -> {
            if (!alone || name.equals(first)) {
                program.addSubcommand(name, command);
            }
        });
    }

    /**
     * Returns whether the first word is a command that usually connects to droplets, or that needs the same classes.
     */
    static boolean connects(String... args) {
        return args.length > 0 && CONNECT.contains(args[0]);
    }
}
