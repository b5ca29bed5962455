package sessionctl.report.text;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;
import sessionctl.report.TerminalSafe;
import sessionctl.report.TrustedControls;

/** Progress on a terminal: one line per droplet, redrawn on every change and erased at the end of the run. */
public final class LiveProgress implements Progress {
    private final PrintWriter err;
    private final int columns;
    private final int rows;
    private final Map<String, String> lines = new LinkedHashMap<>();
    private int drawn;
    private boolean paused;

    /** Progress for a terminal of this size. If there are more droplets than rows, only busy droplets are shown. */
    public LiveProgress(PrintWriter err, int columns, int rows) {
        this.err = err;
        this.columns = Math.max(20, columns);
        this.rows = Math.max(3, rows);
    }

    @Override
    public synchronized void begin(Droplet droplet, String what) {
        lines.put(droplet.name(), "… " + TerminalSafe.line(what));
        draw();
    }

    @Override
    public synchronized void end(Droplet droplet, String what) {
        lines.put(droplet.name(), "  " + TerminalSafe.line(what));
        draw();
    }

    private void draw() {
        if (paused) {
            return;
        }
        StringBuilder frame = new StringBuilder(erase());
        int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
        drawn = 0;
        boolean crowded = lines.size() > rows - 1;
        for (Map.Entry<String, String> line : lines.entrySet()) {
            if (crowded && (!line.getValue().startsWith("…") || drawn >= rows - 2)) {
                continue;
            }
            String text = " ".repeat(width - line.getKey().length()) + line.getKey() + " " + line.getValue();
            frame.append(clipped(text)).append('\n');
            drawn++;
        }
        if (crowded) {
            long busy = lines.values().stream().filter(l -> l.startsWith("…")).count();
            frame.append(clipped(busy + " of " + lines.size() + " droplets busy"))
                    .append('\n');
            drawn++;
        }
        err.print(frame);
        err.flush();
    }

    /** Cuts a line so that the terminal does not wrap it: a wrapped line could not be redrawn. */
    private String clipped(String text) {
        return text.substring(0, Math.min(text.length(), columns - 1));
    }

    /**
     * Moves the cursor to the first drawn line and clears everything below (ECMA-48, CR, CUU and ED). CR is needed
     * because a terminal echoes the interrupt key at the cursor.
     */
    private String erase() {
        return drawn == 0 ? "" : TrustedControls.of("\r\u001b[" + drawn + "A\u001b[J");
    }

    @Override
    public synchronized void clear() {
        removeHook();
        lines.clear();
    }

    /** Sets a flag and does not keep the lock: an interrupt during a prompt must be able to report progress. */
    @Override
    public synchronized void pause() {
        removeHook();
        paused = true;
    }

    @Override
    public synchronized void resume() {
        paused = false;
        draw();
    }

    private void removeHook() {
        err.print(erase());
        err.flush();
        drawn = 0;
    }
}
