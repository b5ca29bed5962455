package sessionctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.Samples;
import sessionctl.action.BuildInfo;
import sessionctl.action.CiReporter;
import sessionctl.inventory.Cluster;
import sessionctl.plan.PlanInputs;
import sessionctl.plan.SavedPlan;
import sessionctl.report.BuildLog;
import sessionctl.report.DropletReport;
import sessionctl.report.DropletStatus;
import sessionctl.report.RunReport;
import sessionctl.report.TrustedControls;
import sessionctl.report.json.PlanDocument;

class PipelineOptionsTest {
    private static final String INVENTORY = """
            ssh: {key: no-such-key}
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
            """;

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();

    private int run(String... args) {
        return Main.run(environment, new PrintWriter(out), new PrintWriter(err), args);
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private String plan(String program, String text) throws IOException {
        PlanInputs inputs = PlanInputs.of(program, text, Samples.cluster(INVENTORY), Samples.templateTexts());
        return write("plan.json", PlanDocument.of(new SavedPlan(inputs, List.of())));
    }

    private void assertRefused(String sentence, String... args) {
        assertThat(run(args)).isEqualTo(5);
        assertThat(err.toString()).isEqualTo(sentence + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void savingAPlanRequiresADryRun() throws IOException {
        String file = folder.resolve("plan.json").toString();
        assertRefused("--save-plan needs --dry-run", "provision", write("i.yml", INVENTORY), "--save-plan", file);
    }

    @Test
    void applyingAPlanCannotBeADryRun() throws IOException {
        assertRefused(
                "--plan applies a reviewed plan and cannot be combined with --dry-run; to save a new plan, leave"
                        + " --plan out",
                "provision",
                write("i.yml", INVENTORY),
                "--dry-run",
                "--plan",
                "x");
    }

    @Test
    void aPlanFileThatCannotBeWrittenIsReportedBeforeAnyConnection() throws IOException {
        String file = folder.resolve("none").resolve("plan.json").toString();
        assertRefused(
                "--save-plan: " + file + " cannot be written; name another file",
                "provision",
                write("i.yml", INVENTORY),
                "--dry-run",
                "--save-plan",
                file);
    }

    @Test
    void aMissingOrInvalidPlanFileIsRefused() throws IOException {
        String file = folder.resolve("none.json").toString();
        assertRefused(
                "--plan: " + file + ": cannot be read (there is no such file); save one with --dry-run --save-plan",
                "provision",
                write("i.yml", INVENTORY),
                "--plan",
                file);
        err.getBuffer().setLength(0);
        String other = write("other.json", "{\"a\": 1}");
        assertRefused(
                "--plan: " + other + ": this is not a saved plan; save a new one with --dry-run --save-plan",
                "provision",
                write("i.yml", INVENTORY),
                "--plan",
                other);
    }

    @Test
    void aPlanOfAnotherVersionOrInventoryIsRefusedInOneSafeLine() throws IOException {
        String file = plan("evil\n\u001b[2J", "other");
        assertRefused(
                "--plan: " + file
                        + ": it was saved by evil \\x1b[2J, this is " + BuildInfo.full()
                        + "; the inventory has"
                        + " changed since it was saved; review a new one with --dry-run --save-plan",
                "provision",
                write("i.yml", INVENTORY),
                "--plan",
                file);
    }

    @Test
    void aPlanOfOtherDropletsIsRefused() throws IOException {
        String file = plan(BuildInfo.full(), INVENTORY);
        assertRefused(
                "--plan: " + file
                        + ": it is a plan for ; give the same --limit; review a new one with --dry-run --save-plan",
                "provision",
                write("i.yml", INVENTORY),
                "--plan",
                file);
    }

    @Test
    void onGithubEveryProblemOfAnInventoryIsAnAnnotationAtItsLine() throws IOException {
        environment.putAll(Map.of("GITHUB_ACTIONS", "true", "GITHUB_WORKSPACE", folder.toString()));
        Files.createDirectories(folder.resolve("shop"));
        String name = write("shop/inventory.yml", "droplets:\n  - {name: a b, public_ip: x}\n");
        assertThat(run("provision", name, "--output", "json")).isEqualTo(5);
        assertThat(err.toString().lines())
                .hasSizeGreaterThan(1)
                .allMatch(line -> line.startsWith("::error file=shop/inventory.yml,line=2,col="))
                .allMatch(line -> line.contains("::" + name + ":2:"));
        assertThat(JsonParser.parseString(out.toString()).isJsonObject()).isTrue();
    }

    @Test
    void onGithubAnyOtherErrorIsAnAnnotationToo() {
        environment.put("GITHUB_ACTIONS", "true");
        String name = folder.resolve("none.yml").toString();
        assertThat(run("provision", name)).isEqualTo(5);
        assertThat(err.toString()).startsWith("::error::" + name + ": cannot be read");
    }

    @Test
    void aRunIsAddedToTheJobSummary() throws IOException {
        Cluster cluster = Samples.lamps(1);
        DropletReport entry = DropletReport.failed(cluster.droplets().get(0), DropletStatus.FAILED, "unfit");
        RunReport run = new RunReport("provision", "shop", true, 1, List.of(entry));
        Path page = folder.resolve("summary.md");
        BuildLog log = BuildLog.of(Map.of("GITHUB_ACTIONS", "true"), () -> 0);
        CiReporter ciReporter = new CiReporter(log, page.toString(), new PrintWriter(err));
        ciReporter.accept(run);
        ciReporter.accept(run);
        assertThat(Files.readString(page)).contains("**lamp01**: unfit");
        assertThat(Files.readString(page).split("### sessionctl provision", -1)).hasSize(3);
        assertThat(TrustedControls.written(err.toString())).isEqualTo("::error title=lamp01::unfit\n".repeat(2));
        new CiReporter(BuildLog.PLAIN, folder.resolve("no/page").toString(), new PrintWriter(err)).accept(run);
        assertThat(err.toString()).endsWith("no/page cannot be written (there is no such file)\n");
    }
}
