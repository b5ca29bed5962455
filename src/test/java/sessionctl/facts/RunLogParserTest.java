package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sessionctl.state.RunInfo;
import sessionctl.state.RunLogEntry;

class RunLogParserTest {
    private static final String STAMP =
            "2026-11-24T12:03:44Z\tid-a\talice@laptop\troot\t203.0.113.9\trestart --web\t0.1.0";
    private static final RunInfo READ = new RunInfo(
            "2026-11-24T12:03:44Z", "id-a", "alice@laptop", "root", "203.0.113.9", "restart --web", "0.1.0");

    @Test
    void aLineIsReadAsARun() {
        assertThat(RunLogParser.runs(STAMP + "\tdone\t3\n")).containsExactly(new RunLogEntry(READ, "done", 3));
        assertThat(RunLogParser.runs(STAMP + "\tlost\t-\n")).containsExactly(new RunLogEntry(READ, "lost", -1));
    }

    @Test
    void otherLinesAreSkipped() {
        assertThat(RunLogParser.runs(
                        "half a li\n\n" + STAMP + "\n" + STAMP.replace("2026-", "yesterday") + "\tdone\t3\n"))
                .isEmpty();
    }

    @Test
    void aLeaseBeginsWithTheFieldsOfARun() {
        assertThat(RunLogParser.stamp(STAMP)).contains(READ);
        assertThat(RunLogParser.stamp(STAMP + "\t4711\t99\n")).contains(READ);
        assertThat(RunLogParser.stamp("")).isEmpty();
    }
}
