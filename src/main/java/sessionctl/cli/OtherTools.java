package sessionctl.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import sessionctl.command.Invocation;

/** The words of other tools that sessionctl does not have, each with what to type instead. */
final class OtherTools {
    private static final String PREVIEW = "To show what would be changed: " + command("provision", "--dry-run");
    private static final String APPLY = "To apply the inventory: " + command("provision");
    private static final String LIST = "To list the droplets and their state: " + command("status");
    private static final String UNINSTALL = "To remove sessionctl from the droplets: " + command("uninstall") + ".";

    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry("plan", PREVIEW),
            Map.entry("preview", PREVIEW),
            Map.entry("diff", PREVIEW),
            Map.entry("apply", APPLY),
            Map.entry("deploy", APPLY),
            Map.entry("converge", APPLY),
            Map.entry("up", APPLY + ". To boot test servers: " + command("lab", "up")),
            Map.entry("down", UNINSTALL + " To remove test servers: " + command("lab", "down")),
            Map.entry("list", LIST),
            Map.entry("ls", LIST),
            Map.entry("ps", LIST),
            Map.entry("destroy", UNINSTALL),
            Map.entry("reset", "To restart memcached: " + command("restart") + ". " + UNINSTALL),
            Map.entry("validate", "To check the inventory and the droplets: " + command("check")),
            Map.entry("rm", "To remove a droplet from the cluster: " + command("remove", "NAME")));

    private OtherTools() {}

    private static String command(String... words) {
        return Invocation.DEFAULT_FILE.command(List.of(words));
    }

    /** Returns the advice for a word; empty if it is none of these. */
    static Optional<String> advice(String word) {
        return Optional.ofNullable(ADVICE.get(word));
    }
}
