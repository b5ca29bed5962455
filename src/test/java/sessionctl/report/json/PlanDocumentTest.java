package sessionctl.report.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.FactsProbe;
import sessionctl.plan.Configure;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.FileChange;
import sessionctl.plan.PlanInputs;
import sessionctl.plan.Risk;
import sessionctl.plan.SavedPlan;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.report.InvalidPlanFileException;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;

class PlanDocumentTest {
    private static final String HIDDEN = "smtp_password = hunter2";

    private static SavedPlan plan() throws Exception {
        DropletFacts facts = FactsProbe.parse(Answer.named("debian-12-provisioned")
                .replacing("session.save_handler", HIDDEN + "\nsession.save_handler")
                .result());
        FileState.Present file = new FileState.Present(HIDDEN, "644", "root:root");
        Configure configure = new Configure(
                Stage.WEB,
                "apache2",
                List.of(new FileChange("/etc/x", new FileState.Absent(), file)),
                List.of(),
                ServiceAction.RELOAD,
                false,
                List.of(),
                Risk.NONE);
        DropletPlan droplet = new DropletPlan(Samples.lamp01(), List.of(configure), List.of());
        PlanInputs inputs =
                PlanInputs.of("sessionctl 1", "ssh: {key: " + HIDDEN + "}", Samples.lamps(1), Map.of("a.ftl", HIDDEN));
        return new SavedPlan(inputs, List.of(SavedPlan.Part.of(droplet, facts)));
    }

    @Test
    void aSavedPlanIsReadBackEqual() throws Exception {
        assertThat(PlanDocument.read(PlanDocument.of(plan()))).isEqualTo(plan());
    }

    @Test
    void aPlanFileHoldsNoContentOfFiles() throws Exception {
        String text = PlanDocument.of(plan());
        assertThat(text)
                .contains("\"web: change /etc/x, reload apache2\"", "/etc/php/8.2/apache2/php.ini")
                .doesNotContain("hunter2", "smtp");
        // The marks are too short to confirm a guess of a weak password.
        assertThat(plan().droplets().get(0).facts().marks().values()).allMatch(mark -> mark.length() == 4);
    }

    @Test
    void aTruncatedPlanFileIsRefused() throws Exception {
        String text = PlanDocument.of(plan()).strip();
        for (int length = 0; length < text.length(); length++) {
            refused(text.substring(0, length), "this is not a saved plan, or it is incomplete");
        }
        refused(text + "x", "it is incomplete");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "plan",
                "{}",
                "{\"format_version\": \"1.0\", \"command\": \"provision\", \"exit_code\": 0}",
                "{\"kind\": 1}",
                "{\"kind\": \"sessionctl plan\"}",
                "{\"kind\": \"sessionctl plan\", \"format_version\": \"1.0\", \"program\": {}}",
            })
    void aFileThatIsNoPlanIsRefused(String text) {
        refused(text, "this is not a saved plan");
    }

    @Test
    void aPlanFileOfAnotherFormatIsRefusedWithItsVersion() {
        refused(
                "{\"kind\": \"sessionctl plan\", \"format_version\": \"2.0\"}",
                "it has format 2.0, and this sessionctl reads 1.0; use the sessionctl that saved it");
    }

    @Test
    void aPlanFileThatListsADropletTwiceIsRefused() throws Exception {
        SavedPlan.Part part = plan().droplets().get(0);
        refused(PlanDocument.of(new SavedPlan(plan().inputs(), List.of(part, part))), "it is incomplete");
    }

    private static void refused(String text, String expected) {
        assertThatThrownBy(() -> PlanDocument.read(text))
                .isInstanceOf(InvalidPlanFileException.class)
                .hasMessageContaining(expected)
                .hasMessageContaining("--dry-run --save-plan");
    }
}
