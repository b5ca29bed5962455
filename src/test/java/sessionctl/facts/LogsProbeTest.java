package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.Answer;
import sessionctl.ScriptDroplet;
import sessionctl.command.CommandResult;
import sessionctl.state.LogLine;

/** The script that reads the logs of a droplet, and the parser of its answer. */
@Timeout(60)
class LogsProbeTest {
    private final Instant now = Instant.now();

    @TempDir
    private Path folder = Path.of("");

    private ScriptDroplet droplet = new ScriptDroplet(folder);

    @BeforeEach
    void makeDroplet() throws IOException {
        droplet = ScriptDroplet.in(folder);
    }

    private List<LogLine> ask(long seconds, int lines) throws InvalidAnswerException {
        return LogsProbe.parse(droplet.run(LogsProbe.command(seconds, lines)));
    }

    private static List<LogLine> parse(String section, String text) throws InvalidAnswerException {
        return LogsProbe.parse(
                new CommandResult(0, Answer.packed(section + " " + text.length() + "\n" + text + "\nend 0\n\n"), ""));
    }

    private String time(String pattern, int secondsAgo) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                .withZone(ZoneId.systemDefault())
                .format(now.minusSeconds(secondsAgo));
    }

    private long micros(int secondsAgo) {
        return now.minusSeconds(secondsAgo).getEpochSecond() * 1_000_000;
    }

    @Test
    void theJournalIsAskedOnceWithItsLimits() throws IOException, InvalidAnswerException {
        droplet.withSystemd()
                .program(
                        "journalctl",
                        "case $* in *'-n 0'*) exit 0 ;; esac; echo \"$*\" >"
                                + droplet.folder().resolve("asked")
                                + "; printf '%s\\n' '{\"__REALTIME_TIMESTAMP\":\"1796000000000001\",\"_SYSTEMD_UNIT\":"
                                + "\"memcached.service\",\"MESSAGE\":\"guard: open\"}'");
        assertThat(ask(600, 50)).containsExactly(new LogLine(1_796_000_000_000_001L, "memcached", "guard: open"));
        assertThat(Files.readString(droplet.folder().resolve("asked")))
                .contains(
                        "-o json --output-fields=MESSAGE,UNIT,_SYSTEMD_UNIT -n 50 --since=-600s -u memcached.service",
                        "-u php*-fpm.service");
    }

    @Test
    void anOldJournalIsAskedForAllFields() throws IOException, InvalidAnswerException {
        droplet.withSystemd()
                .program(
                        "journalctl",
                        "case $* in *--output-fields*) exit 1 ;; esac; printf '%s\\n' '{\"__REALTIME_TIMESTAMP\":\"7\","
                                + "\"UNIT\":\"apache2.service\",\"_SYSTEMD_UNIT\":\"init.scope\",\"MESSAGE\":\"Started\"}'");
        assertThat(ask(600, 50)).containsExactly(new LogLine(7, "apache2", "Started"));
    }

    @Test
    void withoutAJournalTheFilesAreReadInTheOrderOfTheirTimes() throws IOException, InvalidAnswerException {
        Files.createDirectories(droplet.path("/var/log/apache2"));
        Files.writeString(
                droplet.path("/var/log/apache2/error.log"),
                "[" + time("EEE MMM dd HH:mm:ss", 900) + ".000001 " + time("yyyy", 900) + "] too old\n["
                        + time("EEE MMM dd HH:mm:ss", 300) + ".000002 " + time("yyyy", 300) + "] first\n"
                        + "  continued\n");
        Files.writeString(
                droplet.path("/var/log/syslog"),
                time("MMM d HH:mm:ss", 200) + " lamp01 memcached[7]: second\n" + time("MMM d HH:mm:ss", 199)
                        + " lamp01 cron[8]: another program\n" + time("yyyy-MM-dd'T'HH:mm:ss.000003xxx", 100)
                        + " lamp01 apache2: fourth\n");
        Files.writeString(
                droplet.path("/var/log/php8.2-fpm.log"), "[" + time("dd-MMM-yyyy HH:mm:ss", 150) + "] third\n");
        Path own = Files.writeString(droplet.path("/var/log/memcached.log"), "no time\n");
        Files.setLastModifiedTime(own, FileTime.from(now.minusSeconds(50)));
        List<LogLine> lines = ask(600, 50);
        assertThat(lines)
                .extracting(LogLine::source)
                .containsExactly("apache2", "apache2", "syslog", "php8.2-fpm", "syslog", "memcached");
        assertThat(lines)
                .extracting(LogLine::micros)
                .containsExactly(
                        micros(300) + 2, micros(300) + 2, micros(200), micros(150), micros(100) + 3, micros(50));
        assertThat(lines.get(1).text()).isEqualTo("  continued");
        assertThat(ask(600, 2)).isEqualTo(lines.subList(4, 6));
    }

    @Test
    void aDropletWithoutLogsHasNoLines() throws InvalidAnswerException {
        assertThat(ask(600, 50)).isEmpty();
    }

    @Test
    void bytesOfTheJournalAreReadUnchanged() throws InvalidAnswerException {
        assertThat(parse("journal", "{\"__REALTIME_TIMESTAMP\":\"1\",\"UNIT\":\"a\",\"MESSAGE\":[27,91,255]}"))
                .containsExactly(new LogLine(1, "a", "\u001b[\u00ff"));
    }

    @Test
    void entriesThatAreNoEntriesAreIgnored() throws InvalidAnswerException {
        String good = "{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\"x\"}";
        String bad =
                "[]\n{\n7\n{}\n{\"__REALTIME_TIMESTAMP\":\"-1\"}\n{\"__REALTIME_TIMESTAMP\":\"999999999999999999\"}\n"
                        + "{\"__REALTIME_TIMESTAMP\":{},\"MESSAGE\":null}\n" + "[".repeat(20_000) + "\n";
        assertThat(parse("journal", bad + good)).containsExactly(new LogLine(1, "", "x"));
        assertThat(parse("files", "x\n1\ta\n1\ta\tb\tc\n")).containsExactly(new LogLine(1, "a", "b\tc"));
    }

    @Test
    void linesAndTheirNumberAreLimited() throws InvalidAnswerException {
        String longLine = "1\ta\t" + "x".repeat(5000) + "\n";
        assertThat(parse("files", longLine).get(0).text()).hasSize(1003).endsWith("x...");
        assertThat(parse("files", "1\ta\tb\n".repeat(LogsProbe.MAX_LINES + 9))).hasSize(LogsProbe.MAX_LINES);
    }

    @Test
    void anotherAnswerIsRefused() {
        assertThatThrownBy(() -> LogsProbe.parse(new CommandResult(0, "x", "")))
                .isInstanceOf(InvalidAnswerException.class);
    }
}
