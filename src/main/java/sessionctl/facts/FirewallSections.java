package sessionctl.facts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.InterfaceAddress;

/** Parses the sections about the packet filter. */
final class FirewallSections {
    private FirewallSections() {}

    /** The maximum number of files of other tools, which a warning lists. */
    private static final int MAX_SAVED = 5;

    /**
     * Returns the packet filter; null if the droplet's iptables cannot be used. Without iptables its tables are empty.
     *
     * @throws InvalidAnswerException if a section is missing, or the filter has too many rules
     */
    static @Nullable FirewallFacts parse(AnswerSections sections) throws InvalidAnswerException {
        if (sections.texts().getOrDefault("iptables", "legacy").equals("legacy")) {
            return null;
        }
        String v6 = sections.texts().get("v6");
        Map<String, String> policies = new LinkedHashMap<>();
        AnswerSections.lines(sections.text("policies")).stream()
                .map(line -> line.split(" "))
                .filter(w -> w.length == 2)
                .forEach(w -> policies.put(w[0], w[1]));
        return new FirewallFacts(
                new FirewallState(
                        AnswerSections.table(sections.text("v4")),
                        v6 == null ? null : AnswerSections.table(v6),
                        file(sections.text("kept")),
                        loaders(sections)),
                sections.text("init").equals("systemd"),
                addresses(sections.text("addresses")),
                policies.getOrDefault("4", "ACCEPT"),
                policies.getOrDefault("6", "ACCEPT"),
                AnswerSections.lines(sections.text("sshd")).stream()
                        .filter(port -> port.matches("\\d{1,5}"))
                        .map(Integer::valueOf)
                        .distinct()
                        .toList(),
                AnswerSections.lines(sections.text("pending")),
                AnswerSections.lines(sections.texts().getOrDefault("saved", "")).stream()
                        .limit(MAX_SAVED)
                        .map(AnswerSections::cut)
                        .toList());
    }

    private static Map<String, String> loaders(AnswerSections sections) {
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

    /** Appends the last newline, which the shell has removed. */
    private static String file(String text) {
        return text.isEmpty() ? "" : text + "\n";
    }

    /** Parses the output of ip -o addr show (ip-address(8)). */
    static List<InterfaceAddress> addresses(String text) {
        List<InterfaceAddress> addresses = new ArrayList<>();
        for (String line : AnswerSections.lines(text)) {
            String[] words = line.split("\\s+");
            if (words.length > 3 && words[2].startsWith("inet")) {
                addresses.add(new InterfaceAddress(words[1].replaceAll("@.*", ""), words[3].replaceAll("/.*", "")));
            }
        }
        return addresses;
    }
}
