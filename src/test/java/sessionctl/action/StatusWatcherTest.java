package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import sessionctl.report.TrustedControls;

/** Frames of {@code status --watch}. A frame must fit on the screen: one that scrolls cannot be drawn over. */
class StatusWatcherTest {
    private static String frame(int rows, String text) {
        Terminal terminal = new Terminal(true, true, true, 10, rows);
        return TrustedControls.written(
                new StatusWatcher(new PrintWriter(Writer.nullWriter()), terminal, 1, () -> "12:00:00")
                        .clearAndFit(text));
    }

    @Test
    void textThatFitsIsDrawnCompletely() {
        assertThat(frame(5, "a\nb\nc\n")).isEqualTo("\u001b[Ha\u001b[K\nb\u001b[K\nc\u001b[K\n\u001b[J");
    }

    @Test
    void linesThatDoNotFitAreCounted() {
        assertThat(frame(4, "a\nb\nc\nd\n")).isEqualTo("\u001b[Ha\u001b[K\nb\u001b[K\n… 2 more lines\u001b[K\u001b[J");
    }

    @Test
    void aLineThatWrapsCountsAsSeveralLines() {
        assertThat(frame(4, "0123456789abc\nb\nc\n"))
                .isEqualTo("\u001b[H0123456789abc\u001b[K\n… 2 more lines\u001b[K\u001b[J");
        assertThat(frame(
                        4,
                        TrustedControls.of("\u001b[31m") + "0123456789" + TrustedControls.of("\u001b[0m") + "\nb\nc\n"))
                .contains("c")
                .doesNotContain("more");
    }

    private static String watched(Iterator<String> texts) throws InterruptedException {
        StringWriter out = new StringWriter();
        StatusWatcher watching = new StatusWatcher(
                new PrintWriter(out), new Terminal(true, true, true, 80, 24), 5, () -> "2026-11-24 08:00:00 UTC");
        Thread watcher = new Thread(() -> watching.run(() -> {
            String text = texts.next();
            if (!texts.hasNext()) {
                Thread.currentThread().interrupt();
            }
            return text;
        }));
        watcher.start();
        watcher.join(20_000);
        return TrustedControls.written(out.toString());
    }

    @Test
    void theFirstLineShowsTheTimeAndHowToQuit() throws InterruptedException {
        assertThat(watched(List.of("all well\n").iterator()))
                .contains("\u001b[H2026-11-24 08:00:00 UTC, every 5 s, Ctrl-C to quit\u001b[K\n\u001b[K\nall well");
    }
}
