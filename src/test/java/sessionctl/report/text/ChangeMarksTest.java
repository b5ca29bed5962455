package sessionctl.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.report.TrustedControls;

/** Marks of changes, which distinguish a frozen screen from a cluster without changes. */
class ChangeMarksTest {
    private static String marked(String before, String after) {
        return TrustedControls.written(ChangeMarks.marked(before, after))
                .replace("\u001b[7m", "[")
                .replace("\u001b[0m", "]");
    }

    @Test
    void theFirstTextIsNotMarked() {
        assertThat(marked("", "lamp01  open\n")).isEqualTo("lamp01  open\n");
    }

    @Test
    void changedCellsAreMarkedAlsoInRowsThatMoved() {
        assertThat(marked(
                        "\na  open  3\nb  open  3\n\na  1 MB\n",
                        "a: is down\n\nb  closed  3\na  open    4\n\na  1 MB\n"))
                .isEqualTo("[a: is down]\n\nb  [closed]  3\na  open    [4]\n\na  1 MB\n");
    }

    @Test
    void aRowWithAnotherNumberOfCellsIsMarkedCompletely() {
        assertThat(marked("a  1  2\n", "a  unreached\nb  1  2\n")).isEqualTo("[a  unreached]\n[b  1  2]\n");
    }

    @ParameterizedTest
    @CsvSource({
        "24 h,25 h,false",
        "119 s,2 min,false",
        "60 min,3 s,true",
        "0.8 ms,30.9 ms,false",
        "0.8 ms,1000.1 ms,true",
        "+0.00 s,-0.01 s,false",
        "+0.00 s,+3.00 s,true",
        "-,3 s,true",
        "99 %,98 %,true"
    })
    void passingTimeAndSmallDifferencesAreNotMarked(String before, String after, boolean change) {
        assertThat(marked("a  " + before + "  x\n", "a  " + after + "  x\n"))
                .isEqualTo("a  " + (change ? "[" + after + "]" : after) + "  x\n");
    }
}
