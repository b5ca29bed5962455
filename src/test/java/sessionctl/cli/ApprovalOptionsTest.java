package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import sessionctl.action.Console;
import sessionctl.fleet.Progress;
import sessionctl.report.json.RunJson;

/** The option --yes on a pseudo-terminal of script(1). */
@Tag("slow")
class ApprovalOptionsTest {
    /** Prints whether a command with these options asks. */
    static final class Asks {
        private Asks() {}

        public static void main(String[] args) {
            ApprovalOptions options = new ApprovalOptions();
            new CommandLine(options).parseArgs(args);
            PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
            out.print(options.approval(new Console(out, out, new RunJson(), Progress.SILENT))
                    .isAsked());
            out.flush();
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "-y, false", "--yes, false"})
    void yesAnswersInAdvance(String option, String asked) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                "script",
                "-qec",
                Path.of(System.getProperty("java.home"), "bin/java") + " -cp \"$CLASSES\" -Dsessionctl.tty.in=true"
                        + " -Dsessionctl.tty.err=true '" + Asks.class.getName() + "' " + option,
                "/dev/null");
        builder.environment().put("CLASSES", System.getProperty("java.class.path"));
        Process process = builder.redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(printed).isEqualTo(asked);
    }
}
