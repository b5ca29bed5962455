package sessionctl.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
     * Returns the reason why the installation must not be tried, such as a package that apt-get would also remove,
     * which a run never does. Empty if it may be tried.
     *
     * @param offered the answer of the droplet's apt for each package: removed, unsolved or other words
     */
    public String refusal(Map<String, String> offered) {
        Set<String> removed = withWord(offered, "removed");
        if (!removed.isEmpty()) {
            return "apt-get would remove " + some(removed) + " there"
                    + (halfInstalled.isEmpty() ? "" : " to finish the installation of " + some(halfInstalled))
                    + ", which a run never does; repair or remove it by hand";
        }
        return offered.containsValue("unsolved") && !halfInstalled.isEmpty()
                ? "apt-get cannot finish the installation of " + some(halfInstalled)
                        + " there; repair or remove it by hand"
                : "";
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
