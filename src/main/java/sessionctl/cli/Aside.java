package sessionctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import sessionctl.report.BuildLog;
import sessionctl.report.MarkdownReport;
import sessionctl.report.Run;

/**
 * What a build server is told of a run besides its result.
 *
 * @param log takes what is shown beside the code, on standard error
 * @param summary the file whose Markdown the server shows on the run's own page; empty for none
 */
record Aside(BuildLog log, String summary, PrintWriter err) implements Consumer<Run> {
    @Override
    public void accept(Run run) {
        log.annotations(run).forEach(err::println);
        err.flush();
        if (!summary.isEmpty()) {
            try {
                String page = new MarkdownReport().after(run) + "\n";
                Files.writeString(Path.of(summary), page, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                err.println("$GITHUB_STEP_SUMMARY: " + summary + " cannot be written (" + Reason.of(e) + ")");
                err.flush();
            }
        }
    }
}
