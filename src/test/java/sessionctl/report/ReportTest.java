package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.InventoryProblem;
import sessionctl.plan.Action;
import sessionctl.plan.Change;
import sessionctl.plan.Configure;
import sessionctl.plan.FileChange;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Risk;
import sessionctl.plan.Stage;
import sessionctl.state.FileState;
import sessionctl.verify.Answer;
import sessionctl.verify.Cell;

class ReportTest {
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
                Action.RESTART,
                false,
                List.of(),
                Risk.LOSES_LOCAL_SESSIONS);
    }

    private static Run run(Entry... entries) {
        return new Run("provision", "shop", false, 1, List.of(entries));
    }

    private static Entry entry(int lamp, Status status, int done, Change... changes) {
        return new Entry(LAMPS.get(lamp), status, List.of(changes), done, null, List.of());
    }

    private static Entry failed(int lamp, int done, Entry.Failure failure, Change... changes) {
        return new Entry(LAMPS.get(lamp), Status.FAILED, List.of(changes), done, failure, List.of());
    }

    @Test
    void everyEndHasItsLine() {
        Entry.Failure failure = new Entry.Failure("restart memcached", "it did not come up", "line 1\nline \u001b[2J2");
        String text = new TextReport(Style.PLAIN)
                .after(run(
                        entry(0, Status.DONE, 2, INSTALL, RESTART),
                        failed(1, 1, failure, INSTALL, RESTART),
                        entry(2, Status.NOT_REACHED, 0, INSTALL, RESTART)));
        assertThat(text).isEqualTo("""
                lamp01: done (2 changes)
                lamp02: failed to restart memcached: it did not come up
                  | line 1
                  | line \\x1b[2J2
                  1 change done, left: memcached
                lamp03: not reached; nothing was changed, left: packages, memcached
                """);
    }

    @Test
    void aSentenceThatNamesItsDropletIsNotNamedTwice() {
        Run run = run(
                Entry.failed(LAMPS.get(0), Status.UNREACHABLE, "lamp01 (203.0.113.1): no answer"),
                Entry.failed(LAMPS.get(1), Status.FAILED, "it runs \u001b[2J"),
                entry(2, Status.IN_SYNC, 0));
        assertThat(new TextReport(Style.PLAIN).after(run)).isEqualTo("""
                lamp01 (203.0.113.1): no answer
                lamp02: it runs \\x1b[2J
                lamp03: nothing to do
                """);
    }

    @Test
    void whatADropletSaysNeverReachesTheTerminalAsItIs() {
        Entry entry = new Entry(
                LAMPS.get(0), Status.PLANNED, List.of(INSTALL, RESTART), 0, null, List.of("mind \u001b[2J this"));
        assertThat(new TextReport(Style.PLAIN).before(run(entry)))
                .doesNotContain("\u001b")
                .contains("mind \\x1b[2J");
        assertThat(new MarkdownReport().after(run(entry))).doesNotContain("\u001b");
        assertThat(new JsonReport().after(run(entry))).doesNotContain("\u001b");
    }

    @Test
    void colourIsOnlyWhereItIsWanted() {
        Run run = run(entry(0, Status.PLANNED, 0, configure("a\n", "b\n", "644")));
        String colour = OwnControl.written(new TextReport(Style.COLOUR).before(run));
        assertThat(colour).contains("\u001b[31m-a\u001b[0m", "\u001b[32m+b\u001b[0m", "\u001b[36m@@ -1 +1 @@\u001b[0m");
        assertThat(colour.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(new TextReport(Style.PLAIN).before(run));
    }

    @Test
    void allInSyncIsSaidInOneLine() {
        TextReport report = new TextReport(Style.PLAIN);
        assertThat(report.before(run(entry(0, Status.IN_SYNC, 0))))
                .isEqualTo("The droplet is as the inventory says: nothing to do.\n");
        assertThat(report.before(run(entry(0, Status.IN_SYNC, 0), entry(1, Status.IN_SYNC, 0))))
                .isEqualTo("All 2 droplets are as the inventory says: nothing to do.\n");
    }

    @Test
    void onlyWhatChangesOfAFilesOwnerAndModeIsSaid() {
        Run run = run(entry(0, Status.PLANNED, 0, configure("a\n", "a\n", "600")));
        String line = "/etc/memcached.conf: mode 600 becomes 644";
        assertThat(new TextReport(Style.PLAIN).before(run)).contains("    " + line + "\n");
        assertThat(new MarkdownReport().after(run)).contains("```diff\n" + line + "\n```");
        JsonObject file = JsonParser.parseString(new JsonReport().after(run))
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
    void nothingADropletSaysEndsAMarkdownFence() {
        String text = new MarkdownReport().after(run(entry(0, Status.PLANNED, 0, RESTART)));
        assertThat(text).contains("````diff\n").contains("\n````\n").contains("provision: 1 change on 1 droplet\n");
    }

    @Test
    void nothingADropletSaysIsMarkdownInALine() {
        Entry.Failure failure = new Entry.Failure("", "a|b <script> `x` *y*\nz", "");
        assertThat(new MarkdownReport().after(run(failed(0, 0, failure))))
                .contains("**lamp01**: a\\|b &lt;script> \\`x\\` \\*y\\* z\n");
    }

    @Test
    void theFirstLineOfMarkdownSaysWhatCouldNotBeLookedAt() {
        Run run = run(
                Entry.failed(LAMPS.get(0), Status.UNREACHABLE, "no answer"),
                Entry.failed(LAMPS.get(1), Status.FAILED, "unfit"),
                entry(2, Status.IN_SYNC, 0));
        assertThat(new MarkdownReport().after(run)).startsWith("### sessionctl provision: 1 unreachable; 1 failed\n");
        assertThat(new MarkdownReport().after(run(entry(0, Status.IN_SYNC, 0))))
                .startsWith("### sessionctl provision: no changes\n");
    }

    @Test
    void markdownIsNeverLongerThanACommentMayBe() {
        String long1 = "x".repeat(30_000);
        Run some = run(
                entry(0, Status.PLANNED, 0, configure("a\n", long1, "644")),
                entry(1, Status.PLANNED, 0, configure("a\n", long1 + long1 + long1, "644")),
                entry(2, Status.PLANNED, 0, configure("a\n", "b\n", "644")));
        String text = new MarkdownReport().after(some);
        assertThat(text)
                .hasSizeLessThan(65_536)
                .contains(long1, "<summary>lamp02: 1 change</summary>", "\n-a\n+b\n")
                .contains("the diffs that are not here are in the text form.\n");
        Entry many = entry(
                0,
                Status.PLANNED,
                0,
                java.util.Collections.nCopies(400, RESTART).toArray(Change[]::new));
        assertThat(new MarkdownReport().after(run(many, many, many)))
                .hasSizeLessThan(65_536)
                .contains("A comment holds no more");
        assertThat(new MarkdownReport().after(run(entry(0, Status.PLANNED, 0, RESTART))))
                .doesNotContain("A comment holds no more");
        List<Droplet> lamps = Samples.lamps(90).droplets();
        List<Cell> ways = lamps.stream()
                .flatMap(from -> lamps.stream()
                        .map(to -> new Cell(from.name(), to, to.privateIp().text(), true, Answer.OPEN)))
                .toList();
        assertThat(new MarkdownReport().after(new Run("firewall", "shop", false, 0, List.of(), ways)))
                .hasSizeLessThan(65_536)
                .contains("do not fit here");
    }

    @Test
    void theJsonDocumentSaysHowFarADropletCame() {
        Entry.Failure failure = new Entry.Failure("restart memcached", "why", "out");
        JsonObject root = JsonParser.parseString(new JsonReport().after(run(failed(0, 1, failure, INSTALL, RESTART))))
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
    void aRefusalIsADocumentToo() {
        InventoryProblem problem = new InventoryProblem("i.yml", 3, 5, "droplets[0].name", "is so", "do that");
        JsonObject root = JsonParser.parseString(JsonReport.refused("provision", 5, "no", List.of(problem)))
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
