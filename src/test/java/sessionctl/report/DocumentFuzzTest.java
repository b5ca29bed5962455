package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sessionctl.Fuzz;
import sessionctl.plan.Facts;
import sessionctl.plan.Origin;
import sessionctl.plan.SavedPlan;

class DocumentFuzzTest {
    private static final SavedPlan PLAN = new SavedPlan(
            new Origin("sessionctl 0.1.0", "ab12", "cd34", Map.of("php.ini.ftl", "ef56")),
            List.of(new SavedPlan.Part(
                    "lamp01",
                    List.of(new SavedPlan.Step("restart \u001b[2J ##[x] \u202e", "ab")),
                    new Facts("cd", Map.of("a", "b")))));

    @Test
    void aSavedPlanIsReadOrRefused() {
        Fuzz.each(List.of(PlanDocument.of(PLAN)), text -> {
            try {
                SavedPlan plan = PlanDocument.read(text);
                assertThat(PlanDocument.read(PlanDocument.of(plan))).isEqualTo(plan);
            } catch (UnreadablePlan e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        });
    }

    @Test
    void aSavedPlanIsExactAndHarmless() throws UnreadablePlan {
        assertThat(PlanDocument.read(PlanDocument.of(PLAN))).isEqualTo(PLAN);
        assertThat(PlanDocument.of(PLAN)).doesNotContain("\u001b", "\u202e", "##[");
    }

    @Test
    void nothingUnseenGetsThrough() {
        BuildLog github = BuildLog.of(Map.of("GITHUB_ACTIONS", "true"), () -> 0);
        Fuzz.each(
                List.of("text", "::error::x\n", "##[x]", OwnControl.BEGIN, OwnControl.END + OwnControl.BEGIN), text -> {
                    for (String safe : List.of(Legible.of(text), written(text, github))) {
                        assertThat(safe.codePoints()).noneMatch(Legible::unseen);
                    }
                    assertThat(Legible.line(text)).doesNotContain("\n");
                    assertThat(written(text, github))
                            .doesNotContain("##[")
                            .doesNotContainPattern("(?m)^[^\\x21-\\x7e\n]*::");
                });
    }

    private static String written(String text, BuildLog log) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(new SafeWriter(out, log));
        // As two parts, for an instruction may be split.
        writer.print(text.substring(0, text.length() / 2).replace(OwnControl.BEGIN, "b"));
        writer.print(text.substring(text.length() / 2).replace(OwnControl.BEGIN, "b"));
        writer.flush();
        return out.toString();
    }
}
