package sessionctl.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sessionctl.load.HistoryCheck.Counts;

class HistoryCheckTest {
    private static final FaultSpan FIRST = new FaultSpan(1, 10_000, 20_000, List.of("w1"));
    private static final FaultSpan SECOND = new FaultSpan(2, 40_000, 50_000, List.of());

    /** Checks requests written as START END SESSION DROPLET ACT SENT SEEN [FAILURE]. */
    private static HistoryCheck check(String... history) {
        HistoryCheck check = new HistoryCheck(List.of(FIRST, SECOND));
        for (String line : history) {
            String words = line.chars().filter(c -> c == ' ').count() < 7 ? line + " " : line;
            Request request = Request.parse(words.replace(' ', '\t'));
            assertThat(request.line()).isEqualTo(words.replace(' ', '\t'));
            check.add(request);
        }
        return check;
    }

    private static List<Integer> wrong(Counts counts) {
        return List.of(counts.lost, counts.stale, counts.resurrected, counts.failed, counts.slow);
    }

    private static void assertWrong(HistoryCheck check, int lost, int stale, int resurrected, int failed, int slow) {
        assertThat(wrong(check.of(0))).containsExactly(lost, stale, resurrected, failed, slow);
    }

    @Test
    void aHistoryWithoutFaultsIsFine() {
        HistoryCheck check = check(
                "1 5 a w1 OPEN 1 0",
                "6 9 a w2 WRITE 2 1",
                "10 19 a w3 READ 0 2",
                "20 29 a w1 LOGOUT 0 2",
                "30 39 a w2 READ 0 0");
        assertWrong(check, 0, 0, 0, 0, 0);
        assertThat(check.of(0).requests).isEqualTo(5);
        assertThat(check.of(0).slowest).isEqualTo(9);
        assertThat(check.findings()).isEmpty();
    }

    @Test
    void anEmptySessionIsLostOnce() {
        HistoryCheck check = check("1 5 a w1 OPEN 1 0", "6 9 a w2 READ 0 0", "10 12 a w2 READ 0 0");
        assertWrong(check, 1, 0, 0, 0, 0);
        assertThat(check.findings()).containsExactly("0\tLOST\t6\t9\ta\tw2\tREAD\t0\t0\t");
    }

    @Test
    void aWriteThatSawAnEmptySessionReplacesTheLostOne() {
        assertWrong(check("1 5 a w1 OPEN 1 0", "6 9 a w2 WRITE 2 0", "10 12 a w1 READ 0 2"), 1, 0, 0, 0, 0);
    }

    @Test
    void anOlderValueIsStale() {
        assertWrong(check("1 5 a w1 OPEN 1 0", "6 9 a w2 WRITE 2 1", "10 12 a w1 READ 0 1"), 0, 1, 0, 0, 0);
    }

    @Test
    void aWriteWithoutAnAnswerMayHaveHappenedOrNot() {
        String[] history = {"1 5 a w1 OPEN 1 0", "6 9 a w2 WRITE 2 0 closed", "10 12 a w1 READ 0 1"};
        assertWrong(check(history), 0, 0, 0, 1, 0);
        history[2] = "10 12 a w1 READ 0 2";
        assertWrong(check(history), 0, 0, 0, 1, 0);
        history[2] = "10 12 a w1 READ 0 0";
        assertWrong(check(history), 1, 0, 0, 1, 0);
    }

    @Test
    void aValueThatWasReadIsNotOlderLater() {
        HistoryCheck check =
                check("1 5 a w1 OPEN 1 0", "6 9 a w2 WRITE 2 0 closed", "10 12 a w1 READ 0 2", "13 15 a w1 READ 0 1");
        assertWrong(check, 0, 1, 0, 1, 0);
    }

    @Test
    void aValueAfterTheLogOutIsResurrected() {
        String[] history = {"1 5 a w1 OPEN 1 0", "6 9 a w2 LOGOUT 0 1", "10 12 a w1 READ 0 0", "13 15 a w1 READ 0 1"};
        assertWrong(check(history), 0, 0, 1, 0, 0);
    }

    @Test
    void aLogOutWithoutAnAnswerMayHaveHappenedOrNot() {
        String[] history = {"1 5 a w1 OPEN 1 0", "6 9 a w2 LOGOUT 0 0 closed", "10 12 a w1 READ 0 0"};
        assertWrong(check(history), 0, 0, 0, 1, 0);
        history[2] = "10 12 a w1 READ 0 1";
        assertWrong(check(history), 0, 0, 0, 1, 0);
    }

    @Test
    void onlyRequestsThatMeetAFaultFirstMayBeSlow() {
        HistoryCheck check = check(
                "1 602 a w1 OPEN 1 0", // before the fault: 601 ms
                "9000 10700 b w2 OPEN 1 0", // under way when the fault began
                "10599 12000 c w2 OPEN 1 0", // the fault was 599 ms old
                "10600 12001 d w2 OPEN 1 0"); // 600 ms
        assertThat(check.of(0).slow).isEqualTo(1);
        assertThat(check.of(1).slow).isEqualTo(1);
        assertThat(check.of(1).slowest).isEqualTo(1700);
        assertThat(check.findings())
                .containsExactly("0\tSLOW\t1\t602\ta\tw1\tOPEN\t1\t0\t", "1\tSLOW\t10600\t12001\td\tw2\tOPEN\t1\t0\t");
    }

    @Test
    void requestsToACutOffWebServerAreCountedSeparately() {
        HistoryCheck check = check(
                "1 5 a w1 OPEN 1 0",
                "1 6 b w1 OPEN 1 0",
                "11000 11001 a w1 READ 0 0", // lost through the one that is cut off
                "11002 11003 b w2 READ 0 0", // lost through another
                "22000 22001 c w1 OPEN 1 0", // 2 s after the fault
                "22001 22002 d w1 OPEN 1 0");
        assertThat(check.throughCutOff(1).requests).isEqualTo(2);
        assertThat(check.of(1).requests).isEqualTo(2);
        assertThat(wrong(check.throughCutOff(1))).containsExactly(1, 0, 0, 0, 0);
        assertThat(wrong(check.of(1))).containsExactly(1, 0, 0, 0, 0);
    }

    @Test
    void aSessionThatACutOffWebServerHasServedIsCountedThereUntilTheNextFault() {
        HistoryCheck check = check(
                "1 5 a w1 OPEN 1 0",
                "2 6 b w1 OPEN 1 0",
                "11000 11001 a w1 WRITE 2 1",
                "11000 11002 b w1 WRITE 2 1",
                "30000 30001 a w2 READ 0 1",
                "40001 40002 b w2 READ 0 1");
        assertThat(wrong(check.of(1))).containsExactly(0, 0, 0, 0, 0);
        assertThat(wrong(check.throughCutOff(1))).containsExactly(0, 1, 0, 0, 0);
        assertThat(wrong(check.of(2))).containsExactly(0, 1, 0, 0, 0);
    }
}
