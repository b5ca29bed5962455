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
import sessionctl.state.GuardState;
import sessionctl.state.MemcachedStats;

/** Parses the sections about memcached's stats, its fence and its guard. */
final class GuardFacts {
    private static final Pattern BLOCK = Pattern.compile("-A SESSIONCTL-AWAY -d ([0-9.]+)/32 .*");

    /** The maximum number of peers that a droplet may block: it has a rule for each, and messages list them. */
    private static final int MAX_BLOCKS = 1000;

    private GuardFacts() {}

    /** Parses lines of name and number. A memcached that did not respond has no lines, and its stats are zero. */
    static MemcachedStats parseStats(AnswerSections sections) {
        Map<String, Long> stats = new LinkedHashMap<>();
        for (String line : AnswerSections.lines(sections.texts().getOrDefault("stats", ""))) {
            String[] words = line.split(" ");
            if (words.length == 2 && words[1].matches("\\d{1,18}")) {
                stats.put(words[0], Long.parseLong(words[1]));
            }
        }
        return new MemcachedStats(
                stats.getOrDefault("bytes", 0L),
                stats.getOrDefault("limit_maxbytes", 0L),
                stats.getOrDefault("curr_items", 0L),
                stats.getOrDefault("evictions", 0L));
    }

    /**
     * Returns INPUT and the pairwise rules, without repeated rules, because they decide nothing more. Null if the
     * droplet's iptables did not respond.
     */
    static @Nullable FilterTable parseInput(AnswerSections sections) {
        String rules = sections.texts().get("input");
        return rules == null
                ? null
                : FilterTable.of(AnswerSections.lines(rules).stream().distinct().toList());
    }

    /**
     * Parses the lines of iptables -S that name the guard's chains, and the addresses that the guard blocks at its next
     * start.
     */
    static GuardState parseFence(AnswerSections sections) {
        Set<String> blocked = new LinkedHashSet<>();
        for (String address : sections.texts().getOrDefault("away", "").split("\\s+")) {
            if (address.matches("[0-9.]+")) {
                blocked.add(address);
            }
        }
        boolean fenced = false;
        for (String rule : AnswerSections.lines(sections.texts().getOrDefault("gate", ""))) {
            Matcher matcher = BLOCK.matcher(rule);
            if (matcher.matches()) {
                blocked.add(matcher.group(1));
            }
            fenced |= rule.startsWith("-A SESSIONCTL-GATE ");
        }
        return new GuardState(
                fenced,
                sections.texts().getOrDefault("held", "no").equals("yes"),
                blocked.stream().limit(MAX_BLOCKS).collect(Collectors.toSet()),
                AnswerSections.cut(sections.texts().getOrDefault("guard", "").strip()));
    }
}
