package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.yaml.InventoryProblem;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.FileChange;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Risk;
import sessionctl.plan.ServiceAction;
import sessionctl.plan.Stage;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortState;
import sessionctl.report.json.RunJson;
import sessionctl.report.markdown.RunMarkdown;
import sessionctl.report.text.RunText;
import sessionctl.state.FileState;

class RunRendererTest {
    private static final Change INSTALL = new InstallPackages(Set.of("memcached"), Set.of("a\u001b[31m"));
    private static final Change RESTART = configure("-m 1\n", "-m ```\u001b[2J <b>\n", "644");
    private static final List<Droplet> LAMPS = Samples.lamps(3).droplets();

    private static Change configure(String before, String after, String mode) {
        FileChange file = new FileChange(
                "/etc/memcached.conf",
                new FileState.Present(before, mode, "root:root"),
                new FileState.Present(after, "644", "root:root"));
        return new Configure(
                Stage.MEMCACHED,
                "memcached",
                List.of(file),
                List.of(),
                ServiceAction.RESTART,
                false,
                List.of(),
                Risk.LOSES_LOCAL_SESSIONS);
    }

    private static RunReport run(DropletReport... entries) {
        return new RunReport("provision", "shop", false, 1, List.of(entries));
    }

    private static DropletReport entry(int lamp, DropletStatus status, int done, Change... changes) {
        return new DropletReport(LAMPS.get(lamp), status, List.of(changes), done, null, List.of());
    }

    private static DropletReport failed(int lamp, int done, DropletReport.Failure failure, Change... changes) {
        return new DropletReport(LAMPS.get(lamp), DropletStatus.FAILED, List.of(changes), done, failure, List.of());
    }

    @Test
    void everyOutcomeHasItsLine() {
        DropletReport.Failure failure =
                new DropletReport.Failure("restart memcached", "it did not come up", "line 1\nline \u001b[2J2");
        String text = new RunText(TextStyle.PLAIN)
                .after(run(
                        entry(0, DropletStatus.DONE, 2, INSTALL, RESTART),
                        failed(1, 1, failure, INSTALL, RESTART),
                        entry(2, DropletStatus.NOT_REACHED, 0, INSTALL, RESTART)));
        assertThat(text).isEqualTo("""
                lamp01: done (2 changes)
                lamp02: failed to restart memcached: it did not come up
                  | line 1
                  | line \\x1b[2J2
                  1 change done, not done: memcached
                lamp03: stopped; 0 changes done, not done: packages, memcached
                """);
    }

    @Test
    void aMessageThatNamesItsDropletIsNotPrefixedWithTheName() {
        RunReport run = run(
                DropletReport.failed(LAMPS.get(0), DropletStatus.UNREACHABLE, "lamp01 (203.0.113.1): no answer"),
                DropletReport.failed(LAMPS.get(1), DropletStatus.FAILED, "it runs \u001b[2J"),
                entry(2, DropletStatus.IN_SYNC, 0));
        assertThat(new RunText(TextStyle.PLAIN).after(run)).isEqualTo("""
                lamp01 (203.0.113.1): no answer
                lamp02: it runs \\x1b[2J
                lamp03: nothing to do
                """);
    }

    @Test
    void textOfADropletIsEscapedForTheTerminal() {
        DropletReport entry = new DropletReport(
                LAMPS.get(0),
                DropletStatus.PLANNED,
                List.of(INSTALL, RESTART),
                0,
                null,
                List.of("mind \u001b[2J this"));
        assertThat(new RunText(TextStyle.PLAIN).before(run(entry)))
                .doesNotContain("\u001b")
                .contains("mind \\x1b[2J");
        assertThat(new RunMarkdown().after(run(entry))).doesNotContain("\u001b");
        assertThat(new RunJson().after(run(entry))).doesNotContain("\u001b");
    }

