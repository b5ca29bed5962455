package sessionctl.plan;

import java.time.Duration;
import java.util.List;
import sessionctl.command.Command;
import sessionctl.command.Scripts;

/**
 * Removes a part of sessionctl from a droplet. The pairwise rules are not among the parts: a {@link FirewallChange}
 * removes them, because it can be rolled back.
 *
 * @param part the part to remove
 * @param found what is there of it: paths, and chains as in {@code chain SESSIONCTL-GATE}
 */
public record Uninstall(Part part, List<String> found) implements Change {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** A part of sessionctl on a droplet, with the arguments of uninstall.sh, separated by spaces. */
    public enum Part {
        /** The guard, if its memcached is open, so that no session is lost. */
        GUARD(Stage.REMOVE_GUARD, "remove the guard of memcached, which runs on", "guard open"),
        /** The guard, regardless of the sessions. */
        GUARD_OF_ANY(Stage.REMOVE_GUARD, "remove the guard of memcached", "guard any"),
        /** Everything else, except for the logs. */
        STATE(Stage.REMOVE_STATE, "remove sessionctl's state and the stored originals", "state");

        private final Stage stage;
        private final String words;
        private final String arguments;

        Part(Stage stage, String words, String arguments) {
            this.stage = stage;
            this.words = words;
            this.arguments = arguments;
        }
    }

    public Uninstall {
        found = List.copyOf(found);
    }

    @Override
    public String describe() {
        return part.words;
    }

    @Override
    public Stage stage() {
        return part.stage;
    }

    @Override
    public Risk risk() {
        return Risk.NONE;
    }

    /** Returns what is removed, a line each. */
    @Override
    public List<List<String>> diffs() {
        return found.isEmpty()
                ? List.of()
                : List.of(found.stream().map(path -> "-" + path).toList());
    }

    @Override
    public Command command() {
        return Command.script(Scripts.locking("plan/uninstall.sh"))
                .withArguments(List.of(part.arguments.split(" ")))
                .within(LIMIT);
    }
}
