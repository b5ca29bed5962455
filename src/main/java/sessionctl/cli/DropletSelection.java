package sessionctl.cli;

import java.util.List;
import java.util.stream.Collectors;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Glob;

/** Selects droplets by the names and patterns of {@code --limit}. */
final class DropletSelection {
    private DropletSelection() {}

    /**
     * Returns the droplets that a pattern matches and no pattern after an exclamation mark does. Without a pattern of
     * the first kind, all droplets match.
     *
     * @param patterns names, also with {@code *} and {@code ?}; none to select all droplets
     * @throws ActionFailure if a pattern matches no droplet, or no droplet is left
     */
    static List<Droplet> of(List<String> patterns, List<Droplet> droplets) {
        List<String> unmatched = patterns.stream()
                .filter(p -> droplets.stream().noneMatch(d -> Glob.matches(bare(p), d.name())))
                .toList();
        if (!unmatched.isEmpty()) {
            throw unknown("--limit", String.join(", ", unmatched), droplets);
        }
        boolean all = patterns.stream().allMatch(DropletSelection::excludes);
        List<Droplet> selected = droplets.stream()
                .filter(d -> all || patterns.stream().anyMatch(p -> !excludes(p) && Glob.matches(p, d.name())))
                .filter(d -> patterns.stream().noneMatch(p -> excludes(p) && Glob.matches(bare(p), d.name())))
                .toList();
        if (selected.isEmpty()) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    "--limit: " + String.join(",", patterns) + " leaves no droplet; leave out a part after a !");
        }
        return selected;
    }

    /**
     * Returns the droplet of this name.
     *
     * @param where the option or command that names it, for messages
     * @throws ActionFailure if there is none
     */
    static Droplet named(String where, String name, List<Droplet> droplets) {
        return droplets.stream()
                .filter(d -> d.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(where, name, droplets));
    }

    private static ActionFailure unknown(String where, String names, List<Droplet> droplets) {
        return new ActionFailure(
                ExitCode.USAGE,
                where + ": the inventory has no droplet " + names + "; it has "
                        + droplets.stream().map(Droplet::name).collect(Collectors.joining(", ")));
    }

    private static boolean excludes(String pattern) {
        return pattern.startsWith("!");
    }

    private static String bare(String pattern) {
        return excludes(pattern) ? pattern.substring(1) : pattern;
    }
}
