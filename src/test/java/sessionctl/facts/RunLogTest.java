package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sessionctl.state.LoggedRun;
import sessionctl.state.RunStamp;

class RunLogTest {
    private static final String STAMP =
            "2026-11-24T12:03:44Z\tid-a\talice@laptop\troot\t203.0.113.9\trestart --web\t0.1.0";
    private static final RunStamp READ = new RunStamp(
            "2026-11-24T12:03:44Z", "id-a", "alice@laptop", "root", "203.0.113.9", "restart --web", "0.1.0");

    @Test
    void aLineIsARun() {
        assertThat(RunLog.runs(STAMP + "\tdone\t3\n")).containsExactly(new LoggedRun(READ, "done", 3));
        assertThat(RunLog.runs(STAMP + "\tlost\t-\n")).containsExactly(new LoggedRun(READ, "lost", -1));
    }

    @Test
    void whatIsNoLineOfOursIsPassedOver() {
        assertThat(RunLog.runs("half a li\n\n" + STAMP + "\n" + STAMP.replace("2026-", "yesterday") + "\tdone\t3\n"))
                .isEmpty();
    }

    @Test
    void aLeaseHasTheSameFieldsInFront() {
        assertThat(RunLog.stamp(STAMP)).contains(READ);
        assertThat(RunLog.stamp(STAMP + "\t4711\t99\n")).contains(READ);
        assertThat(RunLog.stamp("")).isEmpty();
    }
}
