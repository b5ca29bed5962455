package sessionctl.action;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import sessionctl.report.BuildLog;
import sessionctl.report.RunReport;
import sessionctl.report.markdown.RunMarkdown;

/**
 * Reports a finished run to a build server: annotations in its log, and a summary in Markdown.
 *
 * @param log formats the annotations that the server shows beside the code
 * @param summary the file to which the summary is appended ($GITHUB_STEP_SUMMARY); empty for none
 * @param err standard error, where annotations are printed
 */
public record CiReporter(BuildLog log, String summary, PrintWriter err) implements Consumer<RunReport> {
    @Override
    public void accept(RunReport run) {
        log.annotations(run).forEach(err::println);
        err.flush();
        if (!summary.isEmpty()) {
            try {
                String page = new RunMarkdown().after(run) + "\n";
                Files.writeString(Path.of(summary), page, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                err.println("$GITHUB_STEP_SUMMARY: " + summary + " cannot be written (" + IoMessages.of(e) + ")");
                err.flush();
            }
        }
    }
}
