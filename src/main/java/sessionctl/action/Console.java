package sessionctl.action;

import java.io.PrintWriter;
import java.util.function.Consumer;
import sessionctl.fleet.Progress;
import sessionctl.report.RunRenderer;
import sessionctl.report.RunReport;
import sessionctl.report.TerminalSafe;

/**
 * A command's output: results on standard output in the chosen format, everything else on standard error.
 *
 * @param report renders results in the chosen format
 * @param progress drawn on standard error; cleared before anything else is printed
 * @param ciReporter receives each finished run, too; see {@link CiReporter}
 */
public record Console(
        PrintWriter out, PrintWriter err, RunRenderer report, Progress progress, Consumer<RunReport> ciReporter) {
    /** Creates a console whose runs are reported to no build server. */
    public Console(PrintWriter out, PrintWriter err, RunRenderer report, Progress progress) {
        this(out, err, report, progress, run -> {});
    }

    /**
     * Prints the plan of a run that follows. Prints nothing in a format of one document; {@link #after} prints that.
     */
    public void before(RunReport run) {
        progress.clear();
        report.before(run, out);
        out.flush();
    }

    /** Prints the result of a run. */
    public void after(RunReport run) {
        progress.clear();
        report.after(run, out);
        out.flush();
        ciReporter.accept(run);
    }

    /** Prints a run that ends before it changes anything: its plan, or the one document of the format. */
    void report(RunReport run) {
        progress.clear();
        if (!report.before(run, out)) {
            report.after(run, out);
        }
        out.flush();
        ciReporter.accept(run);
    }

    /** Prints a rendered result to standard output as it is. */
    public void print(String result) {
        print(writer -> writer.print(result));
    }

    /** Lets a renderer write a large result to standard output, in parts. */
    public void print(Consumer<PrintWriter> result) {
        progress.clear();
        result.accept(out);
        out.flush();
    }

    /** Prints a remark to standard error, wrapped to the terminal's width; control characters are escaped. */
    public void note(String sentence) {
        progress.clear();
        err.println(Terminal.current().wrapped(TerminalSafe.line(sentence)));
        err.flush();
    }
}
