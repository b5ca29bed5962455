package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.health.Finding;
import sessionctl.health.Preflight;
import sessionctl.health.PreflightItem;
import sessionctl.health.PreflightResult;
import sessionctl.health.Remedies;
import sessionctl.health.Severity;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.report.json.PreflightJson;
import sessionctl.report.markdown.PreflightMarkdown;
import sessionctl.report.text.PreflightText;

class PreflightRendererTest {
    /** Returns results where two droplets refuse the key and the clock of the third is slow. */
    private static Preflight refused() {
        Cluster cluster = Samples.lamps(3);
        List<PreflightResult> examined = new ArrayList<>();
        for (Droplet droplet : cluster.droplets()) {
            boolean last = droplet.name().equals("lamp03");
            Finding finding = last
                    ? new Finding(Severity.WARNING, droplet.name(), "its clock is 9.0 s behind the others'", "date")
                    : new Finding(Severity.ERROR, droplet.name(), "no key opens it", "");
            examined.add(new PreflightResult(
                    droplet, null, false, Map.of(last ? PreflightItem.CLOCK : PreflightItem.LOGIN, finding)));
        }
        return Preflight.of(cluster, examined, List.of(), new Remedies(""));
    }

    @Test
    void theTextShowsTheTableThenEachFaultOnceThenTheirNumber() {
        String text = new PreflightText(TextStyle.PLAIN).render(refused(), 1);
        assertThat(text).startsWith("                  lamp01  lamp02  lamp03\nreachable         ok      ok      ok\n");
        assertThat(text).endsWith("""

                lamp01, lamp02: no key opens it
                warning: lamp03: its clock is 9.0 s behind the others'; run: date
                cluster cluster: 3 droplets, 1 problem, 1 warning.
                """);
        assertThat(new PreflightText(new TextStyle(false, false, 80, 10)).render(refused(), 1))
                .isEqualTo(text + "\n1 problem, 1 warning; the worst: lamp01, lamp02: no key opens it\n");
    }

    @Test
    void markdownGroupsEqualFaultsAndJsonDoesNot() {
        assertThat(new PreflightMarkdown().render(refused(), 1))
                .contains("- **error** lamp01, lamp02: no key opens it\n");
        assertThat(JsonParser.parseString(new PreflightJson().render(refused(), 1))
                        .getAsJsonObject()
                        .getAsJsonArray("findings"))
                .hasSize(3);
    }
}
