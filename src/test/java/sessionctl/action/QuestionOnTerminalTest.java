package sessionctl.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.report.BuildLog;
import sessionctl.report.SafeWriter;
import sessionctl.report.TextStyle;
import sessionctl.report.text.LiveProgress;
import sessionctl.report.text.RunText;

/** The question on a real pseudo-terminal of script(1), in a process of its own. */
@Tag("slow")
@Timeout(60)
class QuestionOnTerminalTest {
    private static final String READY = "(ready)";
    private static final String QUESTION = "Apply this 1 change to 1 droplet? [y/N] ";

    /** Provisions a droplet in memory, as the command does, and prints whether it was changed. */
    static final class Asking {
        private Asking() {}

        public static void main(String[] args) throws IOException {
            Cluster one = Samples.lamps(1);
            FakeShells shells = new FakeShells(
                    Samples.guarded(Answer.named("debian-12-memcached-runs-with-other-flags"), one, Samples.lamp01()));
            Writer terminalWriter = new OutputStreamWriter(System.out, StandardCharsets.UTF_8);
            PrintWriter out = new PrintWriter(new SafeWriter(terminalWriter, BuildLog.PLAIN), true);
            Terminal terminal = Terminal.current();
            Progress progress = LiveProgress.ticking(out, terminal.columns(), terminal.rows());
            try (Fleet fleet = new Fleet(shells, 3, progress)) {
                Console console = new Console(out, out, new RunText(TextStyle.PLAIN), progress);
                ProvisionAction action = new ProvisionAction(
                                "provision",
                                new ProvisionPlanner(one, new DesiredStates(one, Samples.templates())),
                                new RunLeases("provision", fleet, console, Duration.ZERO),
                                false,
                                new Remedies("shop.yml"))
                        .askedBy(Approval.of(terminal, progress));
                if (args.length > 0) {
                    shells.watched(entry -> waitForInterrupt(entry, out));
                }
                int code = Interruption.watch(new Interrupted(action), p -> action.run(one.droplets()));
                out.println(
                        "exit " + code + ", changed " + shells.changes("lamp01").size());
            }
        }
    }

    private static final CountDownLatch STOPPED = new CountDownLatch(1);

    /** Passes a signal on to a run, and then lets the change continue that waits for the signal. */
    private record Interrupted(ProvisionAction action) implements Interruption.Interruptible {
        @Override
        public boolean stop() {
            boolean waits = action.stop();
            STOPPED.countDown();
            return waits;
        }

        @Override
        public void printUnfinished() {
            action.printUnfinished();
        }
    }

    private static void waitForInterrupt(String entry, PrintWriter out) {
        if (entry.endsWith("service memcached action restart")) {
            out.print(READY);
            out.flush();
            try {
                STOPPED.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Process asking(String redirection) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                "\"$CLASSES\"",
                "-Dsessionctl.tty.in=" + redirection.isEmpty(),
                "-Dsessionctl.tty.out=true",
                "-Dsessionctl.tty.err=true",
                "'" + Asking.class.getName() + "'",
                redirection));
        ProcessBuilder builder = new ProcessBuilder("script", "-qec", String.join(" ", words), "/dev/null");
        builder.environment().put("CLASSES", System.getProperty("java.class.path"));
        return builder.redirectErrorStream(true).start();
    }

    /** Returns what the terminal received, after the answer was typed at the question. */
    private static String typed(Process asking, String answer) throws IOException {
        return typed(asking, QUESTION, answer).replaceAll("\r?\u001b\\[[0-9]*[AJ]", "");
    }

    private static String typed(Process asking, String prompt, String answer) throws IOException {
        StringBuilder seen = new StringBuilder();
        InputStream in = asking.getInputStream();
        boolean answered = answer.isEmpty();
        for (int next = in.read(); next >= 0; next = in.read()) {
            seen.append((char) next);
            if (!answered && seen.toString().endsWith(prompt)) {
                answered = true;
                OutputStream keyboard = asking.getOutputStream();
                keyboard.write(answer.getBytes(StandardCharsets.US_ASCII));
                keyboard.flush();
            }
        }
        return seen.toString().replace("\r\n", "\n");
    }

    @ParameterizedTest
    @CsvSource({"'Y\n', true", "'n\n', false", "'\n', false", "'\004', false"})
    void theAnswerAtTheTerminalDecides(String answer, boolean applied) throws Exception {
        String seen = typed(asking(""), answer);
        assertThat(seen).contains("Plan: 1 change on 1 droplet.\n", QUESTION);
        assertThat(seen.contains("exit 1, changed 0")).as(seen).isEqualTo(!applied);
        assertThat(seen.contains("\nNothing was changed.\n")).isEqualTo(!applied);
        assertThat(seen.contains("changed 1")).isEqualTo(applied);
    }

    @Test
    void whatWasTypedBeforeTheQuestionIsNoAnswer() throws Exception {
        Process asking = asking("");
        asking.getOutputStream().write("y\n".getBytes(StandardCharsets.US_ASCII));
        asking.getOutputStream().flush();
        assertThat(typed(asking, "n\n")).contains(QUESTION, "\nNothing was changed.\n", "exit 1, changed 0");
    }

    @Test
    void theInterruptKeyAtTheQuestionEndsTheLineAndChangesNothing() throws Exception {
        Process asking = asking("");
        assertThat(typed(asking, "\003")).endsWith(QUESTION + "^C\nInterrupted; nothing was changed.\n");
        assertThat(asking.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(asking.exitValue()).isEqualTo(130);
    }

    @Test
    void aRunWithoutATerminalOnStandardInputAsksNothing() throws Exception {
        assertThat(typed(asking("</dev/null"), "")).doesNotContain("[y/N]").contains("changed 1");
    }

    /** The terminal echoes the key at the end of the drawn lines; the lines are erased from their beginning. */
    @Test
    void theInterruptKeyDuringAChangeErasesTheProgressAndItsEcho() throws Exception {
        Process running = asking("wait </dev/null");
        String seen = typed(running, READY, "\003");
        assertThat(seen)
                .containsSubsequence(
                        "stage 1 of 1: memcached\n",
                        " restart memcached\n",
                        "^C\r\u001b[2A",
                        "\u001b[JInterrupted. Finishing the current step; nothing else will be started.",
                        "\u001b[Jlamp01: done (1 change)\nInterrupted after ",
                        ": 1 of 1 change done.\n");
        assertThat(running.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).isEqualTo(130);
    }
}
