package sessionctl.report.text;

import java.io.PrintWriter;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;
import sessionctl.report.TerminalSafe;

/** Progress as plain lines, for logs and pipelines. */
public final class PlainProgress implements Progress {
    private final PrintWriter err;
    private final boolean verbose;

    /**
     * Progress on standard error.
     *
     * @param err the writer of standard error
     * @param verbose true to report the start of each step as well as its end
     */
    public PlainProgress(PrintWriter err, boolean verbose) {
        this.err = err;
        this.verbose = verbose;
    }

    @Override
    public void begin(Droplet droplet, String what) {
        if (verbose) {
            end(droplet, what + " …");
        }
    }

    @Override
    public synchronized void end(Droplet droplet, String what) {
        err.println(droplet.name() + ": " + TerminalSafe.line(what));
        err.flush();
    }
}
