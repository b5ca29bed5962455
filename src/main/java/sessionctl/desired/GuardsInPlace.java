package sessionctl.desired;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import sessionctl.inventory.Droplet;
import sessionctl.state.Actual;
import sessionctl.state.FileState;
import sessionctl.state.Unfit;

/** The guards that can be called before a run has written any file. */
public final class GuardsInPlace {
    /** A line of what a guard is told of the cluster, or of what it never changes. */
    private static final Pattern TOLD = Pattern.compile("my [$@][A-Z_]+ = .*");

    private final DesiredStates desired;

    /** Those that are what these states want them to be. */
    public GuardsInPlace(DesiredStates desired) {
        this.desired = desired;
    }

    /** The droplets that have one, and all that it calls. */
    public Set<Droplet> among(Map<Droplet, Actual> seen) {
        Set<Droplet> guarded = new LinkedHashSet<>();
        seen.forEach((droplet, actual) -> {
            try {
                if (isReady(desired.of(droplet, actual).state().file(Guard.PATH), actual)) {
                    guarded.add(droplet);
                }
            } catch (Unfit e) {
                // Whoever plans for it is told why.
            }
        });
        return guarded;
    }

    private static boolean isReady(FileState wanted, Actual actual) {
        return wanted instanceof FileState.Present one
                && actual.state().file(Guard.PATH) instanceof FileState.Present other
                && (one.equals(other) || program(one).equals(program(other)))
                && actual.state().packages().contains(Guard.PACKAGE)
                && actual.state().broken().isEmpty();
    }

    private static List<String> program(FileState.Present file) {
        return file.content()
                .lines()
                .filter(line -> !TOLD.matcher(line).matches())
                .toList();
    }
}
