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

    private LiveProgress live(int columns, int rows) {
        return new LiveProgress(new PrintWriter(written), columns, rows);
    }

    @Test
    void everyDropletHasALineThatIsRedrawn() {
        List<Droplet> lamps = Samples.lamps(2).droplets();
        LiveProgress progress = live(80, 24);
        progress.begin(lamps.get(0), "connecting");
        progress.begin(lamps.get(1), "connecting");
        progress.end(lamps.get(0), "inspected");
        assertThat(screen(written.toString())).containsExactly("lamp01   inspected", "lamp02 \u2026 connecting");
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
        assertThat(screen(written.toString())).containsExactly("Are you sure?", "lamp01 \u2026 writing");
    }

    @Test
    void clearRemovesTheDrawnLines() {
        LiveProgress progress = live(80, 24);
        progress.begin(Samples.lamp01(), "connecting");
        progress.clear();
        progress.clear();
        assertThat(screen(written.toString())).isEmpty();
        progress.begin(Samples.lamp01(), "again");
        assertThat(screen(written.toString())).containsExactly("lamp01 \u2026 again");
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
        assertThat(screen(written.toString()).get(0).length()).isEqualTo(widest);
    }

    @Test
    void onASmallTerminalOnlyBusyDropletsAreShown() {
        LiveProgress progress = live(80, 6);
        List<Droplet> lamps = Samples.lamps(10).droplets();
        lamps.forEach(d -> progress.begin(d, "connecting"));
        assertThat(screen(written.toString())).hasSize(5).last().isEqualTo("10 of 10 droplets busy");
        lamps.subList(0, 8).forEach(d -> progress.end(d, "inspected"));
        assertThat(screen(written.toString()))
                .containsExactly("lamp09 \u2026 connecting", "lamp10 \u2026 connecting", "2 of 10 droplets busy");
    }

    @Test
    void plainProgressPrintsALineForEachEnd() {
        PlainProgress progress = new PlainProgress(new PrintWriter(written), false);
        progress.begin(Samples.lamp01(), "connecting");
        progress.end(Samples.lamp01(), "inspected");
        progress.clear();
        assertThat(written.toString()).isEqualTo("lamp01: inspected\n");
    }

    @Test
    void verboseProgressPrintsALineForEachBeginningAndEnd() {
        PlainProgress progress = new PlainProgress(new PrintWriter(written), true);
        progress.begin(Samples.lamp01(), "connecting");
        progress.end(Samples.lamp01(), "inspected");
        assertThat(written.toString()).isEqualTo("lamp01: connecting \u2026\nlamp01: inspected\n");
    }
}
