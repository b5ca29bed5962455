package sessionctl.report.text;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;
import sessionctl.report.Elapsed;
import sessionctl.report.TerminalSafe;
import sessionctl.report.TrustedControls;

/**
 * Progress on a terminal: a line with the elapsed time and the stage, and one line per droplet. They are redrawn on
 * every change and every second, and erased at the end of the run. The time stands still during a question.
 */
public final class LiveProgress implements Progress {
    private static final long SECOND = 1_000_000_000;

    private final PrintWriter err;
    private final int columns;
    private final int rows;
    private final LongSupplier nanos;
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private String stage = "";
    private long start;
    private long pausedAt;
    private int pauses;
    private int drawn;

    /**
     * The step of a droplet.
     *
     * @param since the time at which it began
     */
    private record Line(String what, boolean busy, long since) {}

    /**
     * Progress for a terminal of this size. If there are more droplets than rows, only busy droplets are shown.
     *
     * @param nanos returns the time, as {@link System#nanoTime()} does
     */
    public LiveProgress(PrintWriter err, int columns, int rows, LongSupplier nanos) {
        this.err = err;
        this.columns = Math.max(20, columns);
        this.rows = Math.max(3, rows);
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    /** Returns progress for a terminal of this size, and draws it again every second from a thread of its own. */
    public static LiveProgress ticking(PrintWriter err, int columns, int rows) {
        LiveProgress progress = new LiveProgress(err, columns, rows, System::nanoTime);
        Thread clock = new Thread(progress::tickEverySecond, "progress");
        clock.setDaemon(true);
        clock.start();
        return progress;
    }

    private void tickEverySecond() {
        try {
            while (true) {
                Thread.sleep(1000);
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Draws the lines again, with the current time. */
    public synchronized void tick() {
        draw();
    }

    @Override
    public synchronized void stage(int number, int of, String name) {
        stage = "  stage " + number + " of " + of + ": " + name;
        draw();
    }

    @Override
    public synchronized void begin(Droplet droplet, String what) {
        lines.put(droplet.name(), new Line(TerminalSafe.line(what), true, nanos.getAsLong()));
        draw();
    }

    @Override
    public synchronized void end(Droplet droplet, String what) {
        lines.put(droplet.name(), new Line(TerminalSafe.line(what), false, nanos.getAsLong()));
        draw();
    }

    private void draw() {
        if (pauses > 0) {
            return;
        }
        StringBuilder frame = new StringBuilder(erase());
        drawn = 0;
        if (!lines.isEmpty()) {
            add(Elapsed.clock(nanos.getAsLong() - start) + stage, frame);
            addDroplets(frame);
        }
        err.print(frame);
        err.flush();
    }

    private void addDroplets(StringBuilder frame) {
        int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
        boolean crowded = lines.size() > rows - 2;
        for (Map.Entry<String, Line> line : lines.entrySet()) {
            if (crowded && (!line.getValue().busy() || drawn >= rows - 2)) {
                continue;
            }
            add(" ".repeat(width - line.getKey().length()) + line.getKey() + " " + text(line.getValue()), frame);
        }
        if (crowded) {
            long busy = lines.values().stream().filter(Line::busy).count();
            add(busy + " of " + lines.size() + " droplets busy", frame);
        }
    }

    /** Returns a droplet's step, and how long it has been running. */
    private String text(Line line) {
        long time = nanos.getAsLong() - line.since();
        return (line.busy() ? "… " : "  ")
                + line.what()
                + (line.busy() && time >= SECOND ? " " + Elapsed.clock(time) : "");
    }

    /** Adds a line, cut so that the terminal does not wrap it: a wrapped line could not be redrawn. */
    private void add(String text, StringBuilder frame) {
        frame.append(text, 0, Math.min(text.length(), columns - 1)).append('\n');
        drawn++;
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
        eraseNow();
        lines.values().removeIf(line -> !line.busy());
    }

    /** Counts calls and does not keep the lock: an interrupt during a prompt must be able to report progress. */
    @Override
    public synchronized void pause() {
        eraseNow();
        if (pauses == 0) {
            pausedAt = nanos.getAsLong();
        }
        pauses++;
    }

    @Override
    public synchronized void resume() {
        pauses--;
        if (pauses == 0) {
            start += nanos.getAsLong() - pausedAt;
            draw();
        }
    }

    private void eraseNow() {
        err.print(erase());
        err.flush();
        drawn = 0;
    }
}