    @Test
    void colourIsUsedOnlyIfRequested() {
        RunReport run = run(entry(0, DropletStatus.PLANNED, 0, configure("a\n", "b\n", "644")));
        String colour = TrustedControls.written(new RunText(TextStyle.COLOUR).before(run));
        assertThat(colour).contains("\u001b[31m-a\u001b[0m", "\u001b[32m+b\u001b[0m", "\u001b[36m@@ -1 +1 @@\u001b[0m");
        assertThat(colour.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(new RunText(TextStyle.PLAIN).before(run));
    }

    @Test
    void aDryRunThatCanBeAppliedEndsWithTheCommandThatAppliesIt() {
        RunRenderer report =
                new RunText(TextStyle.PLAIN, BuildLog.PLAIN, "sessionctl provision shop.yml --limit lamp01");
        DropletReport planned = DropletReport.planned(LAMPS.get(0), List.of(INSTALL), List.of());
        assertThat(report.before(new RunReport("provision", "shop", true, 2, List.of(planned))))
                .endsWith("\nPlan: 1 change on 1 droplet. Dry run: nothing was changed. To apply: sessionctl provision"
                        + " shop.yml --limit lamp01\n");
        assertThat(report.before(new RunReport("provision", "shop", true, 4, List.of(planned))))
                .endsWith("Dry run: nothing was changed.\n");
        assertThat(report.before(new RunReport("provision", "shop", false, 0, List.of(planned))))
                .endsWith("\nPlan: 1 change on 1 droplet.\n");
    }

    @Test
    void aClusterInSyncIsReportedInOneLine() {
        RunText report = new RunText(TextStyle.PLAIN);
        assertThat(report.before(run(entry(0, DropletStatus.IN_SYNC, 0))))
                .isEqualTo("No changes. The droplet matches the inventory.\n");
        assertThat(report.before(run(entry(0, DropletStatus.IN_SYNC, 0), entry(1, DropletStatus.IN_SYNC, 0))))
                .isEqualTo("No changes. All 2 droplets match the inventory.\n");
    }

    @Test
    void onlyTheChangedOwnerOrModeOfAFileIsShown() {
        RunReport run = run(entry(0, DropletStatus.PLANNED, 0, configure("a\n", "a\n", "600")));
        String line = "/etc/memcached.conf: mode 600 becomes 644";
        assertThat(new RunText(TextStyle.PLAIN).before(run)).contains("    " + line + "\n");
        assertThat(new RunMarkdown().after(run)).contains("```diff\n" + line + "\n```");
        JsonObject file = JsonParser.parseString(new RunJson().after(run))
                .getAsJsonObject()
                .getAsJsonArray("droplets")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("changes")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("files")
                .get(0)
                .getAsJsonObject();
        assertThat(file.get("diff").getAsString()).isEqualTo(line);
    }

    @Test
    void textOfADropletDoesNotEndAMarkdownFence() {
        String text = new RunMarkdown().after(run(entry(0, DropletStatus.PLANNED, 0, RESTART)));
        assertThat(text).contains("````diff\n").contains("\n````\n").contains("provision: 1 change on 1 droplet\n");
    }

    @Test
    void textOfADropletIsEscapedInMarkdown() {
        DropletReport.Failure failure = new DropletReport.Failure("", "a|b <script> `x` *y*\nz", "");
        assertThat(new RunMarkdown().after(run(failed(0, 0, failure))))
                .contains("**lamp01**: a\\|b &lt;script> \\`x\\` \\*y\\* z\n");
    }

    @Test
    void theFirstLineOfMarkdownCountsUnreachableAndFailedDroplets() {
        RunReport run = run(
                DropletReport.failed(LAMPS.get(0), DropletStatus.UNREACHABLE, "no answer"),
                DropletReport.failed(LAMPS.get(1), DropletStatus.FAILED, "unfit"),
                entry(2, DropletStatus.IN_SYNC, 0));
        assertThat(new RunMarkdown().after(run)).startsWith("### sessionctl provision: 1 unreachable; 1 failed\n");
        assertThat(new RunMarkdown().after(run(entry(0, DropletStatus.IN_SYNC, 0))))
                .startsWith("### sessionctl provision: no changes\n");
    }

    @Test
    void markdownIsNoLongerThanACommentMayBe() {
        String long1 = "x".repeat(30_000);
        RunReport some = run(
                entry(0, DropletStatus.PLANNED, 0, configure("a\n", long1, "644")),
                entry(1, DropletStatus.PLANNED, 0, configure("a\n", long1 + long1 + long1, "644")),
                entry(2, DropletStatus.PLANNED, 0, configure("a\n", "b\n", "644")));
        String text = new RunMarkdown().after(some);
        assertThat(text)
                .hasSizeLessThan(65_536)
                .contains(long1, "<summary>lamp02: 1 change</summary>", "\n-a\n+b\n")
                .contains("for the other diffs see --output text.\n");
        DropletReport many = entry(
                0,
                DropletStatus.PLANNED,
                0,
                IntStream.range(0, 1200)
                        .mapToObj(i -> configure("-m " + i + "\n", "-m 1\n", "644"))
                        .toArray(Change[]::new));
        assertThat(new RunMarkdown().after(run(many))).hasSizeLessThan(65_536).contains("This comment is full");
        assertThat(new RunMarkdown().after(run(entry(0, DropletStatus.PLANNED, 0, RESTART))))
                .doesNotContain("This comment is full");
        List<Droplet> lamps = Samples.lamps(90).droplets();
        List<PortProbe> ways = lamps.stream()
                .flatMap(from -> lamps.stream()
                        .map(to -> new PortProbe(from.name(), to, to.privateIp().text(), true, PortState.OPEN)))
                .toList();
        assertThat(new RunMarkdown().after(new RunReport("firewall", "shop", false, 0, List.of(), ways)))
                .hasSizeLessThan(65_536)
                .contains("do not fit here");
    }

    @Test
    void jsonHasTheCompletedAndFailedChangesOfADroplet() {
        DropletReport.Failure failure = new DropletReport.Failure("restart memcached", "why", "out");
        JsonObject root = JsonParser.parseString(new RunJson().after(run(failed(0, 1, failure, INSTALL, RESTART))))
                .getAsJsonObject();
        assertThat(root.get("format_version").getAsString()).isEqualTo("1.0");
        assertThat(root.get("exit_code").getAsInt()).isEqualTo(1);
        JsonObject droplet = root.getAsJsonArray("droplets").get(0).getAsJsonObject();
        assertThat(droplet.get("status").getAsString()).isEqualTo("failed");
        assertThat(droplet.get("changes_done").getAsInt()).isEqualTo(1);
        assertThat(droplet.getAsJsonArray("changes")).hasSize(2);
        assertThat(droplet.getAsJsonObject("failure").get("step").getAsString()).isEqualTo("restart memcached");
    }

    @Test
    void aRefusedInventoryIsAJsonDocument() {
        InventoryProblem problem = new InventoryProblem("i.yml", 3, 5, "droplets[0].name", "is so", "do that");
        JsonObject root = JsonParser.parseString(RunJson.refused("provision", 5, "no", List.of(problem)))
                .getAsJsonObject();
        assertThat(root.get("error").getAsString()).isEqualTo("no");
        assertThat(root.getAsJsonArray("problems")
                        .get(0)
                        .getAsJsonObject()
                        .get("line")
                        .getAsInt())
                .isEqualTo(3);
    }
}
