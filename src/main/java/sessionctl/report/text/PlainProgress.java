package sessionctl.report.text;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;
import sessionctl.report.Elapsed;
import sessionctl.report.TerminalSafe;

/** Progress as plain lines, for logs and pipelines. */
public final class PlainProgress implements Progress {
    private final PrintWriter out;
    private final Detail detail;
    private final LongSupplier nanos;
    private final Supplier<String> prefix;
    private final Map<String, Long> started = new HashMap<>();

    /** The lines since the last stage began. */
    private final Set<String> printed = new HashSet<>();

    /** The lines to print. Each constant includes the lines of those before it. */
    public enum Detail {
        /** Stages, and the result of each step, once a stage. */
        RESULTS,
        /** The start of each step, and the result of every step with its duration. */
        STEPS,
        /** The commands that run on droplets. */
        COMMANDS,
        /** The stack trace of an error that ends the run, and the exit code. */
        LOG
    }

    /**
     * Progress whose lines begin with a prefix.
     *
     * @param nanos returns the time, as {@link System#nanoTime()} does
     * @param prefix returns the first word of a line
     */
    public PlainProgress(PrintWriter out, Detail detail, LongSupplier nanos, Supplier<String> prefix) {
        this.out = out;
        this.detail = detail;
        this.nanos = nanos;
        this.prefix = prefix;
    }

    /** Returns progress whose lines begin with the time since now. */
    public static PlainProgress elapsed(PrintWriter out, Detail detail, LongSupplier nanos) {
        long start = nanos.getAsLong();
        return new PlainProgress(out, detail, nanos, () -> Elapsed.clock(nanos.getAsLong() - start));
    }

    @Override
    public synchronized void begin(Droplet droplet, String what) {
        started.putIfAbsent(droplet.name(), nanos.getAsLong());
        if (prints(Detail.STEPS)) {
            print(droplet.name() + ": " + what + " …");
        }
    }

    @Override
    public synchronized void end(Droplet droplet, String what) {
        String line = droplet.name() + ": " + what;
        Long start = started.remove(droplet.name());
        if (prints(Detail.STEPS)) {
            print(line + (start == null ? "" : " (" + Elapsed.seconds(nanos.getAsLong() - start) + ")"));
        } else if (printed.add(line)) {
            print(line);
        }
    }

    @Override
    public synchronized void stage(int number, int of, String name) {
        printed.clear();
        print("stage " + number + " of " + of + ": " + name);
    }

    @Override
    public synchronized void command(Droplet droplet, String line) {
        if (prints(Detail.COMMANDS)) {
            print(droplet.name() + ": " + line);
        }
    }

    @Override
    public synchronized void error(Throwable cause) {
        if (prints(Detail.LOG)) {
            StringWriter trace = new StringWriter();
            cause.printStackTrace(new PrintWriter(trace, true));
            trace.toString().lines().forEach(this::print);
        }
    }

    @Override
    public synchronized void finish(int exitCode) {
        if (prints(Detail.LOG)) {
            print("exit code " + exitCode);
        }
    }

    private boolean prints(Detail wanted) {
        return detail.compareTo(wanted) >= 0;
    }

    private void print(String line) {
        out.println(prefix.get() + " " + TerminalSafe.line(line));
        out.flush();
    }
}
