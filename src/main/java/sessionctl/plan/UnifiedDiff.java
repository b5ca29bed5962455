package sessionctl.plan;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Computes unified diffs as diff -u prints them (POSIX.1-2024, diff, Diff -u Output Format). */
public final class UnifiedDiff {
    /** The maximum number of lines of both texts. No file of sessionctl has as many. */
    private static final int MAX_LINES = 20_000;

    /**
     * The maximum number of different lines that are compared. If most lines differ, the search takes time in their
     * square.
     */
    private static final int MAX_COMPARED = 10_000;

    private static final int CONTEXT = 3;
    private static final String NO_NEWLINE = "\n\\ No newline at end of file";

    private UnifiedDiff() {}

    /**
     * Returns the lines of the diff, without line ends; empty if both texts are equal. For too many lines it returns a
     * summary.
     */
    public static List<String> of(String oldLabel, String newLabel, String before, String after) {
        if (before.equals(after)) {
            return List.of();
        }
        List<String> oldLines = lines(before);
        List<String> newLines = lines(after);
        if (oldLines.size() + newLines.size() > MAX_LINES) {
            return List.of(
                    "--- " + oldLabel,
                    "+++ " + newLabel,
                    "(" + oldLines.size() + " lines become " + newLines.size() + ")");
        }
        List<String> diff =
                UnifiedDiffUtils.generateUnifiedDiff(oldLabel, newLabel, oldLines, patch(oldLines, newLines), CONTEXT);
        return diff.stream()
                .flatMap(line -> Stream.of(line.split("\n", -1)))
                .map(UnifiedDiff::asDiffCounts)
                .toList();
    }

    /** Compares the lines between the common beginning and the common end. */
    private static Patch<String> patch(List<String> before, List<String> after) {
        int most = Math.min(before.size(), after.size());
        int head = 0;
        while (head < most && before.get(head).equals(after.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < most - head && before.get(before.size() - 1 - tail).equals(after.get(after.size() - 1 - tail))) {
            tail++;
        }
        List<String> old = before.subList(head, before.size() - tail);
        List<String> fresh = after.subList(head, after.size() - tail);
        Patch<String> patch = new Patch<>();
        boolean both = !old.isEmpty() && !fresh.isEmpty();
        if (both && old.size() + fresh.size() <= MAX_COMPARED) {
            int shift = head;
            DiffUtils.diff(old, fresh)
                    .getDeltas()
                    .forEach(d ->
                            patch.addDelta(d.withChunks(shifted(d.getSource(), shift), shifted(d.getTarget(), shift))));
        } else if (!old.isEmpty() || !fresh.isEmpty()) {
            patch.addDelta(new ChangeDelta<>(new Chunk<>(head, old), new Chunk<>(head, fresh)));
        }
        return patch;
    }

    private static Chunk<String> shifted(Chunk<String> chunk, int by) {
        return new Chunk<>(chunk.getPosition() + by, chunk.getLines());
    }

    /** Removes a line count of one, which the library prints and diff does not. */
    private static String asDiffCounts(String line) {
        return line.startsWith("@@") ? line.replaceAll(",1(?= )", "") : line;
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        } else {
            lines.set(lines.size() - 1, lines.get(lines.size() - 1) + NO_NEWLINE);
        }
        return lines;
    }
}
