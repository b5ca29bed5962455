package sessionctl.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import sessionctl.fleet.Progress;
import sessionctl.report.Legible;
import sessionctl.report.Report;
import sessionctl.report.Run;

/**
 * Where a command's words go: results to standard output in the chosen form, everything else to standard error.
 *
 * @param progress drawn on standard error; cleared before anything else is printed
 * @param aside where a run is told, too, once it is over
 */
record Voice(PrintWriter out, PrintWriter err, Report report, Progress progress, Consumer<Run> aside) {
    /** Words for those who read them here, and for nobody else. */
    Voice(PrintWriter out, PrintWriter err, Report report, Progress progress) {
        this(out, err, report, progress, run -> {});
    }

    /** Tells what is about to be done; what came of it will follow. */
    void before(Run run) {
        progress.clear();
        report.before(run, out);
        out.flush();
    }

    /** Tells what came of it. */
    void after(Run run) {
        progress.clear();
        report.after(run, out);
        out.flush();
        aside.accept(run);
    }

    /** Tells a run that ends before anything is done. */
    void whole(Run run) {
        progress.clear();
        if (!report.before(run, out)) {
            report.after(run, out);
        }
        out.flush();
        aside.accept(run);
    }

    /** Prints a result. */
    void say(String result) {
        progress.clear();
        out.print(result);
        out.flush();
    }

    /** Prints a remark, one line. */
    void remark(String sentence) {
        progress.clear();
        err.println(Legible.line(sentence));
        err.flush();
    }
}
