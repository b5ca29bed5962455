package sessionctl.desired;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import sessionctl.guard.GuardProgram;
import sessionctl.inventory.Droplet;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;
import sessionctl.state.UnsupportedDropletException;

/** Finds the guards that can be called before a run has written any file, because they equal those of these states. */
public record InstalledGuards(DesiredStates desired) {
    /**
     * A line of the guard that sets a value. Its values may differ from the desired ones; all other lines must be
     * equal.
     */
    private static final Pattern VALUE = Pattern.compile("my [$@][A-Z_]+ = .*");

    /** Returns the droplets that have the desired guard and the package that it calls. */
    public Set<Droplet> find(Map<Droplet, DropletFacts> inspected) {
        Set<Droplet> guarded = new LinkedHashSet<>();
        inspected.forEach((droplet, facts) -> {
            try {
                if (isReady(desired.stateOf(droplet, facts).file(GuardProgram.PATH), facts)) {
                    guarded.add(droplet);
                }
            } catch (UnsupportedDropletException e) {
                // The plan of this droplet reports the reason.
            }
        });
        return guarded;
    }

    private static boolean isReady(FileState wanted, DropletFacts facts) {
        return wanted instanceof FileState.Present one
                && facts.state().file(GuardProgram.PATH) instanceof FileState.Present other
                && (one.equals(other) || program(one).equals(program(other)))
                && facts.state().packages().contains(GuardProgram.PACKAGE)
                && facts.state().halfInstalled().isEmpty();
    }

    private static List<String> program(FileState.Present file) {
        return file.content()
                .lines()
                .filter(line -> !VALUE.matcher(line).matches())
                .toList();
    }
}
