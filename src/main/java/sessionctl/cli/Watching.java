package sessionctl.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import sessionctl.report.OwnControl;

/** The same picture again and again, drawn over the one before, until somebody interrupts. */
final class Watching implements Interruption.Interruptible {
    private static final String HOME = OwnControl.of("\u001b[H");
    private static final String CLEAR = OwnControl.of("\u001b[2J");
    private static final String CLEAR_LINE = OwnControl.of("\u001b[K");
    private static final String CLEAR_BELOW = OwnControl.of("\u001b[J");
    private static final String HIDE_CURSOR = OwnControl.of("\u001b[?25l");
    private static final String SHOW_CURSOR = OwnControl.of("\u001b[?25h");

    private final PrintWriter out;
    private final Terminal terminal;
    private final int seconds;

    Watching(PrintWriter out, Terminal terminal, int seconds) {
        this.out = out;
        this.terminal = terminal;
        this.seconds = seconds;
    }

    /** Draws until the process is interrupted. */
    int run(Supplier<String> picture) {
        out.print(HIDE_CURSOR + CLEAR);
        while (true) {
            out.print(frame(picture.get()));
            out.flush();
            try {
                Thread.sleep(seconds * 1000L);
            } catch (InterruptedException e) {
                farewell();
                return ExitCode.INTERRUPTED;
            }
        }
    }

    /** As much as fits, for what scrolls cannot be drawn over. */
    String frame(String text) {
        List<String> lines = text.lines().toList();
        int room = Math.max(2, terminal.rows() - 1);
        StringBuilder frame = new StringBuilder(HOME);
        int used = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int visible = OwnControl.seen(line).length();
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
    public void farewell() {
        out.print(SHOW_CURSOR + "\n");
        out.flush();
    }
}
