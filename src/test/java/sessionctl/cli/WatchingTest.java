package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import org.junit.jupiter.api.Test;
import sessionctl.report.OwnControl;

/** A picture that scrolls cannot be drawn over. */
class WatchingTest {
    private static String frame(int rows, String text) {
        Terminal terminal = new Terminal(true, true, 10, rows);
        return OwnControl.written(new Watching(new PrintWriter(Writer.nullWriter()), terminal, 1).frame(text));
    }

    @Test
    void whatFitsIsDrawnWhole() {
        assertThat(frame(5, "a\nb\nc\n")).isEqualTo("\u001b[Ha\u001b[K\nb\u001b[K\nc\u001b[K\n\u001b[J");
    }

    @Test
    void whatDoesNotFitIsCounted() {
        assertThat(frame(4, "a\nb\nc\nd\n")).isEqualTo("\u001b[Ha\u001b[K\nb\u001b[K\n… 2 more lines\u001b[K\u001b[J");
    }

    @Test
    void aLineThatWrapsTakesMoreThanOne() {
        assertThat(frame(4, "0123456789abc\nb\nc\n"))
                .isEqualTo("\u001b[H0123456789abc\u001b[K\n… 2 more lines\u001b[K\u001b[J");
        assertThat(frame(4, OwnControl.of("\u001b[31m") + "0123456789" + OwnControl.of("\u001b[0m") + "\nb\nc\n"))
                .contains("c")
                .doesNotContain("more");
    }
}
