package sessionctl.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import sessionctl.verify.Proof;

/** One form of telling a run. */
public interface Report {
    /** What is about to be done, before it is; false if there was nothing to tell, as in a form of one document. */
    boolean before(Run run, PrintWriter out);

    /** What came of it, or the one document; written droplet by droplet, because the plan of a thousand is large. */
    void after(Run run, PrintWriter out);

    /** {@link #before(Run, PrintWriter)} as a text. */
    default String before(Run run) {
        StringWriter text = new StringWriter();
        before(run, new PrintWriter(text));
        return text.toString();
    }

    /** {@link #after(Run, PrintWriter)} as a text. */
    default String after(Run run) {
        StringWriter text = new StringWriter();
        after(run, new PrintWriter(text));
        return text.toString();
    }

    /** Who changed what. */
    String of(History history, int exitCode);

    /** What verify found. */
    String of(Proof proof, int exitCode);
}
