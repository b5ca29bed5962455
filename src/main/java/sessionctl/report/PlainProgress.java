package sessionctl.report;

import java.io.PrintWriter;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;

/** A plain line for whatever takes a while, for logs and pipelines. */
public final class PlainProgress implements Progress {
    private final PrintWriter err;
    private final boolean verbose;

    /**
     * Writes to standard error, or wherever it leads.
     *
     * @param verbose whether the beginnings are told as well as the ends
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
        err.println(droplet.name() + ": " + Legible.line(what));
        err.flush();
    }
}
