package sessionctl.action;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Set;
import sessionctl.report.BuildLog;
import sessionctl.report.SafeWriter;
import sessionctl.report.TrustedControls;

/** Shows a text that is longer than the terminal page by page, as git(1) does: in $PAGER, or in less(1). */
public final class Pager {
    /** Prints every text as it is. */
    public static final Pager NONE = new Pager("", new Terminal(false, false, false, 80, 24));

    /** sh(1): the program cannot be run, or there is none. */
    private static final Set<Integer> NOT_RUN = Set.of(126, 127);

    private final String command;
    private final Terminal terminal;

    private Pager(String command, Terminal terminal) {
        this.command = command;
        this.terminal = terminal;
    }

    /** Returns the pager of a person at this terminal; {@link #NONE} without one. */
    public static Pager of(Terminal terminal, Map<String, String> environment) {
        String command = environment.getOrDefault("PAGER", "less");
        boolean isUsed = terminal.in() && terminal.out() && !Set.of("", "cat").contains(command.strip());
        return isUsed ? new Pager(command, terminal) : NONE;
    }

    /**
     * Writes a text, or shows it page by page if it does not fit on the terminal.
     *
     * @return true if the pager has shown it
     */
    boolean show(String text, PrintWriter out) {
        if (!command.isEmpty() && countRows(text) >= terminal.rows() && isShown(text)) {
            return true;
        }
        out.print(text);
        out.flush();
        return false;
    }

    private long countRows(String text) {
        return text.lines()
                .mapToLong(line -> 1 + Math.max(0, TrustedControls.visible(line).length() - 1) / terminal.columns())
                .sum();
    }

    /** Runs the pager. Returns false if there is none. */
    private boolean isShown(String text) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // Keeps colours. When less ends, the terminal shows again what it showed before.
        builder.environment().putIfAbsent("LESS", "R");
        try {
            Process pager = builder.start();
            // After Ctrl-C, a pager that outlived this process would read the keys that the shell is to get.
            Thread end = new Thread(pager::destroy, "pager");
            Runtime.getRuntime().addShutdownHook(end);
            try (PrintWriter page = new PrintWriter(new SafeWriter(pager.outputWriter(), BuildLog.PLAIN))) {
                page.print(text);
            }
            int code = pager.waitFor();
            Runtime.getRuntime().removeShutdownHook(end);
            return !NOT_RUN.contains(code);
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (IllegalStateException e) {
            // The process is ending.
            return true;
        }
    }
}
