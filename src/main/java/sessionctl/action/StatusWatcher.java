package sessionctl.action;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import sessionctl.report.TrustedControls;
import sessionctl.report.text.ChangeMarks;

/** Draws a text repeatedly over the previous one and marks what has changed, until the process is interrupted. */
public final class StatusWatcher implements Interruption.Interruptible {
    private static final String HOME = TrustedControls.of("\u001b[H");
    private static final String CLEAR = TrustedControls.of("\u001b[2J");
    private static final String CLEAR_LINE = TrustedControls.of("\u001b[K");
    private static final String CLEAR_BELOW = TrustedControls.of("\u001b[J");
    private static final String HIDE_CURSOR = TrustedControls.of("\u001b[?25l");
    private static final String SHOW_CURSOR = TrustedControls.of("\u001b[?25h");

    private final PrintWriter out;
    private final Terminal terminal;
    private final int seconds;
    private final Supplier<String> time;

    /**
     * Creates a watcher that has not drawn anything.
     *
     * @param terminal gives the size of the screen
     * @param seconds the pause between two pictures
     * @param time returns the current time as it is shown in the header
     */
    public StatusWatcher(PrintWriter out, Terminal terminal, int seconds, Supplier<String> time) {
        this.time = time;
        this.out = out;
        this.terminal = terminal;
        this.seconds = seconds;
    }

    /**
     * Draws until the process is interrupted.
     *
     * @param picture makes the next text
     * @return {@link ExitCode#INTERRUPTED}, if this thread is interrupted; a signal ends the process instead
     */
    public int run(Supplier<String> picture) {
        out.print(HIDE_CURSOR + CLEAR);
        String before = "";
        while (true) {
            String text = picture.get();
            out.print(clearAndFit(header() + ChangeMarks.marked(before, text)));
            before = text;
            out.flush();
            try {
                Thread.sleep(seconds * 1000L);
            } catch (InterruptedException e) {
                printUnfinished();
                return ExitCode.INTERRUPTED;
            }
        }
    }

    private String header() {
        return time.get() + ", every " + seconds + " s, Ctrl-C to quit\n\n";
    }

    /** Returns the lines that fit on the screen, because text that has scrolled cannot be drawn over. */
    String clearAndFit(String text) {
        List<String> lines = text.lines().toList();
        int room = Math.max(2, terminal.rows() - 1);
        StringBuilder frame = new StringBuilder(HOME);
        int used = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int visible = TrustedControls.visible(line).length();
            int height = Math.max(1, (visible + terminal.columns() - 1) / terminal.columns());
            if (used + height > room - (i < lines.size() - 1 ? 1 : 0)) {
                frame.append("… " + (lines.size() - i) + " more lines").append(CLEAR_LINE);
                break;
            }
            used += height;
            frame.append(line).append(CLEAR_LINE).append("\n");
        }
        return frame.append(CLEAR_BELOW).toString();
    }

    @Override
    public boolean stop() {
        return false;
    }

    @Override
    public void printUnfinished() {
        out.print(SHOW_CURSOR + "\n");
        out.flush();
    }
}
