package sessionctl.action;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;
import sessionctl.fleet.Progress;
import sessionctl.report.RunRenderer;
import sessionctl.report.RunReport;
import sessionctl.report.TerminalSafe;
import sessionctl.report.TextStyle;
import sessionctl.report.text.RunText;

/**
 * A command's output: results on standard output in the chosen format, everything else on standard error.
 *
 * @param report renders results in the chosen format
 * @param progress drawn on standard error, except while anything else is printed
 * @param ciReporter receives each finished run, too; see {@link CiReporter}
 * @param pager shows plans that wait for a person
 */
public record Console(
        PrintWriter out,
        PrintWriter err,
        RunRenderer report,
        Progress progress,
        Consumer<RunReport> ciReporter,
        Pager pager) {
    /** Creates a console whose runs are reported to no build server and that has no pager. */
    public Console(PrintWriter out, PrintWriter err, RunRenderer report, Progress progress) {
        this(out, err, report, progress, run -> {}, Pager.NONE);
    }

    /**
     * Prints the plan of a run that follows. In a format of one document, {@link #after} prints it.
     *
     * @return false if nothing was printed
     */
    public boolean before(RunReport run) {
        boolean[] printed = new boolean[1];
        write(out, writer -> printed[0] = report.before(run, writer));
        return printed[0];
    }

    /**
     * Prints a plan like {@link #before}, but page by page: nothing happens until the person has read it. Then prints its
     * end, because the person may not have read so far.
     */
    boolean beforeQuestion(RunReport run) {
        boolean[] printed = new boolean[1];
        write(out, writer -> {
            StringWriter plan = new StringWriter();
            printed[0] = report.before(run, new PrintWriter(plan));
            if (pager.show(plan.toString(), writer)) {
                report.summarize(run, writer);
            }
        });
        return printed[0];
    }

    /** Prints the result of a run. */
    public void after(RunReport run) {
        write(out, writer -> report.after(run, writer));
        ciReporter.accept(run);
    }

    /** Prints a run that ends before it changes anything: its plan, or the one document of the format. */
    void report(RunReport run) {
        if (!(pager == Pager.NONE ? before(run) : beforeQuestion(run))) {
            write(out, writer -> report.after(run, writer));
        }
        ciReporter.accept(run);
    }

    /** Prints a plan as text to standard error, for a question about it. */
    void explain(RunReport run) {
        write(err, writer -> new RunText(TextStyle.PLAIN).before(run, writer));
    }

    /** Prints a rendered result to standard output as it is. */
    public void print(String result) {
        print(writer -> writer.print(result));
    }

    /** Lets a renderer write a large result to standard output, in parts. */
    public void print(Consumer<PrintWriter> result) {
        write(out, result);
    }

    /** Prints a remark to standard error, wrapped to the terminal's width; control characters are escaped. */
    public void note(String sentence) {
        write(err, writer -> writer.println(Terminal.current().wrapped(TerminalSafe.line(sentence))));
    }

    /** Erases the progress and ends its log, because a signal has ended the process. */
    void finish(int exitCode) {
        progress.pause();
        progress.finish(exitCode);
    }

    /** Writes while no progress is drawn. */
    private void write(PrintWriter to, Consumer<PrintWriter> text) {
        progress.clear();
        progress.pause();
        try {
            text.accept(to);
            to.flush();
        } finally {
            progress.resume();
        }
    }
}
