package sessionctl.cli;

import java.io.PrintWriter;
import sessionctl.fleet.Progress;
import sessionctl.report.Report;

/**
 * Where a command's words go: results to standard output in the chosen form, everything else to standard error.
 *
 * @param progress drawn on standard error; cleared before anything else is printed
 */
record Voice(PrintWriter out, PrintWriter err, Report report, Progress progress) {
    /** Prints a result. */
    void say(String result) {
        progress.clear();
        out.print(result);
        out.flush();
    }

    /** Prints a remark. */
    void remark(String sentence) {
        progress.clear();
        err.println(sentence);
        err.flush();
    }
}
