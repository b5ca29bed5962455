package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;
import sessionctl.report.text.LiveProgress;
import sessionctl.report.text.PlainProgress;

class ProgressTest {
    private final StringWriter written = new StringWriter();

    /**
     * Returns what a terminal shows after these bytes. It knows the sequences that progress uses: carriage return, up,
     * clear below, new line. Without the carriage return, the echo of the interrupt key would remain.
     */
    private static List<String> screen(String printed) {
        String bytes = TrustedControls.written(printed);
        List<String> lines = new ArrayList<>();
        Matcher piece = Pattern.compile("\r\u001b\\[(\\d+)A\u001b\\[J|([^\r\n\u001b]*)\n")
                .matcher(bytes);
        int at = 0;
        while (piece.find()) {
            assertThat(piece.start()).isEqualTo(at);
            at = piece.end();
            if (piece.group(1) == null) {
                lines.add(piece.group(2));
            } else {
                int up = Integer.parseInt(piece.group(1));
                assertThat(up).isLessThanOrEqualTo(lines.size());
                lines.subList(lines.size() - up, lines.size()).clear();
            }
        }
        assertThat(at).isEqualTo(bytes.length());
        return lines;
    }

    private long nanos;

    private LiveProgress live(int columns, int rows) {
        return new LiveProgress(new PrintWriter(written), columns, rows, () -> nanos);
    }

    private PlainProgress plain(PlainProgress.Detail detail) {
        return PlainProgress.elapsed(new PrintWriter(written), detail, () -> nanos);
    }

    private void elapse(int seconds) {
        nanos += seconds * 1_000_000_000L;
    }

    @Test
    void everyDropletHasALineThatIsRedrawn() {
        List<Droplet> lamps = Samples.lamps(2).droplets();
        LiveProgress progress = live(80, 24);
        progress.begin(lamps.get(0), "connecting");
        progress.begin(lamps.get(1), "connecting");
        progress.end(lamps.get(0), "inspected");
        assertThat(screen(written.toString()))
                .containsExactly("0:00", "lamp01   inspected", "lamp02 \u2026 connecting");
    }

    @Test
    void progressDrawsNothingDuringAQuestion() {
        LiveProgress progress = live(80, 24);
        progress.begin(Samples.lamp01(), "connecting");
        progress.pause();
        written.write("Are you sure?\n");
        progress.end(Samples.lamp01(), "inspected");
        assertThat(screen(written.toString())).containsExactly("Are you sure?");
        progress.resume();
        progress.begin(Samples.lamp01(), "writing");
        assertThat(screen(written.toString())).containsExactly("Are you sure?", "0:00", "lamp01 \u2026 writing");
    }

    @Test
    void clearRemovesTheDrawnLines() {
        LiveProgress progress = live(80, 24);
        progress.end(Samples.lamp01(), "inspected");
        progress.clear();
        progress.clear();
        assertThat(screen(written.toString())).isEmpty();
        progress.begin(Samples.lamp01(), "again");
        assertThat(screen(written.toString())).containsExactly("0:00", "lamp01 \u2026 again");
    }

    @Test
    void aStepThatStillRunsIsDrawnAgainAfterARemark() {
        List<Droplet> lamps = Samples.lamps(2).droplets();
        LiveProgress progress = live(80, 24);
        progress.begin(lamps.get(0), "installing");
        progress.end(lamps.get(1), "installed");
        progress.clear();
        progress.pause();
        written.write("Interrupted.\n");
        progress.resume();
        assertThat(screen(written.toString())).containsExactly("Interrupted.", "0:00", "lamp01 \u2026 installing");
    }

    @Test
    void theStageAndTheElapsedTimeAreRedrawnWhileADropletWorks() {
        LiveProgress progress = live(80, 24);
        progress.stage(2, 5, "packages");
        progress.begin(Samples.lamp01(), "install apache2");
        for (int i = 0; i < 62; i++) {
            elapse(1);
            progress.tick();
        }
        assertThat(screen(written.toString()))
                .containsExactly("1:02  stage 2 of 5: packages", "lamp01 \u2026 install apache2 1:02");
        progress.end(Samples.lamp01(), "install apache2");
        elapse(3);
        progress.tick();
        assertThat(screen(written.toString()))
                .containsExactly("1:05  stage 2 of 5: packages", "lamp01   install apache2");
    }

    @Test
    void theClockStandsStillDuringAQuestion() {
        LiveProgress progress = live(80, 24);
        progress.begin(Samples.lamp01(), "connecting");
        elapse(2);
        progress.pause();
        progress.pause();
        elapse(600);
        progress.resume();
        progress.tick();
        assertThat(screen(written.toString())).isEmpty();
        progress.resume();
        progress.end(Samples.lamp01(), "inspected");
        assertThat(screen(written.toString())).containsExactly("0:02", "lamp01   inspected");
    }

