package sessionctl.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A filter table in memory that applies sessionctl's lines as iptables-restore --noflush does. */
final class RestoreLines {
    private final Map<String, String> builtIn = new LinkedHashMap<>();
    private final Map<String, List<String>> rules = new TreeMap<>();

    RestoreLines(FilterTable table) {
        table.policies().forEach((chain, policy) -> {
            if (!policy.equals("-")) {
                builtIn.put(chain, policy);
            }
            rules.put(chain, new ArrayList<>());
        });
        table.rules().forEach(rule -> of(rule.split(" ", 3)[1]).add(rule));
    }

    /** Applies lines of iptables-restore in order. */
    RestoreLines apply(String program) {
        List<String> lines = program.lines().toList();
        if (!lines.get(0).equals("*filter") || !lines.get(lines.size() - 1).equals("COMMIT")) {
            throw new IllegalArgumentException("no program: " + program);
        }
        lines.subList(1, lines.size() - 1).forEach(this::line);
        return this;
    }

    private void line(String line) {
        String[] words = line.replaceFirst("^:", ": ").split(" ", 4);
        switch (words[0]) {
            case ":" -> declare(words[1], words[2]);
            case "-A" -> of(words[1]).add(line);
            case "-I" -> {
                List<String> chain = of(words[1]);
                int at = Integer.parseInt(words[2]);
                require(at <= chain.size() + 1, line);
                chain.add(at - 1, "-A " + words[1] + " " + words[3]);
            }
            case "-D" -> require(of(words[1]).remove("-A" + line.substring(2)), line);
            case "-F" -> of(words[1]).clear();
            case "-X" -> {
                require(of(words[1]).isEmpty() && !builtIn.containsKey(words[1]), line);
                require(
                        rules.values().stream().flatMap(List::stream).noneMatch(r -> r.endsWith(" -j " + words[1])),
                        line);
                rules.remove(words[1]);
            }
            default -> throw new IllegalArgumentException(line);
        }
    }

    private void declare(String chain, String policy) {
        if (builtIn.containsKey(chain)) {
            builtIn.put(chain, policy);
        } else {
            rules.put(chain, new ArrayList<>());
        }
    }

    private List<String> of(String chain) {
        List<String> found = rules.get(chain);
        require(found != null, "there is no chain " + chain);
        return found == null ? List.of() : found;
    }

    private static void require(boolean holds, String line) {
        if (!holds) {
            throw new IllegalStateException("iptables-restore would refuse: " + line);
        }
    }

    /** Returns the table as iptables-save prints it: the built-in chains, then the others by name. */
    FilterTable table() {
        Map<String, String> policies = new LinkedHashMap<>(builtIn);
        rules.keySet().forEach(chain -> policies.putIfAbsent(chain, "-"));
        List<String> all = new ArrayList<>();
        policies.keySet().forEach(chain -> all.addAll(of(chain)));
        return new FilterTable(policies, all);
    }
}
