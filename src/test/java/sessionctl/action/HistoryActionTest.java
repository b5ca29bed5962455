package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.report.TextStyle;
import sessionctl.report.text.RunText;

class HistoryActionTest {
    private final StringWriter err = new StringWriter();

    private int history(FakeShells shells) {
        Console console = new Console(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                new RunText(TextStyle.PLAIN),
                Progress.SILENT);
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            return new HistoryAction(fleet, console).run(Samples.lamps(3).droplets(), 5);
        }
    }

    @Test
    void aLogThatCannotBeReadIsNamedAndFails() throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare"));
        shells.watched(entry -> {
            if (entry.startsWith("lamp02: ")) {
                throw new IllegalStateException("broken");
            }
        });
        assertThat(history(shells)).isEqualTo(1);
        assertThat(err.toString()).startsWith("lamp02: ");
    }

    @Test
    void aDropletThatIsNotReachedOutweighsIt() throws IOException {
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare")).losing("lamp01: open", "lamp01: no answer");
        shells.watched(entry -> {
            if (entry.startsWith("lamp02: ")) {
                throw new IllegalStateException("broken");
            }
        });
        assertThat(history(shells)).isEqualTo(4);
        assertThat(err.toString()).startsWith("lamp01: no answer\nlamp02: ");
    }
}
