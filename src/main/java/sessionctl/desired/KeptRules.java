package sessionctl.desired;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.state.FilterTable;
import sessionctl.state.OwnRules;

/**
 * What the droplet loads at boot: our own chains only, whatever else is there by then. A line is a family, a word and its
 * argument; firewall/load.sh reads them.
 */
final class KeptRules {
    private KeptRules() {}

    static String text(FilterTable v4, @Nullable FilterTable v6) {
        List<String> lines = new ArrayList<>(lines("4", v4.own()));
        if (v6 != null) {
            lines.addAll(lines("6", v6.own()));
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> lines(String family, OwnRules own) {
        List<String> lines = new ArrayList<>();
        own.chains().keySet().forEach(chain -> lines.add(family + " :" + chain + " - [0:0]"));
        own.chains().values().forEach(rules -> rules.forEach(rule -> lines.add(family + " " + rule)));
        if (own.chains().containsKey(OwnRules.FULL)) {
            lines.add(family + " :INPUT " + own.policy() + " [0:0]");
        }
        return lines;
    }
}
