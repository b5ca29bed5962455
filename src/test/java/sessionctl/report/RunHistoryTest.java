package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;
import sessionctl.report.json.RunJson;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.text.LeaseMessages;
import sessionctl.report.text.RunText;
import sessionctl.state.RunInfo;
import sessionctl.state.RunLogEntry;

class RunHistoryTest {
    private final List<Droplet> lamps = Samples.lamps(3).droplets();
    private final Map<Droplet, List<RunLogEntry>> logs = new LinkedHashMap<>();

    private static RunLogEntry run(String id, String time, String outcome, int changes) {
        RunInfo stamp = new RunInfo(
                "2026-01-31T" + time + "Z", id, "alice@laptop", "root", "203.0.113.9", "provision", "0.1.0");
        return new RunLogEntry(stamp, outcome, changes);
    }

    private void log(int lamp, RunLogEntry... runs) {
        logs.put(lamps.get(lamp - 1), List.of(runs));
    }

    private String text(int last) {
        return new RunText(TextStyle.PLAIN).render(RunHistory.of(logs, last), 0);
    }

    @Test
    void logsAreMergedByTimeAndEachRunIsListedOnce() {
        log(1, run("a", "10:00:01", "done", 2), run("c", "12:00:00", "done", 1));
        log(2, run("a", "10:00:02", "failed", 1), run("b", "11:00:00", "lost", -1));
        log(3, run("a", "10:00:00", "done", 2));
        assertThat(text(20)).isEqualTo("""
                        2026-01-31 10:00:02 UTC  provision by alice@laptop (from 203.0.113.9) as root
                          done on lamp01, lamp03: 4 changes
                          failed on lamp02: 1 change
                        2026-01-31 11:00:00 UTC  provision by alice@laptop (from 203.0.113.9) as root
                          lost on lamp02
                        2026-01-31 12:00:00 UTC  provision by alice@laptop (from 203.0.113.9) as root
                          done on lamp01: 1 change
                        """);
        assertThat(text(1)).startsWith("2026-01-31 12:00:00").hasLineCount(2);
    }

    @Test
    void aRunLoggedAsLostThatEndedLaterIsListedByItsEnd() {
        log(1, run("a", "10:00:00", "lost", -1), run("a", "10:05:00", "failed", 1));
        assertThat(text(20)).contains("failed on lamp01: 1 change").doesNotContain("lost");
    }

    @Test
    void emptyLogsGiveASentence() {
        log(1);
        assertThat(text(20)).isEqualTo("No run of sessionctl is in the droplets' logs.\n");
    }

    @Test
    void linesFitIntoEightyColumnsWithoutControlCharacters() {
        List<Droplet> many = Samples.lamps(40).droplets();
        many.forEach(d -> logs.put(d, List.of(run("a", "10:00:00", "done\u001b[2J", 2))));
        assertThat(text(20).lines()).allMatch(line -> line.length() <= 80);
        assertThat(text(20)).contains("done\\x1b[2J on lamp01, ", "lamp40: 80 changes");
    }

    @Test
    void jsonHasEveryFieldAndDroplet() {
        log(1, run("a", "10:00:01", "done", 2));
        log(2, run("a", "10:00:02", "lost", -1));
        JsonObject root = JsonParser.parseString(new RunJson().render(RunHistory.of(logs, 9), 0))
                .getAsJsonObject();
        JsonObject run = root.getAsJsonArray("history").get(0).getAsJsonObject();
        assertThat(run.get("who").getAsString()).isEqualTo("alice@laptop");
        assertThat(run.get("time").getAsString()).isEqualTo("2026-01-31T10:00:02Z");
        assertThat(run.getAsJsonArray("droplets").toString())
                .isEqualTo("[{\"name\":\"lamp01\",\"outcome\":\"done\",\"changes\":2},"
                        + "{\"name\":\"lamp02\",\"outcome\":\"lost\"}]");
    }

    @Test
    void markdownIsATable() {
        log(1, run("a", "10:00:01", "done", 2));
        assertThat(new RunMarkdown().render(RunHistory.of(logs, 9), 0))
                .contains("| 2026-01-31 10:00:01 UTC | alice&#64;laptop (from 203.0.113.9) | provision |"
                        + " done on lamp01: 2 changes |");
    }

    @Test
    void anOwnerOfSeveralLeasesIsNamedOnce() {
        Map<Droplet, RunInfo> holders = IntStream.range(0, 3)
                .boxed()
                .collect(Collectors.toMap(
                        lamps::get,
                        i -> run(i < 2 ? "a" : "b", "10:00:00", "", 0).stamp(),
                        (x, y) -> x,
                        LinkedHashMap::new));
        assertThat(LeaseMessages.describeHeld(holders))
                .isEqualTo("lamp01, lamp02 are held by alice@laptop (from 203.0.113.9) since 2026-01-31 10:00:00 UTC:"
                        + " provision; lamp03 is held by alice@laptop (from 203.0.113.9) since 2026-01-31 10:00:00"
                        + " UTC: provision");
    }
}
