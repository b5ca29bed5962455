package sessionctl.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sessionctl.command.Command;
import sessionctl.command.Scripts;
import sessionctl.inventory.Names;

/**
 * Installs packages with apt-get(8).
 *
 * @param names packages that are not installed
 * @param halfInstalled packages that dpkg left half installed and that apt will finish
 * @param needed other packages that apt-get installs with them, by its own simulation; empty if it was not asked
 * @param upgraded installed packages that apt-get upgrades for them, likewise
 */
public record InstallPackages(Set<String> names, Set<String> halfInstalled, Set<String> needed, Set<String> upgraded)
        implements Change {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int MAX_NAMES = 3;

    /** The length of a line of names, which is printed with an indent of four. */
    private static final int LINE = 76;

    public InstallPackages {
        names = Set.copyOf(names);
        halfInstalled = Set.copyOf(halfInstalled);
        needed = Set.copyOf(needed);
        upgraded = Set.copyOf(upgraded);
    }

    /** Creates an installation that apt-get has not simulated. */
    public InstallPackages(Set<String> names, Set<String> halfInstalled) {
        this(names, halfInstalled, Set.of(), Set.of());
    }

    /**
     * Returns the same installation with the packages that apt-get adds and upgrades for it.
     *
     * @param offered the answer of the droplet's apt for each package: added, upgraded or other words
     */
    public InstallPackages simulated(Map<String, String> offered) {
        Set<String> added = withWord(offered, "added");
        added.removeAll(names);
        added.removeAll(halfInstalled);
        return new InstallPackages(names, halfInstalled, added, withWord(offered, "upgraded"));
    }

    private static Set<String> withWord(Map<String, String> offered, String wanted) {
        Set<String> packages = new TreeSet<>();
        offered.forEach((name, word) -> {
            if (word.equals(wanted)) {
                packages.add(name);
            }
        });
        return packages;
    }

    @Override
    public String describe() {
        String install = names.isEmpty() ? "" : "install " + String.join(" ", new TreeSet<>(names));
        String repair = halfInstalled.isEmpty()
                ? ""
                : "finish the installation of " + String.join(" ", new TreeSet<>(halfInstalled));
        return install + (install.isEmpty() || repair.isEmpty() ? "" : "; ") + repair;
    }

    @Override
    public List<List<String>> summary() {
        List<String> lines = new ArrayList<>();
        addLines("needs " + needed.size() + " more", needed, lines);
        addLines("upgrades " + upgraded.size(), upgraded, lines);
        return lines.isEmpty() ? List.of() : List.of(lines);
    }

    private static void addLines(String title, Set<String> packages, List<String> lines) {
        String line = packages.isEmpty() ? "" : title + ":";
        for (String name : new TreeSet<>(packages)) {
            if (line.length() + 1 + name.length() > LINE) {
                lines.add(line);
                line = " ";
            }
            line += " " + name;
        }
        if (!line.isEmpty()) {
            lines.add(line);
        }
    }

    /**
     * A reason not to try an installation.
     *
     * @param what the reason
     * @param remedy the command that fixes it on the droplet, or shows more
     */
    public record Refusal(String what, List<String> remedy) {
        public Refusal {
            remedy = List.copyOf(remedy);
        }
    }

    /**
     * Returns the reason why the installation must not be tried, such as a package that apt-get would also remove,
     * which a run never does. Empty if it may be tried.
     *
     * @param offered the answer of the droplet's apt for each package: removed, held or other words
     */
    public Optional<Refusal> refusal(Map<String, String> offered) {
        return removed(withWord(offered, "removed"))
                .or(() -> held(withWord(offered, "held")))
                .or(() -> pinned(offered))
                .or(() -> lacking(offered))
                .or(() -> unsolved(offered));
    }

    private Optional<Refusal> removed(Set<String> removed) {
        String what = "apt-get would remove " + some(removed) + " there"
                + (halfInstalled.isEmpty() ? "" : " to finish the installation of " + some(halfInstalled))
                + ", which a run never does; repair or remove it by hand";
        return removed.isEmpty() ? Optional.empty() : Optional.of(new Refusal(what, simulation()));
    }

    private Optional<Refusal> held(Set<String> held) {
        String what = some(held) + (held.size() == 1 ? " is" : " are") + " on hold there, so apt-get does not install "
                + some(names.isEmpty() ? halfInstalled : names);
        List<String> unhold = new ArrayList<>(List.of("apt-mark", "unhold"));
        unhold.addAll(held);
        return held.isEmpty() ? Optional.empty() : Optional.of(new Refusal(what, unhold));
    }

    /** A run fetches stale lists again, and they may then offer the package. */
    private static Optional<Refusal> lacking(Map<String, String> offered) {
        Set<String> lacking = withWord(offered, "no");
        return lacking.isEmpty() || offered.containsKey("-stale")
                ? Optional.empty()
                : Optional.of(new Refusal(
                        "none of its package sources offers " + String.join(", ", lacking),
                        List.of("apt-get", "update")));
    }

    private static Optional<Refusal> pinned(Map<String, String> offered) {
        Pattern place = Pattern.compile("pinned (/.*):(\\d+,\\d+)");
        for (Map.Entry<String, String> entry : new TreeMap<>(offered).entrySet()) {
            Matcher pin = place.matcher(entry.getValue().replaceAll("-(\\d+)$", ",$1"));
            if (pin.matches()) {
                return Optional.of(new Refusal(
                        pin.group(1) + ":" + pin.group(2).replace(',', '-') + " forbids apt to install "
                                + entry.getKey() + " (a negative Pin-Priority)",
                        List.of("sed", "-i", pin.group(2) + "s/^/#/", pin.group(1))));
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> unsolved(Map<String, String> offered) {
        String solution = offered.getOrDefault("-", "");
        if (!solution.startsWith("unsolved") || (offered.containsKey("-stale") && halfInstalled.isEmpty())) {
            return Optional.empty();
        }
        String reason = solution.substring("unsolved".length()).strip();
        String because = reason.isEmpty() ? "" : " (" + reason + ")";
        String what = halfInstalled.isEmpty()
                ? "apt-get cannot install " + some(names) + " there" + because
                : "apt-get cannot finish the installation of " + some(halfInstalled) + " there" + because
                        + "; repair or remove it by hand";
        return Optional.of(new Refusal(what, simulation()));
    }

    /** Returns the process that uses apt, as in "4711 apt-get (/var/lib/dpkg/lock)"; empty if there is none. */
    public static String busy(Map<String, String> offered) {
        String[] words = offered.getOrDefault("-busy", "").split(" ", 3);
        return words.length < 3 ? "" : "process " + words[1] + " (" + words[2] + ") holds " + words[0];
    }

    /**
     * Returns the free space in kilobytes that the installation needs: for the download, and for the installed files.
     * Zero if unknown.
     */
    public static long[] needed(Map<String, String> offered) {
        String[] words = offered.getOrDefault("-needs", "").split(" ");
        boolean known = words.length == 2
                && (words[0] + words[1]).matches("\\d{2,24}")
                && words[0].length() < 13
                && words[1].length() < 13;
        return known ? new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])} : new long[] {0, 0};
    }

    private static String some(Set<String> names) {
        return Names.some(new TreeSet<>(names), MAX_NAMES);
    }

    /** Returns the command that shows on the droplet what apt-get would do. */
    public List<String> simulation() {
        List<String> words = new ArrayList<>(List.of("apt-get", "-s", "-f", "install"));
        words.addAll(new TreeSet<>(names));
        return words;
    }

    @Override
    public Stage stage() {
        return Stage.PACKAGES;
    }

    @Override
    public Risk risk() {
        return Risk.NONE;
    }

    @Override
    public Command command() {
        return Command.script(Scripts.locking("plan/install.sh"))
                .withArguments(new TreeSet<>(names))
                .within(LIMIT);
    }
}
