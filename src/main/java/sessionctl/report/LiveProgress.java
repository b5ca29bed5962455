package sessionctl.report;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;

/** A line a droplet that is drawn over again, for a terminal; gone when the run ends. */
public final class LiveProgress implements Progress {
    private final PrintWriter err;
    private final int columns;
    private final int rows;
    private final Map<String, String> lines = new LinkedHashMap<>();
    private int drawn;
    private boolean paused;

    /** Draws on a terminal of this size; where there are more droplets than rows, only the busy ones are shown. */
    public LiveProgress(PrintWriter err, int columns, int rows) {
        this.err = err;
        this.columns = Math.max(20, columns);
        this.rows = Math.max(3, rows);
    }

    @Override
    public synchronized void begin(Droplet droplet, String what) {
        lines.put(droplet.name(), "… " + Legible.line(what));
        draw();
    }

    @Override
    public synchronized void end(Droplet droplet, String what) {
        lines.put(droplet.name(), "  " + Legible.line(what));
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

    /** A line that the terminal does not wrap: a wrapped one could not be drawn over. */
    private String clipped(String text) {
        return text.substring(0, Math.min(text.length(), columns - 1));
    }

    /**
     * Back to the first line that was drawn, and everything below it cleared (ECMA-48, CR, CUU and ED): a terminal writes
     * the interrupt key's letters where the cursor is.
     */
    private String erase() {
        return drawn == 0 ? "" : OwnControl.of("\r\u001b[" + drawn + "A\u001b[J");
    }

    @Override
    public synchronized void clear() {
        takeAway();
        lines.clear();
    }

    /** Not by holding the lock: who interrupts a question wants to be told something. */
    @Override
    public synchronized void pause() {
        takeAway();
        paused = true;
    }

    @Override
    public synchronized void resume() {
        paused = false;
        draw();
    }

    private void takeAway() {
        err.print(erase());
        err.flush();
        drawn = 0;
    }
}
