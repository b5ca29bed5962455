package sessionctl.plan;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Unified diffs as diff -u prints them (POSIX.1-2024, diff, Diff -u Output Format). */
public final class UnifiedDiff {
    /** More lines than any file of ours has; a diff of files that differ throughout grows with the square. */
    private static final int MOST_LINES = 20_000;

    private static final int CONTEXT = 3;
    private static final String NO_NEWLINE = "\n\\ No newline at end of file";

    private UnifiedDiff() {}

    /** The lines of the diff, without line ends; empty when both texts are equal. */
    public static List<String> of(String oldLabel, String newLabel, String before, String after) {
        List<String> oldLines = lines(before);
        List<String> newLines = lines(after);
        if (oldLines.size() + newLines.size() > MOST_LINES) {
            return List.of(
                    "--- " + oldLabel,
                    "+++ " + newLabel,
                    "(" + oldLines.size() + " lines become " + newLines.size() + ")");
        }
        List<String> diff = UnifiedDiffUtils.generateUnifiedDiff(
                oldLabel, newLabel, oldLines, DiffUtils.diff(oldLines, newLines), CONTEXT);
        return diff.stream()
                .flatMap(line -> Stream.of(line.split("\n", -1)))
                .map(UnifiedDiff::asDiffCounts)
                .toList();
    }

    /** The library writes a count of one, which diff leaves out. */
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
