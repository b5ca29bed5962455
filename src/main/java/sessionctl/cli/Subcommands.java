package sessionctl.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;

/** What sessionctl can be told to do, in the order of its help. */
final class Subcommands {
    /** Those that look at the whole program, not at themselves alone. */
    private static final Set<String> LOOK_AT_ALL = Set.of("completion", "manual", "warm-up");

    private static final Set<String> CONNECT =
            Set.of("check", "provision", "firewall", "status", "restart", "verify", "warm-up");

    private static final Map<String, Class<?>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("init", InitCommand.class);
        ALL.put("render", RenderCommand.class);
        ALL.put("check", CheckCommand.class);
        ALL.put("provision", ProvisionCommand.class);
        ALL.put("firewall", FirewallCommand.class);
        ALL.put("status", StatusCommand.class);
        ALL.put("restart", RestartCommand.class);
        ALL.put("verify", VerifyCommand.class);
        ALL.put("lab", LabCommand.class);
        ALL.put("demo", DemoCommand.class);
        ALL.put("completion", CompletionCommand.class);
        ALL.put("manual", ManualCommand.class);
        ALL.put("warm-up", WarmUpCommand.class);
    }

    private Subcommands() {}

    /**
     * Gives the program its subcommands. Where the first word names one, the others are left out: to read what all of them
     * understand would take longer than to read the inventory.
     */
    static void addTo(CommandLine program, String... args) {
        String first = args.length > 0 ? args[0] : "";
        boolean alone = ALL.containsKey(first) && !LOOK_AT_ALL.contains(first);
        ALL.forEach((name, command) -> {
            if (!alone || name.equals(first)) {
                program.addSubcommand(name, command);
            }
        });
    }

    /** Whether these words lead to droplets, by and large. */
    static boolean connects(String... args) {
        return args.length > 0 && CONNECT.contains(args[0]);
    }
}
