package sessionctl.action;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.report.BuildLog;
import sessionctl.report.SafeWriter;
import sessionctl.report.TrustedControls;

/** Shows a text that is longer than the terminal page by page, as git(1) does: in $PAGER, or in less(1). */
public final class Pager {
    /** Prints every text as it is. */
    public static final Pager NONE = new Pager("", new Terminal(false, false, false, 80, 24), "");

    private final String command;
    private final Terminal terminal;
    private final String secret;
    private volatile @Nullable Process running;
    private volatile boolean ended;

    private Pager(String command, Terminal terminal, String secret) {
        this.command = command;
        this.terminal = terminal;
        this.secret = secret;
    }

    /**
     * Returns the pager of a person at this terminal; {@link #NONE} without one.
     *
     * @param secret the name of a variable that the pager, which can start a shell, does not get
     */
    public static Pager of(Terminal terminal, Map<String, String> environment, String secret) {
        String command = environment.getOrDefault("PAGER", "less");
        boolean isUsed = terminal.in() && terminal.out() && !Set.of("", "cat").contains(command.strip());
        return isUsed ? new Pager(command, terminal, secret) : NONE;
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

    /** Runs the pager. Returns false if it failed, or there is none. */
    private boolean isShown(String text) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // Keeps colours. When less ends, the terminal shows again what it showed before.
        builder.environment().putIfAbsent("LESS", "R");
        builder.environment().remove(secret);
        try {
            Process started = builder.start();
            running = started;
            try (PrintWriter page = new PrintWriter(new SafeWriter(started.outputWriter(), BuildLog.PLAIN))) {
                page.print(text);
            }
            int code = started.waitFor();
            while (ended) {
                // A signal ends this process: nothing more is printed or asked.
                Thread.sleep(1000);
            }
            return code == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } finally {
            running = null;
        }
    }

    /**
     * Ends a running pager, because a signal ends this process. The pager restores the terminal. One that outlived this
     * process would read the keys that the shell is to get.
     */
    void end() {
        Process shown = running;
        if (shown == null) {
            return;
        }
        ended = true;
        List<ProcessHandle> all =
                Stream.concat(shown.descendants(), Stream.of(shown.toHandle())).toList();
        all.forEach(ProcessHandle::destroy);
        for (ProcessHandle one : all) {
            try {
                one.onExit().get(1, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                one.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
