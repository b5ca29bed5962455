package sessionctl.report;

import java.io.PrintWriter;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;

/** A plain line for whatever takes a while, for logs and pipelines. */
public final class PlainProgress implements Progress {
    private final PrintWriter err;

    /** Writes to standard error, or wherever it leads. */
    public PlainProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void begin(Droplet droplet, String what) {}

    @Override
    public synchronized void end(Droplet droplet, String what) {
        err.println(droplet.name() + ": " + what);
        err.flush();
    }
}
