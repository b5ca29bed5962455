package sessionctl.plan;

import java.time.Duration;
import java.util.List;
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
                        Scripts.text("plan/install.sh"),
                        List.copyOf(new TreeSet<>(names)).toArray(String[]::new))
                .within(LIMIT);
    }
}
