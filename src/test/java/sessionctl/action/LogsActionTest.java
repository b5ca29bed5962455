package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.report.RunRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.json.RunJson;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.text.RunText;

/** The logs of several droplets as one, in each format. */
class LogsActionTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeShells shells = shells();

    private static FakeShells shells() {
        try {
            return new FakeShells(Answer.named("debian-12-bare"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the log entry of the probe, which ends with a program of many lines. */
    private void answer(String droplet, String files) {
        String packed = Answer.packed("files " + files.length() + "\n" + files + "\nend 0\n\n");
        shells.watched(entry -> {});
        shells.printing(droplet + ": 600 50 " + sessionctl.command.Scripts.text("logs/files.pl"), 0, packed);
    }

    @BeforeEach
    void logOnTwoDroplets() {
        shells = shells();
        answer("lamp01", "1796000000000000\tmemcached\tguard: open\n1796000002000000\tapache2\t\u001b[2Jreload\n");
        answer("lamp02", "1796000001500000\tmemcached\tguard: \u00c3\u00a9\n");
    }

    private int logs(RunRenderer report) {
        Console console = new Console(new PrintWriter(out), new PrintWriter(err), report, Progress.SILENT);
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            return new LogsAction(fleet, console).run(Samples.lamps(2).droplets(), 600, 50);
        }
    }

    private static final String LINES = """
            2026-11-30 00:53:20.000 lamp01 memcached: guard: open
            2026-11-30 00:53:21.500 lamp02 memcached: guard: \u00e9
            2026-11-30 00:53:22.000 lamp01 apache2: \\x1b[2Jreload
            """;

    @Test
    void theLinesOfAllDropletsAreInTheOrderOfTime() {
        assertThat(logs(new RunText(TextStyle.PLAIN))).isZero();
        assertThat(out.toString()).isEqualTo(LINES);
    }

    @Test
    void markdownHasThemInABlock() {
        assertThat(logs(new RunMarkdown())).isZero();
        assertThat(out.toString()).isEqualTo("### sessionctl logs\n\n```text\n" + LINES + "```\n");
    }

    @Test
    void jsonIsOneDocument() {
        assertThat(logs(new RunJson())).isZero();
        JsonObject root = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(root.get("command").getAsString()).isEqualTo("logs");
        assertThat(root.get("exit_code").getAsInt()).isZero();
        assertThat(root.getAsJsonArray("lines")).hasSize(3);
        assertThat(root.getAsJsonArray("lines").get(1).toString())
                .isEqualTo("{\"time\":\"2026-11-30T00:53:21.500Z\",\"droplet\":\"lamp02\",\"source\":\"memcached\","
                        + "\"text\":\"guard: \u00e9\"}");
    }

    @Test
    void aDropletThatIsNotReachedIsNamedAndTheOthersAreShown() {
        shells.losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(logs(new RunText(TextStyle.PLAIN))).isEqualTo(4);
        assertThat(out.toString()).contains("lamp01 memcached").doesNotContain("lamp02");
        assertThat(err.toString()).isEqualTo("lamp02 (203.0.113.2): no answer\n");
    }
}
