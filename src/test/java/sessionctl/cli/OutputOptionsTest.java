package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import sessionctl.Samples;
import sessionctl.action.Terminal;
import sessionctl.fleet.Progress;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.RunReport;

class OutputOptionsTest {
    private static final Terminal TERMINAL = new Terminal(true, true, true, 80, 24);
    private static final RunReport RUN = new RunReport(
            "provision", "shop", true, 1, List.of(DropletReport.failed(Samples.lamp01(), DropletStatus.FAILED, "no")));

    @Test
    void noColorOfTheGivenEnvironmentCounts() {
        OutputOptions options = new OutputOptions();
        options.configure(Map.of(), TERMINAL);
        assertThat(options.report().before(RUN)).contains("[31m");
        options.configure(Map.of("NO_COLOR", ""), TERMINAL);
        assertThat(options.report().before(RUN)).contains("[31m");
        options.configure(Map.of("NO_COLOR", "1"), TERMINAL);
        assertThat(options.report().before(RUN)).doesNotContain("[31m");
    }

    private static String progressWith(String... words) {
        OutputOptions options = new OutputOptions();
        new CommandLine(options).parseArgs(words);
        options.configure(Map.of(), new Terminal(false, false, false, 80, 24));
        StringWriter err = new StringWriter();
        Progress progress = options.progress(new PrintWriter(err), "provision", true);
        progress.begin(Samples.lamp01(), "connecting");
        progress.command(Samples.lamp01(), "$ true");
        progress.end(Samples.lamp01(), "inspected");
        return err.toString();
    }

    @Test
    void eachVAddsDetailsToTheProgress() {
        assertThat(progressWith("-q")).isEmpty();
        assertThat(progressWith()).matches("\\d+:\\d\\d lamp01: inspected\n");
        assertThat(progressWith("-v"))
                .matches("\\d+:\\d\\d lamp01: connecting \u2026\n\\d+:\\d\\d lamp01: inspected [(][\\d.]+ s[)]\n");
        assertThat(progressWith("-vv")).contains(" lamp01: $ true\n");
    }
}
