package sessionctl.facts;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.state.FilterTable;
import sessionctl.state.Gate;
import sessionctl.state.Stored;

/** What a droplet's memcached holds, and who may reach it. */
final class GuardFacts {
    private static final Pattern AWAY = Pattern.compile("-A SESSIONCTL-AWAY -d ([0-9.]+)/32 .*");

    /** Servers to which a droplet may shut the way: it has a rule for each, and sentences name them. */
    private static final int MOST_AWAY = 1000;

    private GuardFacts() {}

    /** From lines of name and number; a memcached that did not answer says nothing. */
    static Stored stored(Sections sections) {
        Map<String, Long> stats = new LinkedHashMap<>();
        for (String line : Sections.lines(sections.texts().getOrDefault("stats", ""))) {
            String[] words = line.split(" ");
            if (words.length == 2 && words[1].matches("\\d{1,18}")) {
                stats.put(words[0], Long.parseLong(words[1]));
            }
        }
        return new Stored(
                stats.getOrDefault("bytes", 0L),
                stats.getOrDefault("limit_maxbytes", 0L),
                stats.getOrDefault("curr_items", 0L),
                stats.getOrDefault("evictions", 0L));
    }

    /** INPUT and the pairwise rules, of which the same one decides nothing twice; null where the droplet's iptables did not answer. */
    static @Nullable FilterTable input(Sections sections) {
        String rules = sections.texts().get("input");
        return rules == null
                ? null
                : FilterTable.of(Sections.lines(rules).stream().distinct().toList());
    }

    /** From the lines of iptables -S that name our chains, and from what the guard shuts the way to at its next start. */
    static Gate gate(Sections sections) {
        Set<String> away = new LinkedHashSet<>();
        for (String address : sections.texts().getOrDefault("away", "").split("\\s+")) {
            if (address.matches("[0-9.]+")) {
                away.add(address);
            }
        }
        boolean shut = false;
        for (String rule : Sections.lines(sections.texts().getOrDefault("gate", ""))) {
            Matcher matcher = AWAY.matcher(rule);
            if (matcher.matches()) {
                away.add(matcher.group(1));
            }
            shut |= rule.startsWith("-A SESSIONCTL-GATE ");
        }
        return new Gate(
                shut,
                sections.texts().getOrDefault("held", "no").equals("yes"),
                away.stream().limit(MOST_AWAY).collect(Collectors.toSet()),
                Sections.cut(sections.texts().getOrDefault("guard", "").strip()));
    }
}
