package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.action.Terminal;
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
}
