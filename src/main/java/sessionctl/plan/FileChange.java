package sessionctl.plan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import sessionctl.command.Sha256;
import sessionctl.guard.GuardProgram;
import sessionctl.state.FileState;

/**
 * A change of one file.
 *
 * @param before the file as it is
 * @param after the file as it will be
 */
public record FileChange(String path, FileState before, FileState after) {
    /**
     * Returns the change as the lines of a unified diff, without line ends; see {@link UnifiedDiff}. Lines about mode
     * and owner come first.
     */
    public List<String> diff() {
        if (after instanceof FileState.Pending pending) {
            return UnifiedDiff.of(path + " (as its package brings it)", path, "", pending.directives());
        }
        if (!(before instanceof FileState.Present) && path.startsWith(GuardProgram.FOLDER)) {
            long lines = written().content().lines().count();
            return List.of(
                    "--- /dev/null", "+++ " + path, "(" + lines + " lines of sessionctl's own; see the template)");
        }
        String old = before instanceof FileState.Present present ? present.content() : "";
        String oldLabel = before instanceof FileState.Present ? path : "/dev/null";
        List<String> lines = new ArrayList<>(metadata());
        lines.addAll(UnifiedDiff.of(oldLabel, path, old, written().content()));
        return lines;
    }

    /** Returns one line for each change of mode or owner. */
    private List<String> metadata() {
        if (!(before instanceof FileState.Present old) || !(after instanceof FileState.Present fresh)) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        if (!old.mode().equals(fresh.mode())) {
            lines.add(path + ": mode " + old.mode() + " becomes " + fresh.mode());
        }
        if (!old.owner().equals(fresh.owner())) {
            lines.add(path + ": owner " + old.owner() + " becomes " + fresh.owner());
        }
        return lines;
    }

    /**
     * Returns the new file.
     *
     * @throws IllegalStateException if its bytes are unknown because its package is not installed yet
     */
    FileState.Present written() {
        if (after instanceof FileState.Present present) {
            return present;
        }
        throw new IllegalStateException(path + " is not known before its package is installed");
    }

    /**
     * Returns the condition that the old file must meet when the new file replaces it: its SHA-256 in hex, or {@code
     * absent}.
     */
    String expectedDigest() {
        if (!(before instanceof FileState.Present present)) {
            return "absent";
        }
        return Sha256.of(present.content().getBytes(StandardCharsets.ISO_8859_1));
    }
}
