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
        if (!(before instanceof FileState.Present) && isGuard()) {
            return List.of("--- /dev/null", "+++ " + path, "(" + countLines() + " lines of sessionctl's own)");
        }
        return completeDiff();
    }

    /** Returns the diff as a person reads it. The text of a program or a unit of sessionctl's own is left out. */
    public List<String> summary() {
        if (after instanceof FileState.Pending pending) {
            List<String> lines = new ArrayList<>(List.of(path + ": these lines are set, everything else stays"));
            pending.directives().lines().forEach(line -> lines.add("+" + line));
            return lines;
        }
        if (!(before instanceof FileState.Present)) {
            return isOwn() ? List.of(path + ": new, " + countLines() + " lines of sessionctl's own") : completeDiff();
        }
        return isGuard() ? List.of(path + ": " + countChanges() + ", of sessionctl's own") : completeDiff();
    }

    private boolean isGuard() {
        return path.startsWith(GuardProgram.FOLDER);
    }

    /** Returns true if the new file says in its head that sessionctl writes all of it. */
    private boolean isOwn() {
        return written().content().lines().limit(2).anyMatch(line -> line.startsWith("# Written by sessionctl."));
    }

    private long countLines() {
        return written().content().lines().count();
    }

    private String countChanges() {
        List<String> lines = completeDiff();
        // The first two lines name the files.
        long added = lines.stream().skip(2).filter(line -> line.startsWith("+")).count();
        long removed =
                lines.stream().skip(2).filter(line -> line.startsWith("-")).count();
        return added + (added == 1 ? " line" : " lines") + " added, " + removed + " removed";
    }

    private List<String> completeDiff() {
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
