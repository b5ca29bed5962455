package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Samples;
import sessionctl.fleet.Progress;
import sessionctl.plan.InstallPackages;
import sessionctl.report.DropletReport;
import sessionctl.report.RunReport;
import sessionctl.report.TextStyle;
import sessionctl.report.text.RunText;

class PagerTest {
    private static final Terminal TERMINAL = new Terminal(true, true, true, 10, 4);

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    private String shown() throws IOException {
        Path file = folder.resolve("shown");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private void show(Terminal terminal, String pager, String text) {
        String command = pager.replace("FILE", folder.resolve("shown").toString());
        Pager.of(terminal, Map.of("PAGER", command), "HOME").show(text, new PrintWriter(out));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1\n2\n3\n4\n", "this line is longer than three rows\n"})
    void aTextThatDoesNotFitIsShownInThePager(String text) throws IOException {
        show(TERMINAL, "cat >FILE", text);
        assertThat(shown()).isEqualTo(text);
        assertThat(out.toString()).isEmpty();
    }

    /** A person can start a shell from less(1). */
    @Test
    void thePagerDoesNotGetTheSecretVariable() throws IOException {
        assertThat(System.getenv("HOME")).isNotNull();
        show(TERMINAL, "cat >/dev/null; env >FILE", "1\n2\n3\n4\n");
        assertThat(shown().lines())
                .anyMatch(line -> line.startsWith("PATH="))
                .noneMatch(line -> line.startsWith("HOME="));
    }

    @Test
    void aTextThatFitsIsPrinted() throws IOException {
        show(TERMINAL, "cat >FILE", "1\n2\n3\n");
        assertThat(shown()).isEmpty();
        assertThat(out).hasToString("1\n2\n3\n");
    }

    @ParameterizedTest
    @CsvSource({"false, true", "true, false"})
    void withoutAPersonTheTextIsPrinted(boolean in, boolean stdout) throws IOException {
        show(new Terminal(in, stdout, true, 10, 4), "cat >FILE", "1\n2\n3\n4\n");
        assertThat(shown()).isEmpty();
        assertThat(out).hasToString("1\n2\n3\n4\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cat", "exec /nonexistent/pager 2>/dev/null"})
    void withoutAPagerTheTextIsPrinted(String pager) {
        show(TERMINAL, pager, "1\n2\n3\n4\n");
        assertThat(out).hasToString("1\n2\n3\n4\n");
    }

    @Test
    void aPagerThatEndsEarlyEndsTheText() {
        show(TERMINAL, "exit 0", "line\n".repeat(100_000));
        assertThat(out.toString()).isEmpty();
    }

    /** less(1) writes control characters of its input to the terminal as they are (option -R). */
    @Test
    void controlCharactersOfADropletAreEscaped() throws IOException {
        show(TERMINAL, "cat >FILE", "1\n2\n3\n\u001b[2J\n");
        assertThat(shown()).endsWith("\\x1b[2J\n");
    }

    @Test
    void aPagerThatFailsLeavesTheTextToBePrinted() {
        show(TERMINAL, "cat >/dev/null; exit 1", "1\n2\n3\n4\n");
        assertThat(out).hasToString("1\n2\n3\n4\n");
    }

    /** The shell in between does not pass a signal on to the pager. */
    @Test
    void aSignalEndsThePagerAndNothingIsPrintedAfterIt() throws Exception {
        Path started = folder.resolve("started");
        Pager pager = Pager.of(TERMINAL, Map.of("PAGER", "sh -c 'echo $$ >" + started + "; exec sleep 60'; true"), "");
        AtomicBoolean returned = new AtomicBoolean();
        Thread showing = new Thread(() -> {
            pager.show("1\n2\n3\n4\n", new PrintWriter(out));
            returned.set(true);
        });
        showing.start();
        while (!Files.exists(started) || Files.size(started) == 0) {
            Thread.sleep(10);
        }
        ProcessHandle program = ProcessHandle.of(
                        Long.parseLong(Files.readString(started).strip()))
                .orElseThrow();
        pager.end();
        // A process that has ended keeps its number until its parent asks for it, but no command line (proc(5)).
        Path commandLine = Path.of("/proc", Long.toString(program.pid()), "cmdline");
        assertThat(Files.exists(commandLine) ? Files.readString(commandLine) : "")
                .isEmpty();
        showing.join(200);
        assertThat(returned).isFalse();
        assertThat(out.toString()).isEmpty();
        showing.interrupt();
        showing.join();
    }

    @Test
    void theEndOfAPagedPlanIsPrintedAgain() {
        DropletReport entry = DropletReport.planned(
                Samples.lamps(1).droplets().get(0), List.of(new InstallPackages(Set.of("a"), Set.of())), List.of());
        RunReport plan = new RunReport("provision", "shop", false, 0, List.of(entry));
        Console console = new Console(
                new PrintWriter(out),
                new PrintWriter(out),
                new RunText(TextStyle.PLAIN),
                Progress.SILENT,
                run -> {},
                Pager.of(TERMINAL, Map.of("PAGER", "cat >/dev/null"), ""));
        assertThat(console.beforeQuestion(plan)).isTrue();
        assertThat(out).hasToString("Impact:\n  No session is lost.\nPlan: 1 change on 1 droplet.\n");
    }
}
