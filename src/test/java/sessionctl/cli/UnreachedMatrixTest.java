package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.action.Console;
import sessionctl.action.FirewallCheckAction;
import sessionctl.action.FirewallPlanner;
import sessionctl.action.StatusAction;
import sessionctl.command.Invocation;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.ClusterHealth;
import sessionctl.report.RunRenderer;
import sessionctl.report.TextStyle;
import sessionctl.report.html.StatusHtml;
import sessionctl.report.json.RunJson;
import sessionctl.report.json.StatusJson;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.markdown.StatusMarkdown;
import sessionctl.report.text.RunText;
import sessionctl.report.text.StatusText;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;

/** A droplet that is down stays in the connection matrix, as a row and as a column, in all formats. */
@Timeout(30)
class UnreachedMatrixTest {
    private static final String ROW = "web0001 +not tested +not tested +not tested\n";
    private static final String COLUMN = "web0000 +open( ✓)? +not tested +open( ✓)?\n";

    private final SimulatedCluster simulated;

    UnreachedMatrixTest() throws IOException {
        simulated = new SimulatedCluster(SimulatedCluster.inventory(3), "debian-12-provisioned", true, true);
    }

    private Fleet fleet() {
        Shells shells = droplet -> {
            if (droplet.name().equals("web0001")) {
                throw new SshFailure(SshFailure.Kind.UNREACHABLE, "web0001 (203.0.0.2): no answer");
            }
            return simulated.open(droplet);
        };
        return new Fleet(
                shells,
                3,
                Progress.SILENT,
                new Invocation("inventory.yml"),
                (addresses, ports, seconds) -> (address, port) -> sessionctl.ports.PortState.SILENT);
    }

    private ClusterHealth status() {
        try (Fleet fleet = fleet()) {
            return new StatusAction(simulated.cluster, simulated.desired, fleet, simulated.remedies)
                    .inspect(simulated.cluster.droplets());
        }
    }

    private String check(RunRenderer report) {
        StringWriter out = new StringWriter();
        try (Fleet fleet = fleet()) {
            Console console = new Console(new PrintWriter(out), new PrintWriter(out), report, Progress.SILENT);
            new FirewallCheckAction(
                            new FirewallPlanner(simulated.cluster, false, Set.of()),
                            simulated.cluster.droplets(),
                            fleet,
                            console,
                            simulated.remedies)
                    .run();
        }
        return out.toString();
    }

    private static List<String> untested(String json) {
        return JsonParser.parseString(json.substring(0, json.lastIndexOf('}') + 1))
                .getAsJsonObject()
                .getAsJsonArray("matrix")
                .asList()
                .stream()
                .map(JsonElement::getAsJsonObject)
                .filter(cell -> cell.get("answer").getAsString().equals("not_tested"))
                .filter(cell -> !cell.get("from").getAsString().equals("outside"))
                .map(cell ->
                        cell.get("from").getAsString() + " " + cell.get("to").getAsString())
                .toList();
    }

    @Test
    void theMatrixOfStatusContainsADropletThatIsDown() {
        ClusterHealth health = status();
        assertThat(new StatusText(TextStyle.PLAIN, () -> "").of(health, 4))
                .containsPattern(ROW)
                .containsPattern(COLUMN);
        assertThat(new StatusMarkdown().of(health, 4)).containsPattern(ROW).containsPattern(COLUMN);
        assertThat(new StatusHtml(FaultyClusters.PROVENANCE).of(health, 4))
                .contains("web0001 to web0000 at 10.98.0.1: not tested", "web0000 to web0001 at 10.98.0.2: not tested");
        assertThat(untested(new StatusJson().of(health, 4)))
                .containsExactlyInAnyOrder(
                        "web0000 web0001", "web0001 web0000", "web0001 web0001", "web0001 web0002", "web0002 web0001");
    }

    @Test
    void theMatrixOfTheFirewallCheckContainsADropletThatIsDown() {
        for (RunRenderer report : List.of(new RunText(TextStyle.PLAIN), new RunMarkdown())) {
            // It comes after the reached droplets.
            assertThat(check(report))
                    .containsPattern(ROW)
                    .containsPattern("web0000 +open( ✓)? +open( ✓)? +not tested\n");
        }
        assertThat(untested(check(new RunJson())))
                .containsExactlyInAnyOrder(
                        "web0000 web0001", "web0001 web0000", "web0001 web0001", "web0001 web0002", "web0002 web0001");
    }
}
