package sessionctl.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import sessionctl.health.Overview;

/** One form of telling how a cluster fares. */
public interface StatusReport {
    /**
     * All of it, written part by part, because a large cluster has the square of its droplets' number of connections.
     *
     * @param exitCode what the process will end with
     */
    void write(Overview overview, int exitCode, PrintWriter out);

    /** All of it as a text. */
    default String of(Overview overview, int exitCode) {
        StringWriter text = new StringWriter();
        write(overview, exitCode, new PrintWriter(text));
        return text.toString();
    }
}