    @ParameterizedTest
    @CsvSource({"80, 24, 79", "120, 24, 119", "20, 24, 19", "0, 0, 19", "80, 3, 79"})
    void noLineWrapsAndTheFrameFitsTheTerminal(int columns, int rows, int widest) {
        LiveProgress progress = live(columns, rows);
        List<Droplet> lamps = Samples.lamps(60).droplets();
        for (int i = 0; i < lamps.size(); i++) {
            progress.begin(lamps.get(i), "change /etc/memcached.conf, ".repeat(5));
            List<String> screen = screen(written.toString());
            assertThat(screen).allMatch(line -> line.length() <= widest);
            assertThat(screen.size()).isLessThan(Math.max(3, rows));
            if (i % 3 == 0) {
                progress.end(lamps.get(i), "done");
            }
        }
        assertThat(screen(written.toString()))
                .anyMatch(line -> line.length() == widest || line.endsWith("droplets busy"));
    }

    @Test
    void onASmallTerminalOnlyBusyDropletsAreShown() {
        LiveProgress progress = live(80, 6);
        List<Droplet> lamps = Samples.lamps(10).droplets();
        lamps.forEach(d -> progress.begin(d, "connecting"));
        assertThat(screen(written.toString())).hasSize(5).last().isEqualTo("10 of 10 droplets busy");
        lamps.subList(0, 8).forEach(d -> progress.end(d, "inspected"));
        assertThat(screen(written.toString()))
                .containsExactly(
                        "0:00", "lamp09 \u2026 connecting", "lamp10 \u2026 connecting", "2 of 10 droplets busy");
    }

    @Test
    void plainProgressPrintsEachResultOnceAStage() {
        PlainProgress progress = plain(PlainProgress.Detail.RESULTS);
        progress.begin(Samples.lamp01(), "connecting");
        elapse(2);
        progress.end(Samples.lamp01(), "inspected");
        progress.end(Samples.lamp01(), "inspected");
        elapse(60);
        progress.stage(1, 2, "packages");
        progress.command(Samples.lamp01(), "$ true");
        progress.end(Samples.lamp01(), "inspected");
        progress.clear();
        progress.finish(0);
        assertThat(written.toString())
                .isEqualTo("0:02 lamp01: inspected\n1:02 stage 1 of 2: packages\n1:02 lamp01: inspected\n");
    }

    @Test
    void verboseProgressPrintsEveryStepWithItsDuration() {
        PlainProgress progress = plain(PlainProgress.Detail.STEPS);
        progress.begin(Samples.lamp01(), "connecting");
        progress.command(Samples.lamp01(), "$ true");
        nanos += 1_250_000_000;
        progress.end(Samples.lamp01(), "inspected");
        progress.end(Samples.lamp01(), "inspected");
        assertThat(written.toString())
                .isEqualTo("0:00 lamp01: connecting \u2026\n0:01 lamp01: inspected (1.3 s)\n0:01 lamp01: inspected\n");
    }

    @Test
    void aLogContainsCommandsTheErrorAndTheExitCode() {
        PlainProgress progress =
                new PlainProgress(new PrintWriter(written), PlainProgress.Detail.LOG, () -> 0, () -> "08:00");
        progress.command(Samples.lamp01(), "$ echo \u001b[2J");
        progress.error(new IllegalStateException("no\u001b"));
        progress.finish(1);
        assertThat(written.toString().lines())
                .allMatch(line -> line.startsWith("08:00 "))
                .startsWith("08:00 lamp01: $ echo \\x1b[2J", "08:00 java.lang.IllegalStateException: no\\x1b")
                .anyMatch(line -> line.contains("at sessionctl.report.ProgressTest"))
                .endsWith("08:00 exit code 1");
    }

    @Test
    void timeIsFormattedForAClockForAStepAndForASentence() {
        long second = 1_000_000_000;
        assertThat(Elapsed.clock(7 * second)).isEqualTo("0:07");
        assertThat(Elapsed.clock(750 * second)).isEqualTo("12:30");
        assertThat(Elapsed.clock(3723 * second)).isEqualTo("1:02:03");
        assertThat(Elapsed.seconds(second / 4)).isEqualTo("0.3 s");
        assertThat(Elapsed.words(0)).isEqualTo("1 s");
        assertThat(Elapsed.words(41 * second + 1)).isEqualTo("42 s");
        assertThat(Elapsed.words(125 * second)).isEqualTo("2 min 5 s");
    }
}
