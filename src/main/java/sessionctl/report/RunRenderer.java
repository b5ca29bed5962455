package sessionctl.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import sessionctl.verify.VerificationResult;

/** An output format for runs. */
public interface RunRenderer {
    /**
     * Writes the plan before it is applied. Returns false if nothing was written, as in formats of a single document.
     */
    default boolean before(RunReport run, PrintWriter out) {
        return false;
    }

    /** Writes the end of what {@link #before} writes: the faults, the impact and the size of the plan. */
    default void summarize(RunReport run, PrintWriter out) {}

    /**
     * Writes the result, or the single document. Writes it droplet by droplet, because the plan for a thousand droplets
     * is large.
     */
    void after(RunReport run, PrintWriter out);

    /** Returns the output of {@link #before(RunReport, PrintWriter)} as a text. */
    default String before(RunReport run) {
        StringWriter text = new StringWriter();
        before(run, new PrintWriter(text));
        return text.toString();
    }

    /** Returns the output of {@link #after(RunReport, PrintWriter)} as a text. */
    default String after(RunReport run) {
        StringWriter text = new StringWriter();
        after(run, new PrintWriter(text));
        return text.toString();
    }

    /** Renders the history of runs. */
    String render(RunHistory history, int exitCode);

    /** Writes the log lines of droplets. */
    void write(ClusterLogs logs, int exitCode, PrintWriter out);

    /** Renders the results of {@code verify}. */
    String render(VerificationResult verification, int exitCode);
}
