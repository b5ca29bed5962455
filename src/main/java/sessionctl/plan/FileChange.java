package sessionctl.plan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import sessionctl.state.FileState;

/** One file, as it is and as it will be. */
public record FileChange(String path, FileState before, FileState after) {
    /** The change as a unified diff, without its line ends, other changes of the file before it; see {@link UnifiedDiff}. */
    public List<String> diff() {
        if (after instanceof FileState.Pending pending) {
            return UnifiedDiff.of(path + " (as its package brings it)", path, "", pending.directives());
        }
        if (!(before instanceof FileState.Present) && path.startsWith("/usr/local/lib/sessionctl/")) {
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

    /** What changes besides the bytes, a line each. */
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

    /** The new file; only once it is known which bytes it will have. */
    FileState.Present written() {
        if (after instanceof FileState.Present present) {
            return present;
        }
        throw new IllegalStateException(path + " is not known before its package is installed");
    }

    /** What the old file must still be when the new one takes its place: SHA-256 in hex, or {@code absent}. */
    String guard() {
        if (!(before instanceof FileState.Present present)) {
            return "absent";
        }
        return Digest.of(present.content().getBytes(StandardCharsets.ISO_8859_1));
    }
}
