package sessionctl.desired;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.state.FilterTable;
import sessionctl.state.ManagedRules;

/**
 * The rules that a droplet loads at boot: only sessionctl's chains, whatever other rules exist by then. A line has a
 * family, a word and its argument; firewall/load.sh reads it.
 */
final class BootRules {
    private BootRules() {}

    static String text(FilterTable v4, @Nullable FilterTable v6) {
        List<String> lines = new ArrayList<>(lines("4", v4.managedRules()));
        if (v6 != null) {
            lines.addAll(lines("6", v6.managedRules()));
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> lines(String family, ManagedRules own) {
        List<String> lines = new ArrayList<>();
        own.chains().keySet().forEach(chain -> lines.add(family + " :" + chain + " - [0:0]"));
        own.chains().values().forEach(rules -> rules.forEach(rule -> lines.add(family + " " + rule)));
        if (own.chains().containsKey(ManagedRules.FULL)) {
            lines.add(family + " :INPUT " + own.policy() + " [0:0]");
        }
        return lines;
    }
}
