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
 * Packages to install with apt-get(8).
 *
 * @param names what is not installed yet
 * @param broken what dpkg left half way and apt will finish
 */
public record InstallPackages(Set<String> names, Set<String> broken) implements Change {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int MOST_NAMES = 3;

    /** Copies the names. */
    public InstallPackages {
        names = Set.copyOf(names);
        broken = Set.copyOf(broken);
    }

    @Override
    public String describe() {
        String install = names.isEmpty() ? "" : "install " + String.join(" ", new TreeSet<>(names));
        String repair = broken.isEmpty() ? "" : "finish the installation of " + String.join(" ", new TreeSet<>(broken));
        return install + (install.isEmpty() || repair.isEmpty() ? "" : "; ") + repair;
    }

    /**
     * Why it must not be tried: what apt-get would do besides, which no run does. Empty where it may be.
     *
     * @param offered what the droplet's apt says of it, by package: removed, unsolved and other words
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
                    + (broken.isEmpty() ? "" : " to finish the installation of " + some(broken))
                    + ", which a run never does; repair or remove it by hand";
        }
        return offered.containsValue("unsolved") && !broken.isEmpty()
                ? "apt-get cannot finish the installation of " + some(broken) + " there; repair or remove it by hand"
                : "";
    }

    private static String some(Set<String> names) {
        List<String> sorted = List.copyOf(new TreeSet<>(names));
        return String.join(", ", sorted.subList(0, Math.min(MOST_NAMES, sorted.size())))
                + (sorted.size() > MOST_NAMES ? " and " + (sorted.size() - MOST_NAMES) + " more" : "");
    }

    /** What shows on the droplet what apt-get would do. */
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
    public List<List<String>> diffs() {
        return List.of();
    }

    @Override
    public Command command() {
        return Command.script(
                        Scripts.locking("plan/install.sh"),
                        List.copyOf(new TreeSet<>(names)).toArray(String[]::new))
                .within(LIMIT);
    }
}
