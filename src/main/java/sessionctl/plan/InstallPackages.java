package sessionctl.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import sessionctl.command.Command;
import sessionctl.command.Scripts;

/**
 * Installs packages with apt-get(8).
 *
 * @param names packages that are not installed
 * @param halfInstalled packages that dpkg left half installed and that apt will finish
 */
public record InstallPackages(Set<String> names, Set<String> halfInstalled) implements Change {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int MAX_NAMES = 3;

    public InstallPackages {
        names = Set.copyOf(names);
        halfInstalled = Set.copyOf(halfInstalled);
    }

    @Override
    public String describe() {
        String install = names.isEmpty() ? "" : "install " + String.join(" ", new TreeSet<>(names));
        String repair = halfInstalled.isEmpty()
                ? ""
                : "finish the installation of " + String.join(" ", new TreeSet<>(halfInstalled));
        return install + (install.isEmpty() || repair.isEmpty() ? "" : "; ") + repair;
    }

    /**
     * Returns the reason why the installation must not be tried, such as a package that apt-get would also remove,
     * which a run never does. Empty if it may be tried.
     *
     * @param offered the answer of the droplet's apt for each package: removed, unsolved or other words
     */
    public String refusal(Map<String, String> offered) {
        Set<String> removed = new TreeSet<>();
        offered.forEach((name, word) -> {
            if (word.equals("removed")) {
                removed.add(name);
            }
        });
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
        List<String> sorted = List.copyOf(new TreeSet<>(names));
        return String.join(", ", sorted.subList(0, Math.min(MAX_NAMES, sorted.size())))
                + (sorted.size() > MAX_NAMES ? " and " + (sorted.size() - MAX_NAMES) + " more" : "");
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
