package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Answer;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.RunReport;
import sessionctl.verify.CheckFailure;
import sessionctl.verify.CheckResult;
import sessionctl.verify.SessionFailure;
import sessionctl.verify.SessionReplicas;
import sessionctl.verify.VerificationResult;

/** Puts dangerous text into each field of a droplet's answers, one field after another, and checks all output. */
@Tag("slow")
class HostileAnswersTest {
    /** Dangerous text, as characters; a droplet sends them as UTF-8 bytes. */
    private static final String DANGEROUS =
            "w\u001b[2J\u001b]0;t\u0007\u009b31m\u0085\u202e\u200b\u2066\u061c\ufeff\ufffe\uffff"
                    + "\ufdd0\udb40\udc41\r##[error]x::error::x;section_start:1:x\\[forged](http://evil)<b>|forged`forged_forged@all";

    private static final String FORGED_LINES =
            "x\nFORGED\n::error::forged\n \u00a0::set-output name=a::b\nsection_start:1:forged\n";
    private static final Pattern FIELD = Pattern.compile("[^\\s=:\"(),/]+");
    private static final int MOST_FIELDS = 6;

    private final HostileCommands commands;

    HostileAnswersTest() throws IOException {
        commands = new HostileCommands();
    }

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Returns answers in each of which one field is replaced by a text, with the name of the field. */
    private static Map<String, String> answersWith(Answer healthy, String text) {
        Map<String, String> all = new LinkedHashMap<>();
        String raw = healthy.raw();
        for (String head : heads(raw)) {
            String section = healthy.text(head);
            if (head.startsWith("file ")) {
                all.put(head, healthyWith(healthy, head, text + "\n" + section + text));
                continue;
            }
            List<MatchResult> fields = FIELD.matcher(section).results().toList();
            int step = Math.max(1, fields.size() / MOST_FIELDS);
            for (int i = 0; i < fields.size(); i += step) {
                MatchResult field = fields.get(i);
                String spoiled = section.substring(0, field.start()) + text + section.substring(field.end());
                all.put(head + " " + field.group(), healthyWith(healthy, head, spoiled));
            }
            all.put(head, healthyWith(healthy, head, section + text + "\n"));
        }
        return all;
    }

    private static String healthyWith(Answer answer, String head, String text) {
        String before = answer.text(head);
        String raw = answer.with(head, text).raw();
        answer.with(head, before);
        return raw;
    }

    private static List<String> heads(String raw) {
        List<String> heads = new ArrayList<>();
        int at = 0;
        while (at < raw.length()) {
            int end = raw.indexOf('\n', at);
            String[] words = raw.substring(at, end).split(" ", 3);
            boolean file = words[0].equals("file");
            heads.add(file ? "file " + words[2] : words[0]);
            at = end + 1 + Integer.parseInt(words[1]) + 1;
        }
        heads.remove("end");
        return heads;
    }

    @TestFactory
    List<DynamicTest> noFieldOfAnAnswerIsPrintedRaw() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String text : List.of(DANGEROUS, FORGED_LINES)) {
            answersWith(commands.second(), bytes(text))
                    .forEach((name, raw) -> tests.add(DynamicTest.dynamicTest(
                            name, () -> commands.run(name, new CommandResult(0, Answer.packed(raw), "")))));
        }
        assertThat(tests).hasSizeGreaterThan(100);
        return tests;
    }

    @ParameterizedTest
    @ValueSource(strings = {DANGEROUS, FORGED_LINES, "\ud800", "::", "  ::error::x", "a ##[group]x"})
    void noMessageIsPrintedRaw(String text) throws Exception {
        Droplet droplet = sessionctl.Samples.lamps(2).droplets().get(1);
        List<DropletReport> entries = List.of(
                DropletReport.failed(droplet, DropletStatus.UNREACHABLE, text),
                new DropletReport(
                        droplet,
                        DropletStatus.FAILED,
                        List.of(),
                        0,
                        new DropletReport.Failure(text, text, text + "\n" + text),
                        List.of(text)));
        commands.report("a failure", new RunReport("provision", "shop", false, 1, entries));
        String field = text.replace("\n", " ");
        commands.history(
                "a log",
                "2026-01-31T10:00:00Z\t" + (field + "\t").repeat(7) + "3\n" + field + "\t" + (field + "\t").repeat(8));
        commands.logLine("a log line", text);
        CheckFailure finding = new CheckFailure(
                "lamp02", text, text, List.of(new SessionFailure(text, SessionFailure.How.LOST, List.of("lamp02"))));
        commands.verification(
                "findings",
                new VerificationResult(
                        "shop",
                        List.of("lamp02"),
                        List.of(
                                new CheckResult("a", "it works", CheckResult.Result.PASSED, text, List.of()),
                                new CheckResult("b", "it works", CheckResult.Result.FAILED, text, List.of(finding)),
                                new CheckResult("c", "it works", CheckResult.Result.SKIPPED, text, List.of())),
                        List.of(finding),
                        List.of(new VerificationResult.PhpUse("lamp02", text, text, text, text, 3)),
                        new SessionReplicas(Map.of("lamp02", text), Map.of("lamp02", Map.of(text, text)), 1)));
    }

    @Test
    void anUnreadableAnswerFailsItsDropletOnly() {
        for (String stdout : List.of("", "x", DANGEROUS, Answer.packed(""), Answer.packed(bytes(DANGEROUS)))) {
            commands.run("no answer", new CommandResult(0, stdout, bytes(DANGEROUS)));
            commands.run("an exit code", new CommandResult(9, stdout, bytes(DANGEROUS)));
        }
    }
}
