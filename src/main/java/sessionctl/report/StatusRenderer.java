package sessionctl.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import sessionctl.health.ClusterHealth;

/** An output format for the state of a cluster. */
public interface StatusRenderer {
    /**
     * Writes the complete report. Writes it in parts, because a cluster of n droplets has n² connections.
     *
     * @param exitCode the exit code of the process
     */
    void write(ClusterHealth health, int exitCode, PrintWriter out);

    /** Returns the complete report as a text. */
    default String of(ClusterHealth health, int exitCode) {
        StringWriter text = new StringWriter();
        write(health, exitCode, new PrintWriter(text));
        return text.toString();
    }
}
