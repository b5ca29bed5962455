package sessionctl.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.AppendedFile;
import sessionctl.action.AtomicOutputFile;
import sessionctl.action.Terminal;
import sessionctl.fleet.CombinedProgress;
import sessionctl.fleet.Progress;
import sessionctl.report.json.EventLines;
import sessionctl.report.text.PlainProgress;

/** The options that write the progress of a command to files, whatever the terminal shows. */
final class LogOptions {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private static final Set<String> STANDARD_ERROR = Set.of("/dev/stderr", "/dev/fd/2", "/proc/self/fd/2");

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = "Append what -vv shows to this file, with the time. A new file gets mode 0600.")
    private @Nullable Path log;

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description = "Append each stage, change and step to this file as a line of JSON, while it happens.")
    private @Nullable Path events;

    /** Refuses a file that is the inventory of this name. */
    void refuseInventory(String inventory) {
        if (log != null) {
            AtomicOutputFile.refuseInventory("--log-file", log, inventory);
        }
        if (events != null) {
            AtomicOutputFile.refuseInventory("--events", events, inventory);
        }
    }

    boolean hasLog() {
        return log != null;
    }

    /**
     * Returns progress that is shown and written to the files.
     *
     * @param command the command that runs
     * @throws ActionFailure if a file cannot be opened
     */
    Progress with(Progress shown, PrintWriter err, String command) {
        List<Progress> all = new ArrayList<>(List.of(shown));
        if (log != null) {
            PrintWriter file = open("--log-file", log, shown, err);
            file.println(time() + " sessionctl " + command);
            file.flush();
            all.add(new PlainProgress(file, PlainProgress.Detail.LOG, System::nanoTime, LogOptions::time));
        }
        if (events != null) {
            PrintWriter file = open("--events", events, shown, err);
            all.add(new EventLines(file, command, System::nanoTime, LogOptions::time));
        }
        return all.size() == 1 ? shown : new CombinedProgress(all);
    }

    private static String time() {
        return TIME.format(Instant.now());
    }

    private static PrintWriter open(String option, Path path, Progress shown, PrintWriter err) {
        if (STANDARD_ERROR.contains(path.toString())) {
            return new PrintWriter(new StandardError(shown, err));
        }
        AppendedFile file = AppendedFile.open(option, path);
        file.warn(sentence -> {
            PrintWriter remark = new PrintWriter(new StandardError(shown, err));
            remark.println(Terminal.current().wrapped(sentence));
            remark.flush();
        });
        return new PrintWriter(file);
    }

    /**
     * Standard error, written at each flush while no progress is drawn. If a file that is standard error were opened a
     * second time, the lines of both would overwrite each other.
     */
    private static final class StandardError extends Writer {
        private final Progress shown;
        private final PrintWriter err;
        private final StringBuilder buffer = new StringBuilder();

        StandardError(Progress shown, PrintWriter err) {
            this.shown = shown;
            this.err = err;
        }

        @Override
        public void write(char[] chars, int offset, int length) {
            synchronized (lock) {
                buffer.append(chars, offset, length);
            }
        }

        @Override
        public void flush() {
            synchronized (lock) {
                shown.pause();
                err.print(buffer);
                err.flush();
                buffer.setLength(0);
                shown.resume();
            }
        }

        @Override
        public void close() {
            flush();
        }
    }
}
