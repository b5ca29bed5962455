package sessionctl.report;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import sessionctl.inventory.yaml.InventoryProblem;

/** The reader of a run's output: a terminal, or the log of a build server with its own instructions. */
public interface BuildLog {
    /** A log without instructions. */
    BuildLog PLAIN = new BuildLog() {};

    /**
     * Detects the build server from the environment.
     *
     * @param environment the environment variables of the process
     * @param seconds supplies the time in seconds since 1970
     */
    static BuildLog of(Map<String, String> environment, LongSupplier seconds) {
        if ("true".equals(environment.get("GITHUB_ACTIONS"))) {
            return new GithubLog();
        }
        return "true".equals(environment.get("GITLAB_CI")) ? new GitlabLog(seconds) : PLAIN;
    }

    /**
     * Formats one droplet's part of a log, folded if the server supports that.
     *
     * @param name the droplet's name, letters and digits
     * @param title the first line
     * @param size a summary of the folded text
     * @param text complete lines
     */
    default String folded(String name, String title, String size, String text) {
        return title + "\n" + text;
    }

    /**
     * Returns true if this character completes an instruction that the server would obey.
     *
     * @param line the current line before the character, without leading blanks; the end of it if it is long
     * @param next a printable ASCII character
     */
    default boolean obeys(CharSequence line, char next) {
        return false;
    }

    /**
     * Formats a problem of an inventory; the server may show it beside its line.
     *
     * @param file the inventory's path for the server; may be empty
     */
    default String problem(InventoryProblem problem, String file) {
        return TerminalSafe.line(problem.toString());
    }

    /** Formats the reason why a command ended early. */
    default String error(String sentence) {
        return TerminalSafe.line(sentence);
    }

    /** Returns lines that the server shows outside the log, about failed droplets and warnings. */
    default List<String> annotations(RunReport run) {
        return List.of();
    }
}
