package sessionctl.report;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import sessionctl.inventory.InventoryProblem;

/** Where a run's words are read: at a terminal, or in the log of a build server that understands more than words. */
public interface BuildLog {
    /** Words only. */
    BuildLog PLAIN = new BuildLog() {};

    /**
     * The log that an environment belongs to.
     *
     * @param environment the process's
     * @param seconds the time since 1970
     */
    static BuildLog of(Map<String, String> environment, LongSupplier seconds) {
        if ("true".equals(environment.get("GITHUB_ACTIONS"))) {
            return new GithubLog();
        }
        return "true".equals(environment.get("GITLAB_CI")) ? new GitlabLog(seconds) : PLAIN;
    }

    /**
     * One droplet's part of a log.
     *
     * @param name what it is called, letters and digits
     * @param title its first line
     * @param size what there is to be seen when it is unfolded
     * @param text whole lines
     */
    default String folded(String name, String title, String size, String text) {
        return title + "\n" + text;
    }

    /**
     * Whether the server would obey what this character completes.
     *
     * @param line what stands before it in its line, without the blanks at the beginning; of a long line, the end
     * @param next printable ASCII
     */
    default boolean obeys(CharSequence line, char next) {
        return false;
    }

    /** A problem of an inventory, shown beside its line. */
    default String problem(InventoryProblem problem, String file) {
        return Legible.line(problem.toString());
    }

    /** Why a command ended early. */
    default String error(String sentence) {
        return Legible.line(sentence);
    }

    /** What the server shows besides the log: lines about droplets that failed, or of which there is something to know. */
    default List<String> annotations(Run run) {
        return List.of();
    }
}
