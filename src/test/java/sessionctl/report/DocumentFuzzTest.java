package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sessionctl.Fuzz;
import sessionctl.plan.FactsFingerprint;
import sessionctl.plan.PlanInputs;
import sessionctl.plan.SavedPlan;
import sessionctl.report.json.PlanDocument;

class DocumentFuzzTest {
    private static final SavedPlan PLAN = new SavedPlan(
            new PlanInputs("sessionctl 0.1.0", "ab12", "cd34", Map.of("php.ini.ftl", "ef56")),
            List.of(new SavedPlan.Part(
                    "lamp01",
                    List.of(new SavedPlan.Step("restart \u001b[2J ##[x] \u202e", "ab")),
                    new FactsFingerprint("cd", Map.of("a", "b")))));

    @Test
    void aMutatedPlanFileIsReadOrRefused() {
        Fuzz.each(List.of(PlanDocument.of(PLAN)), text -> {
            try {
                SavedPlan plan = PlanDocument.read(text);
                assertThat(PlanDocument.read(PlanDocument.of(plan))).isEqualTo(plan);
            } catch (InvalidPlanFileException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        });
    }

    @Test
    void aPlanFileIsReadBackEqualAndHoldsNoControlCharacters() throws InvalidPlanFileException {
        assertThat(PlanDocument.read(PlanDocument.of(PLAN))).isEqualTo(PLAN);
        assertThat(PlanDocument.of(PLAN)).doesNotContain("\u001b", "\u202e", "##[");
    }

    @Test
    void noControlCharacterOrCommandIsPrinted() {
        BuildLog github = BuildLog.of(Map.of("GITHUB_ACTIONS", "true"), () -> 0);
        Fuzz.each(
                List.of(
                        "text",
                        "::error::x\n",
                        "##[x]",
                        TrustedControls.BEGIN,
                        TrustedControls.END + TrustedControls.BEGIN),
                text -> {
                    for (String safe : List.of(TerminalSafe.of(text), written(text, github))) {
                        assertThat(safe.codePoints()).noneMatch(TerminalSafe::isInvisible);
                    }
                    assertThat(TerminalSafe.line(text)).doesNotContain("\n");
                    assertThat(written(text, github))
                            .doesNotContain("##[")
                            .doesNotContainPattern("(?m)^[^\\x21-\\x7e\n]*::");
                });
    }

    private static String written(String text, BuildLog log) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(new SafeWriter(out, log));
        // Printed in two parts, because a command may be split.
        writer.print(text.substring(0, text.length() / 2).replace(TrustedControls.BEGIN, "b"));
        writer.print(text.substring(text.length() / 2).replace(TrustedControls.BEGIN, "b"));
        writer.flush();
        return out.toString();
    }
}
