package sessionctl.facts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.state.ActualFirewall;
import sessionctl.state.FirewallState;
import sessionctl.state.HeldAddress;

/** Everything that a plan of the firewall needs to know about a droplet, asked in one go. */
public final class FirewallProbe {
    private FirewallProbe() {}

    /** The question: one command, which changes nothing on the droplet. */
    public static Command command() {
        return Command.script(Scripts.text("firewall/facts.sh"));
    }

    /**
     * Reads the answer.
     *
     * @throws UnreadableFact when it is not one, or when the droplet has no iptables
     */
    public static ActualFirewall parse(CommandResult result) throws UnreadableFact {
        if (!result.ok()) {
            throw new UnreadableFact("asking for its firewall exited " + result.exit());
        }
        Sections sections = Sections.of(result.stdout());
        if (sections.text("iptables").equals("legacy")) {
            throw new UnreadableFact(ActualFirewall.NO_LEGACY);
        }
        if (!sections.text("iptables").equals("yes")) {
            throw new UnreadableFact("it has no iptables; install it there first (apt-get install iptables)");
        }
        String v6 = sections.texts().get("v6");
        Map<String, String> policies = new LinkedHashMap<>();
        Sections.lines(sections.text("policies")).stream()
                .map(line -> line.split(" "))
                .filter(w -> w.length == 2)
                .forEach(w -> policies.put(w[0], w[1]));
        return new ActualFirewall(
                new FirewallState(
                        Sections.table(sections.text("v4")),
                        v6 == null ? null : Sections.table(v6),
                        file(sections.text("kept")),
                        loaders(sections)),
                sections.text("init").equals("systemd"),
                addresses(sections.text("addresses")),
                policies.getOrDefault("4", "ACCEPT"),
                policies.getOrDefault("6", "ACCEPT"),
                Sections.lines(sections.text("sshd")).stream()
                        .filter(port -> port.matches("\\d{1,5}"))
                        .map(Integer::valueOf)
                        .distinct()
                        .toList(),
                Sections.lines(sections.text("pending")));
    }

    private static Map<String, String> loaders(Sections sections) {
        Map<String, String> loaders = new LinkedHashMap<>();
        Map.of("loader", FirewallState.LOADER, "unit", FirewallState.UNIT, "script", FirewallState.SCRIPT)
                .forEach((section, path) -> {
                    String text = sections.texts().get(section);
                    if (text != null) {
                        loaders.put(path, file(text));
                    }
                });
        return loaders;
    }

    /** The shell has taken the last newline away. */
    private static String file(String text) {
        return text.isEmpty() ? "" : text + "\n";
    }

    /** The lines of ip -o addr show (ip-address(8)). */
    static List<HeldAddress> addresses(String text) {
        List<HeldAddress> addresses = new ArrayList<>();
        for (String line : Sections.lines(text)) {
            String[] words = line.split("\\s+");
            if (words.length > 3 && words[2].startsWith("inet")) {
                addresses.add(new HeldAddress(words[1].replaceAll("@.*", ""), words[3].replaceAll("/.*", "")));
            }
        }
        return addresses;
    }
}
